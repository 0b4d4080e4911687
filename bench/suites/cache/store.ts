import { LRUCache } from 'lru-cache';
import QuickLRU from 'quick-lru';
import { Store } from '../../../workers/modules/cache/store.js';
import type { Suite } from '../../../src/measure/suite.js';
import { randomPositions } from '../../draws.js';
import { tightLoop } from '../../tight-loop.js';

/** What the loops need of a store. */
interface Subject {
  get(key: string): unknown;
  set(key: string, value: number): unknown;
}

/** The stores, each holding at most `capacity` entries. */
const STORES: Readonly<Record<string, { make: (capacity: number) => Subject; setup: string }>> = {
  'lru-cache': {
    make: (capacity) => new LRUCache<string, number>({ max: capacity }),
    setup: 'max only, no TTL; stands for the floor here',
  },
  'quick-lru': {
    make: (capacity) => new QuickLRU<string, number>({ maxSize: capacity }),
    setup: 'two generations: keeps up to twice the entries, recency inside a generation ignored',
  },
  phlow: {
    make: (capacity) => {
      const store = new Store({ capacity, maxBytes: Infinity, now: () => performance.now() });
      return { get: (key) => store.get(key), set: (key, value) => store.set(key, value, 1, Infinity) };
    },
    setup: 'workers/modules/cache/store: exact LRU, deadlines, weights',
  },
};

const CHUNK = 500;
/** Random positions, drawn beforehand; a power of two, so that wrapping around is a mask. */
const DRAWS = 2 ** 18;

/** Entries, and whether a quick run leaves them out. */
const SIZES: readonly { size: number; isLong: boolean }[] = [
  { size: 1_000, isLong: false },
  { size: 100_000, isLong: false },
  { size: 1_000_000, isLong: true },
];

/** Fills a store and says what one operation, the `i`-th, does to it. */
type Work = (store: Subject, keys: readonly string[], size: number) => (i: number) => unknown;

const WORKS: readonly { what: string; label: string; work: Work }[] = [
  {
    what: 'get that hits, keys at random',
    label: 'get',
    work: (store, keys, size) => {
      for (const key of keys.slice(0, size)) store.set(key, 1);
      const draws = randomPositions(size, DRAWS);
      return (i) => store.get(keys[draws[i & (DRAWS - 1)] ?? 0] ?? '');
    },
  },
  {
    what: 'set that evicts',
    label: 'set',
    work: (store, keys) => {
      for (const key of keys) store.set(key, 1);
      return (i) => store.set(keys[i % keys.length] ?? '', i);
    },
  },
];

/** The store alone, in process: hits at random, and sets of new keys that evict; a suite for each size. */
export function storeSuites(scope: string, about: string): Suite[] {
  return SIZES.flatMap(({ size, isLong }) =>
    WORKS.map(({ what, label, work }) => ({
      scope,
      about,
      open: (plan) => {
        const close = (): Promise<void> => Promise.resolve();
        if (plan.isQuick && isLong) return Promise.resolve({ cases: [], close });
        // Twice the capacity: a set of the next key never finds it there.
        const keys = Array.from({ length: 2 * size }, (_, i) => `user:${i}`);
        const cases = Object.entries(STORES).map(([name, { make, setup }]) => {
          const one = work(make(size), keys, size);
          return tightLoop({
            name: `${name}: ${label}, ${size} entries`,
            group: `store of ${size}: ${what}`,
            chunk: CHUNK,
            setup,
            isFloor: name === 'lru-cache',
            run: (from, count) => {
              let found = 0;
              for (let i = from; i < from + count; i++) if (one(i) !== undefined) found++;
              return found;
            },
          });
        });
        return Promise.resolve({ cases, close });
      },
    })),
  );
}
