import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { openFlow, type Value } from '../../src/index.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

const MODULE = `export default ({ input }) => (input.check === undefined
  ? { date: new Date(5), map: new Map([['k', new Set([1n])]]), bytes: new Uint8Array([1, 2]), pattern: /x/g, error: new TypeError('no'), nan: NaN }
  : input.check.date instanceof Date && input.check.map.get('k').has(1n));`;

/** What the flow of these steps behind a call of that module ends with. */
async function resultOf(steps: string, isolation = 'trusted'): Promise<Value | undefined> {
  return await withFolder(async (folder) => {
    writeFiles(folder, {
      'odd/phlow.yaml': 'name: odd\n',
      'odd/index.js': MODULE,
      'main.phlow': `modules:\n  - { module: ./odd, isolation: ${isolation} }\nsteps:\n  - { id: a, use: odd, input: {} }\n${steps}`,
    });
    await using flow = await openFlow(join(folder, 'main.phlow'));
    return await flow.run();
  });
}

describe('what phs has no word for, in a flow', () => {
  const whole = {
    date: new Date(5),
    map: new Map([['k', new Set([1n])]]),
    bytes: new Uint8Array([1, 2]),
    pattern: /x/g,
    error: new TypeError('no'),
    nan: Number.NaN,
  };

  test.each([
    ['the reply itself', '', whole],
    ['a step as it was', '  - payload: 1\n  - return: !phs steps.a\n', whole],
    ['a member', '  - payload: !phs payload.date\n', whole.date],
    [
      'members in a new map',
      '  - payload: { d: payload.date, l: [payload.map, payload.bytes] }\n',
      { d: whole.date, l: [whole.map, whole.bytes] },
    ],
    [
      'a member of a variable',
      '  - payload: !phs let all = payload; all.more = all.pattern; all\n',
      { ...whole, more: /x/g },
    ],
  ])('is handed on: %s', async (_, steps, expected) => {
    expect(await resultOf(steps)).toEqual(expected);
  });

  test('goes into a module as it came from one', async () => {
    for (const isolation of ['trusted', 'isolated'])
      expect(await resultOf('  - { use: odd, input: { check: steps.a } }\n', isolation)).toBe(true);
  });

  test('is no map: it has its own name, is equal to itself only, and has nothing to be walked over', async () => {
    const steps = `  - payload: [type_of(payload.date), payload.date.is_object(), payload.date == payload.date, payload.date == payload.map, payload.date.to_string()]\n`;
    expect(await resultOf(steps)).toEqual(['Date', false, true, false, 'Date']);
    await expect(resultOf('  - payload: !phs payload.map.keys()\n')).rejects.toThrow('Map');
  });
});
