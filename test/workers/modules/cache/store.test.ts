import { describe, expect, test } from '@jest/globals';
import { Store } from '../../../../workers/modules/cache/store.js';

interface Opened {
  readonly store: Store;
  put(key: string, ttlMs?: number): boolean;
  advance(ms: number): void;
  keys(): string[];
}

/** A store in which every entry weighs 1 unless the test says otherwise, with a clock that the test moves. */
function open(capacity: number, maxBytes = Infinity): Opened {
  let now = 0;
  const store = new Store({ capacity, maxBytes, now: () => now });
  return {
    store,
    put: (key, ttlMs = Infinity) => store.set(key, key.toUpperCase(), 1, ttlMs),
    advance: (ms) => (now += ms),
    keys: () => {
      const keys: string[] = [];
      for (let slot = 1; slot < store.slotsEnd; slot++) {
        const key = store.keyAt(slot);
        if (key !== undefined) keys.push(key);
      }
      return keys.sort();
    },
  };
}

describe('Store: recency', () => {
  test('set() on a full store evicts the least recently used key', () => {
    const { store, put, keys } = open(2);
    put('a');
    put('b');
    store.get('a');
    put('c');
    expect(keys()).toEqual(['a', 'c']);
  });

  test('set() of a key that is there refreshes it and evicts nothing', () => {
    const { put, keys } = open(2);
    put('a');
    put('b');
    put('a');
    expect(keys()).toEqual(['a', 'b']);
    put('c');
    expect(keys()).toEqual(['a', 'c']);
  });

  test('has() and peek() refresh nothing', () => {
    const { store, put, keys } = open(2);
    put('a');
    put('b');
    expect([store.has('a'), store.peek('a')]).toEqual([true, 'A']);
    put('c');
    expect(keys()).toEqual(['b', 'c']);
  });

  test('delete() disturbs the order of the others in nothing', () => {
    const { store, put, keys } = open(3);
    for (const key of ['a', 'b', 'c']) put(key);
    store.delete('b');
    put('d');
    put('e');
    expect(keys()).toEqual(['c', 'd', 'e']);
  });

  test('a capacity of 1 keeps the latest key', () => {
    const { store, put } = open(1);
    put('a');
    put('b');
    expect([store.get('a'), store.get('b'), store.size]).toEqual([undefined, 'B', 1]);
  });

  test('a huge capacity costs nothing until it is used', () => {
    const { store, put } = open(Number.MAX_SAFE_INTEGER);
    put('a');
    expect(store.slotsEnd).toBe(2);
  });

  test('keys named like members of Object are plain keys', () => {
    const { store, put } = open(3);
    expect(store.get('constructor')).toBeUndefined();
    put('__proto__');
    expect([store.get('__proto__'), store.has('toString')]).toEqual(['__PROTO__', false]);
  });
});

describe('Store: deadlines', () => {
  test('an entry is alive at its deadline and expired after it', () => {
    const { store, put, advance } = open(2);
    put('a', 100);
    advance(100);
    expect(store.has('a')).toBe(true);
    advance(1);
    expect(store.has('a')).toBe(false);
  });

  test('get() does not push the deadline back, set() does', () => {
    const { store, put, advance } = open(2);
    put('a', 100);
    put('b', 100);
    advance(60);
    store.get('a');
    put('b', 100);
    advance(60);
    expect([store.get('a'), store.get('b')]).toEqual([undefined, 'B']);
  });

  test('set() without a TTL takes the deadline away', () => {
    const { store, put, advance } = open(2);
    put('a', 100);
    put('a');
    advance(1_000);
    expect(store.get('a')).toBe('A');
  });

  test('an expired entry counts until it is touched', () => {
    const { store, put, advance } = open(2);
    put('a', 100);
    advance(101);
    expect(store.size).toBe(1);
    store.has('a');
    expect(store.size).toBe(0);
  });

  test('delete() of an expired entry finds nothing and drops it', () => {
    const { store, put, advance } = open(2);
    put('a', 100);
    advance(101);
    expect([store.delete('a'), store.size]).toEqual([false, 0]);
  });

  test('a full store drops what has expired before it evicts what is alive', () => {
    const { put, advance, keys } = open(3);
    put('old');
    put('dead', 100);
    put('new');
    advance(101);
    put('next');
    expect(keys()).toEqual(['new', 'next', 'old']);
  });

  test('a full store drops all of a few expired entries', () => {
    const { store, put, advance } = open(3);
    put('a', 100);
    put('b', 100);
    put('c');
    advance(101);
    put('d');
    expect(store.size).toBe(2);
  });

  test('an expired entry that is set again is a new one', () => {
    const { store, put, advance } = open(2);
    put('a', 100);
    advance(101);
    put('a', 100);
    expect([store.get('a'), store.size]).toEqual(['A', 1]);
  });
});

