import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createHost, type IsolationLevel } from '../../src/index.js';
import { LEVELS } from '../support/guarded-here.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

function loaded(isolation: IsolationLevel, settings: Record<string, unknown>): Promise<unknown> {
  return withFolder<unknown>(async (folder) => {
    writeFiles(folder, {
      'm/phlow.yaml': 'name: m\n',
      'm/index.js': 'export default (_, { with: settings }) => ({ settings });\n',
    });
    await using host = await createHost({ logLevel: 'off', warmPool: false });
    const module = await host.load(join(folder, 'm'), { isolation, with: settings });
    const reply: unknown = await module.call(null);
    return (reply as { readonly settings: unknown }).settings;
  });
}

describe.each(LEVELS)('settings, at level %s', (isolation) => {
  test('arrive as they are, whatever JSON has no word for', async () => {
    const settings = {
      big: 1n,
      zero: -0,
      none: undefined,
      numbers: [NaN, -Infinity],
    };
    expect(await loaded(isolation, settings)).toStrictEqual(settings);
  });

  test('that would lose something are refused with the place', async () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    for (const [settings, said] of [
      [{ a: [() => 1] }, 'with.a[0] is a function'],
      [circle, 'with.self is a value that it stands in itself, in a circle'],
    ] as const) {
      const error = await errorOf(loaded(isolation, settings));
      expect([error.code, error.message]).toEqual(['PHLOW_WITH_INVALID', expect.stringContaining(said)]);
    }
  });
});
