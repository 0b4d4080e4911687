import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Store } from '../../../../workers/modules/cache/store.js';
import { ReferenceStore } from './reference-store.js';

type Operation =
  | { readonly kind: 'get' | 'has' | 'delete'; readonly key: number }
  | { readonly kind: 'set'; readonly key: number; readonly ttlMs: number; readonly weight: number }
  | { readonly kind: 'advance'; readonly ms: number }
  | { readonly kind: 'sweep'; readonly limit: number }
  | { readonly kind: 'expire' | 'clear' };

/** Half as many keys again as there is room, so that hits, evictions and overwriting all happen all the time. */
function operations(capacity: number): fc.Arbitrary<Operation> {
  const key = fc.nat(Math.ceil(capacity * 1.5));
  const ttlMs = fc.oneof(
    { weight: 6, arbitrary: fc.constant(Infinity) },
    { weight: 1, arbitrary: fc.constant(0) },
    { weight: 3, arbitrary: fc.nat(10 * capacity) },
  );
  const weight = fc.integer({ min: 1, max: 9 });
  const rows: readonly [number, fc.Arbitrary<Operation>][] = [
    [4_000, fc.record({ kind: fc.constant('set' as const), key, ttlMs, weight })],
    [3_000, fc.record({ kind: fc.constant('get' as const), key })],
    [800, fc.record({ kind: fc.constantFrom('has' as const, 'delete' as const), key })],
    [1_200, fc.record({ kind: fc.constant('advance' as const), ms: fc.nat(Math.ceil(capacity / 5)) })],
    [200, fc.record({ kind: fc.constant('expire' as const) })],
    [300, fc.record({ kind: fc.constant('sweep' as const), limit: fc.nat(20) })],
    [Math.ceil(200 / capacity), fc.record({ kind: fc.constant('clear' as const) })],
  ];
  return fc.oneof(...rows.map(([rate, arbitrary]) => ({ weight: rate, arbitrary })));
}

/** Performs the operation on either store; what comes back can be compared. */
function perform(store: Store | ReferenceStore, operation: Operation, index: number): unknown {
  switch (operation.kind) {
    case 'get':
      return store.get(`k${operation.key}`);
    case 'has':
      return store.has(`k${operation.key}`);
    case 'delete':
      return store.delete(`k${operation.key}`);
    case 'set':
      // No two deadlines are equal, so that the order in which they pass is known.
      return store.set(`k${operation.key}`, index, operation.weight, operation.ttlMs + index / 1_048_576);
    case 'expire':
      return store.expire();
    case 'clear':
      return store.clear();
    default:
      return undefined;
  }
}

function keysOf(store: Store): string[] {
  const keys: string[] = [];
  for (let slot = 1; slot < store.slotsEnd; slot++) keys.push(store.keyAt(slot) ?? '');
  return keys.filter((key) => key !== '').sort();
}

function checkRun(run: readonly Operation[], capacity: number, maxBytes: number): void {
  let now = 0;
  const store = new Store({ capacity, maxBytes, now: () => now });
  const reference = new ReferenceStore(capacity, maxBytes, () => now);
  for (let key = 0; key < capacity; key++) {
    store.set(`k${key}`, key, 1, Infinity);
    reference.set(`k${key}`, key, 1, Infinity);
  }
  run.forEach((operation, index) => {
    if (operation.kind === 'advance') now += operation.ms;
    // Freeing what was given up is the store's own affair: no caller may see a difference.
    if (operation.kind === 'sweep') store.sweep(operation.limit);
    const got = perform(store, operation, index);
    const expected = perform(reference, operation, index);
    if (got !== expected || store.size !== reference.entries.size) {
      // Only a failure pays for the matcher: there are hundreds of thousands of comparisons.
      expect({ index, operation, got, size: store.size }).toEqual({
        index,
        operation,
        got: expected,
        size: reference.entries.size,
      });
    }
  });
  expect(keysOf(store)).toEqual([...reference.entries.keys()].sort());
  expect(store.bytes).toBe(reference.bytes);
}

describe('Store against a reference model', () => {
  // 100 000 operations and more at each capacity.
  test.each([
    { capacity: 1, runs: 250, length: 400 },
    { capacity: 2, runs: 250, length: 400 },
    { capacity: 3, runs: 250, length: 400 },
    { capacity: 50, runs: 100, length: 1_000 },
    { capacity: 1_000, runs: 20, length: 5_000 },
    // Above 10 000 keys are found in another kind of table.
    { capacity: 10_001, runs: 10, length: 10_000 },
  ])('strict LRU, deadlines and capacity $capacity hold', ({ capacity, runs, length }) => {
    fc.assert(
      fc.property(
        fc.array(operations(capacity), { minLength: length, maxLength: length, size: 'max' }),
        (run) => checkRun(run, capacity, Infinity),
      ),
      { numRuns: runs },
    );
  });

  test.each([10, 40, 200])('a limit of %d bytes holds besides a capacity of 50', (maxBytes) => {
    fc.assert(
      fc.property(fc.array(operations(50), { minLength: 500, maxLength: 500, size: 'max' }), (run) =>
        checkRun(run, 50, maxBytes),
      ),
      { numRuns: 60 },
    );
  });
});
