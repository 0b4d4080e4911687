import { describe, expect, test } from '@jest/globals';
import { withFolder } from '../support/temporary-folder.js';
import { withHost } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

const SOURCE = `
let ticks = 0;
export default ({ input }) => {
  if (input === 'long') {
    for (const delay of [2 ** 31, Infinity, 1e300]) setInterval(() => ticks++, delay);
    return 'set';
  }
  if (input === 'nested') {
    let set = 0;
    const nesting = (depth) => ({
      valueOf: () => {
        if (depth < 2_000) {
          try { setTimeout(() => undefined, nesting(depth + 1)); set++; } catch {}
        }
        return 1e6;
      },
    });
    try { setTimeout(() => undefined, nesting(0)); set++; } catch {}
    return set;
  }
  return ticks;
};
`;

describe.each(['sandboxed', 'isolated'] as const)('timers at level %s', (isolation) => {
  test('a delay longer than the platform knows is a long one, and ends nothing', () =>
    withFolder((folder) =>
      withHost(async (host) => {
        writeFiles(folder, { 'phlow.yaml': 'name: clock\n', 'index.mjs': SOURCE });
        const module = await host.load(folder, { isolation, restart: 'never' });
        expect(await module.call('long')).toBe('set');
        expect(await module.call('ticks')).toBe(0);
        expect(await module.call('ticks')).toBe(0);
      }),
    ));

  test('are no more than were granted, also when reading a delay sets others', () =>
    withFolder((folder) =>
      withHost(async (host) => {
        writeFiles(folder, {
          'phlow.yaml': 'name: clock\npermissions:\n  timers: { max: 10 }\n',
          'index.mjs': SOURCE,
        });
        const module = await host.load(folder, { isolation, grant: { timers: { max: 10 } } });
        expect(await module.call('nested')).toBe(10);
      }),
    ));
});