describe('Store: expire() and sweep()', () => {
  test('entries that were given up are gone at once and freed when swept', () => {
    const { store, put, advance, keys } = open(10);
    for (const key of ['a', 'b', 'c']) put(key, 100);
    put('d');
    advance(101);
    expect([store.expire(), store.size, store.backlog]).toEqual([3, 1, 3]);
    expect(keys()).toEqual(['d']);
    expect(store.expire()).toBe(0);
    store.sweep(2);
    expect([store.size, store.bytes, store.backlog]).toEqual([1, 1, 1]);
    store.sweep(2);
    expect([store.size, store.bytes, store.backlog]).toEqual([1, 1, 0]);
  });

  test('touching an entry that was given up frees it, once', () => {
    const { store, put, advance } = open(10);
    put('a', 100);
    put('b', 100);
    put('c', 100);
    advance(101);
    store.expire();
    expect([store.get('a'), store.delete('b')]).toEqual([undefined, false]);
    put('c');
    expect([store.size, store.backlog, store.bytes]).toEqual([1, 0, 1]);
    store.sweep(10);
    expect([store.size, store.get('c')]).toEqual([1, 'C']);
  });

  test('a second expire() counts only what has expired since the first', () => {
    const { store, put, advance } = open(10);
    put('a', 100);
    put('b', 200);
    advance(101);
    expect(store.expire()).toBe(1);
    advance(100);
    expect([store.expire(), store.backlog, store.size]).toEqual([1, 2, 0]);
  });

  test('entries set after expire() are not swept', () => {
    const { store, put, advance } = open(10);
    put('a', 100);
    advance(101);
    store.expire();
    put('b', 0);
    store.sweep(10);
    expect(store.get('b')).toBe('B');
  });

  test('clear() reports what counts and forgets the backlog', () => {
    const { store, put, advance } = open(10);
    put('a', 100);
    put('b');
    advance(101);
    store.expire();
    expect([store.clear(), store.size, store.backlog, store.bytes]).toEqual([1, 0, 0, 0]);
    put('c', 5);
    expect([store.get('c'), store.size]).toEqual(['C', 1]);
  });
});

describe('Store: max bytes', () => {
  test('evicts the least recently used until the new entry fits', () => {
    const { store, keys } = open(10, 100);
    for (const key of ['a', 'b', 'c']) store.set(key, key, 30, Infinity);
    store.get('a');
    store.set('d', 'd', 40, Infinity);
    expect([keys(), store.bytes]).toEqual([['a', 'c', 'd'], 100]);
  });

  test('an entry that grows pushes out others, never itself', () => {
    const { store, keys } = open(10, 100);
    for (const key of ['a', 'b', 'c']) store.set(key, key, 30, Infinity);
    store.set('a', 'larger', 95, Infinity);
    expect([keys(), store.bytes]).toEqual([['a'], 95]);
  });

  test('an entry heavier than everything may weigh is refused and changes nothing', () => {
    const { store, keys } = open(10, 100);
    store.set('a', 1, 30, Infinity);
    expect(store.set('a', 2, 101, Infinity)).toBe(false);
    expect([keys(), store.get('a'), store.bytes]).toEqual([['a'], 1, 30]);
  });

  test('drops what has expired first', () => {
    let now = 0;
    const store = new Store({ capacity: 10, maxBytes: 100, now: () => now });
    store.set('old', 1, 40, Infinity);
    store.set('dead', 1, 40, 10);
    now = 11;
    store.set('new', 1, 50, Infinity);
    expect([store.get('old'), store.size, store.bytes]).toEqual([1, 2, 90]);
  });
});
