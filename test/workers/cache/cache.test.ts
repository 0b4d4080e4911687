import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Cache } from '../../../workers/cache/cache.js';
import type { ListQuery } from '../../../workers/cache/list.js';

/** Several times what the cache does in one go, so that work in the background spans several turns. */
const MANY = 5_000;

const everything: ListQuery = { prefix: '', suffix: '', isDescending: false, offset: 0, limit: null };
const firstTwo: ListQuery = { ...everything, prefix: 'k', limit: 2 };

let now = 0;
let opened: Cache | undefined;

function open(capacity = 2 * MANY): Cache {
  now = 0;
  opened = new Cache({ capacity, defaultTtlMs: Infinity, maxBytes: Infinity }, () => now);
  return opened;
}

afterEach(() => opened?.stop());

function key(i: number): string {
  return `k${String(i).padStart(6, '0')}`;
}

function fill(cache: Cache, count: number, ttlMs?: number): void {
  for (let i = 0; i < count; i++) cache.set(key(i), i, ttlMs);
}

/** Lets the background work go on until there is none left. */
async function untilIdle(cache: Cache): Promise<void> {
  for (let i = 0; i < 1_000 && cache.store.backlog > 0; i++) await turn();
}

describe('expire()', () => {
  test('lets go of many entries at once for callers, and frees them in the background', async () => {
    const cache = open();
    fill(cache, MANY, 100);
    cache.set('alive', 1, undefined);
    now = 101;
    expect(cache.expire()).toBe(MANY);
    expect([cache.store.size, cache.expire()]).toEqual([1, 0]);
    expect(cache.store.backlog).toBeGreaterThan(0);
    await untilIdle(cache);
    expect([cache.store.backlog, cache.store.size, cache.store.get('alive')]).toEqual([0, 1, 1]);
  });

  test('what is asked meanwhile is answered as if everything had been freed', () => {
    const cache = open();
    fill(cache, MANY, 100);
    now = 101;
    cache.expire();
    cache.set(key(7), 'again', undefined);
    expect(cache.store.get(key(8))).toBeUndefined();
    expect([cache.store.size, cache.list(everything)]).toEqual([1, { keys: [key(7)], total: 1 }]);
    expect(cache.store.clear()).toBe(1);
  });

  test('deadlines count in whole milliseconds', () => {
    const cache = open();
    now = 0.9;
    cache.set('a', 1, 0);
    now = 0.99;
    expect(cache.store.has('a')).toBe(true);
    now = 1.01;
    expect(cache.store.has('a')).toBe(false);
  });
});

describe('list()', () => {
  test('answers exactly while the order of the keys is still being built, and after', async () => {
    const cache = open();
    fill(cache, MANY);
    const expected = { keys: [key(0), key(1)], total: MANY };
    expect(cache.list(firstTwo)).toEqual(expected);
    for (let i = 0; i < 10; i++) {
      await turn();
      expect(cache.list(firstTwo)).toEqual(expected);
    }
    expect(cache.list({ ...firstTwo, offset: MANY - 1 })).toEqual({ keys: [key(MANY - 1)], total: MANY });
  });

  test('follows keys that come, go and change while the order is being built', async () => {
    const cache = open();
    fill(cache, MANY);
    cache.list(firstTwo);
    for (let i = 0; i < 12; i++) {
      await turn();
      cache.store.delete(key(2 * i));
      cache.store.delete(key(MANY - 1 - 2 * i));
      cache.set(`j${i}`, i, undefined);
      cache.set(key(1), 'changed', undefined);
    }
    const { keys, total } = cache.list(everything);
    const expected = Array.from({ length: MANY }, (_, i) => key(i)).filter(
      (_, i) => !(i < 24 && i % 2 === 0) && !(i >= MANY - 24 && i % 2 === 1),
    );
    expect(total).toBe(MANY - 24 + 12);
    expect(keys.slice(12)).toEqual(expected);
  });

  test('shows no entry that has expired, however many there are', async () => {
    const cache = open();
    fill(cache, MANY, 100);
    cache.list(firstTwo);
    for (let i = 0; i < 10; i++) await turn();
    cache.set('k9', 'alive', undefined);
    now = 101;
    expect(cache.list(firstTwo)).toEqual({ keys: ['k9'], total: 1 });
    await untilIdle(cache);
    expect(cache.list(firstTwo)).toEqual({ keys: ['k9'], total: 1 });
  });

  test('is exact again after clear()', () => {
    const cache = open();
    fill(cache, 10);
    cache.list(everything);
    cache.store.clear();
    cache.set('b', 1, undefined);
    cache.set('a', 1, undefined);
    expect(cache.list(everything)).toEqual({ keys: ['a', 'b'], total: 2 });
  });

  test('is exact again after so many changes that the order was given up', () => {
    const cache = open(100);
    fill(cache, 100);
    cache.list(everything);
    for (let i = 0; i < 20_000; i++) cache.set(key(i), i, undefined);
    const expected = Array.from({ length: 100 }, (_, i) => key(19_900 + i));
    expect(cache.list(everything)).toEqual({ keys: expected, total: 100 });
  });
});

test('stop() ends the work in the background', async () => {
  const cache = open();
  fill(cache, MANY, 100);
  now = 101;
  cache.expire();
  const { backlog } = cache.store;
  cache.stop();
  await turn();
  await turn();
  expect(cache.store.backlog).toBe(backlog);
});
