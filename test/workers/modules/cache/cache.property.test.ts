import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Cache } from '../../../../workers/modules/cache/cache.js';
import { ReferenceStore } from './reference-store.js';

const CAPACITY = 3_500;
/** Many times what the cache frees or puts in order in one go, and more than it answers a first list for on the spot. */
const FILLED = 3_000;

type Step =
  | { readonly kind: 'set'; readonly first: number; readonly count: number; readonly ttlMs: number }
  | { readonly kind: 'delete'; readonly first: number; readonly count: number }
  | { readonly kind: 'advance'; readonly ms: number }
  | { readonly kind: 'turn' | 'expire' | 'clear' }
  | { readonly kind: 'list'; readonly prefix: string; readonly offset: number; readonly limit: number };

const first = fc.nat(FILLED);
const count = fc.oneof(fc.nat(20), fc.nat(1_500));

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({
      kind: fc.constant('set' as const),
      first,
      count,
      ttlMs: fc.constantFrom(5, 50, Infinity),
    }),
  },
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('delete' as const), first, count }) },
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.nat(20) }) },
  { weight: 25, arbitrary: fc.record({ kind: fc.constant('turn' as const) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('expire' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const) }) },
  {
    weight: 25,
    arbitrary: fc.record({
      kind: fc.constant('list' as const),
      prefix: fc.constantFrom('', 'k1', 'k29', 'x'),
      offset: fc.nat(1_000),
      limit: fc.nat(50),
    }),
  },
);

function key(i: number): string {
  return `k${i % (FILLED + 1_000)}`;
}

/** Performs a step on both; what comes back is compared. */
function perform(cache: Cache, reference: ReferenceStore, given: Step): readonly [unknown, unknown] {
  switch (given.kind) {
    case 'set':
      for (let i = given.first; i < given.first + given.count; i++) {
        cache.set(key(i), i, given.ttlMs);
        reference.set(key(i), i, 1, given.ttlMs);
      }
      return [cache.store.size, reference.entries.size];
    case 'delete':
      for (let i = given.first; i < given.first + given.count; i++) {
        cache.store.delete(key(i));
        reference.delete(key(i));
      }
      return [cache.store.size, reference.entries.size];
    case 'expire':
      return [cache.expire(), reference.expire()];
    case 'clear':
      return [cache.store.clear(), reference.clear()];
    case 'list': {
      reference.expire();
      const matching = [...reference.entries.keys()].filter((each) => each.startsWith(given.prefix)).sort();
      const keys = matching.slice(given.offset, given.offset + given.limit);
      return [cache.list({ ...given, suffix: '', isDescending: false }), { keys, total: matching.length }];
    }
    default:
      return [undefined, undefined];
  }
}

test('whatever goes on in the background, callers see a cache that does everything at once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      let now = 0;
      const cache = new Cache({ capacity: CAPACITY, defaultTtlMs: Infinity, maxBytes: Infinity }, () => now);
      const reference = new ReferenceStore(CAPACITY, Infinity, () => now);
      try {
        for (const given of [{ kind: 'set', first: 0, count: FILLED, ttlMs: Infinity } as const, ...steps]) {
          if (given.kind === 'advance') now += given.ms;
          if (given.kind === 'turn') await turn();
          const [got, expected] = perform(cache, reference, given);
          // Time stands still while a list waits for the order of the keys.
          expect(await got).toEqual(expected);
        }
      } finally {
        cache.stop();
      }
    }),
    { numRuns: 100 },
  );
});
