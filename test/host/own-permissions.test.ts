import { expect, test } from '@jest/globals';
import { assertMayStart } from '../../src/host/load/own-permissions.js';
import type { IsolationLevel } from '../../src/index.js';

test.each<[IsolationLevel, readonly string[], string | undefined]>([
  ['inline', [], undefined],
  ['trusted', [], '--allow-worker'],
  ['guarded', ['child'], '--allow-worker'],
  ['sandboxed', [], '--allow-worker and --allow-child-process'],
  ['sandboxed', ['worker'], '--allow-child-process'],
  ['isolated', ['worker'], '--allow-child-process'],
  ['isolated', ['child'], undefined],
  ['sandboxed', ['child', 'worker'], undefined],
])('a host that Node itself holds: %s with %j', (level, allowed, flags) => {
  const load = (): void => assertMayStart('m', level, { has: (scope) => allowed.includes(scope) });
  if (flags === undefined) {
    expect(load).not.toThrow();
    return;
  }
  expect(load).toThrow(
    expect.objectContaining({
      code: 'PHLOW_LEVEL_UNAVAILABLE',
      message: expect.stringContaining(`start Node with ${flags}, too`),
    }),
  );
});
