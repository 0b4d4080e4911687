import { expect, test } from '@jest/globals';
import { assertMayStart, assertPlainNode } from '../../src/host/load/own-permissions.js';
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

test.each<[string, IsolationLevel, string | undefined]>([
  ['pnp', 'trusted', undefined],
  ['pnp', 'guarded', 'nodeLinker: node-modules'],
  ['pnp', 'isolated', 'nodeLinker: node-modules'],
  ['electron', 'guarded', undefined],
  ['electron', 'sandboxed', 'run the host in a process of Node.js'],
  ['electron', 'isolated', 'run the host in a process of Node.js'],
])('a host inside of %s at %s', (runtime, level, wayOut) => {
  const load = (): void => assertPlainNode('m', level, { [runtime]: '1.0.0' });
  if (wayOut === undefined) expect(load).not.toThrow();
  else
    expect(load).toThrow(
      expect.objectContaining({
        code: 'PHLOW_LEVEL_UNAVAILABLE',
        message: expect.stringContaining(wayOut),
      }),
    );
});
