import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Cache } from '../../../../workers/modules/cache/cache.js';
import type { ListQuery } from '../../../../workers/modules/cache/list.js';

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

  test('what is asked meanwhile is answered as if everything had been freed', async () => {
    const cache = open();
    fill(cache, MANY, 100);
    now = 101;
    cache.expire();
    cache.set(key(7), 'again', undefined);
    expect(cache.store.get(key(8))).toBeUndefined();
    expect(cache.store.size).toBe(1);
    const listed = cache.list(everything);
    expect(cache.store.backlog).toBeGreaterThan(0);
    expect(await listed).toEqual({ keys: [key(7)], total: 1 });
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
  test('waits for the order of many keys, built in goes between which packages are answered, and is quick from then on', async () => {
    const cache = open();
    fill(cache, MANY);
    const page = { keys: [key(0), key(1)], total: MANY };
    const first = cache.list(firstTwo);
    const second = cache.list({ ...firstTwo, offset: MANY - 1 });
    expect(first).toBeInstanceOf(Promise);
    const answered: unknown[] = [];
    void Promise.resolve(first).then((one) => answered.push(one));
    await turn();
    await turn();
    expect([answered, cache.store.get(key(1))]).toEqual([[], 1]);
    expect(await first).toEqual(page);
    expect(await second).toEqual({ keys: [key(MANY - 1)], total: MANY });
    expect(cache.list(firstTwo)).toEqual(page);
  });

  test('searches many keys for a suffix in goes between which packages are answered, as of the end', async () => {
    const cache = open();
    fill(cache, 2 * MANY);
    await cache.list(firstTwo);
    const ends = { ...everything, suffix: '77', limit: 2 };
    const listed = [cache.list(ends), cache.list({ ...ends, isDescending: true })];
    expect(listed.map((one) => one instanceof Promise)).toEqual([true, true]);
    // Before a go, and after the first.
    for (let i = 0; i < 2; i++) {
      cache.store.delete(key(77 + 100 * i));
      cache.store.delete(key(2 * MANY - 23 - 100 * i));
      await turn();
    }
    expect(await Promise.all(listed.map((one) => Promise.resolve(one)))).toEqual([
      { keys: [key(277), key(377)], total: 96 },
      { keys: [key(2 * MANY - 223), key(2 * MANY - 323)], total: 96 },
    ]);
    expect(cache.list({ ...ends, prefix: key(0).slice(0, -3) })).toEqual({
      keys: [key(277), key(377)],
      total: 8,
    });
  });

  test('a search for a suffix finds nothing any more once everything was cleared', async () => {
    const cache = open();
    fill(cache, 2 * MANY);
    await cache.list(firstTwo);
    const listed = cache.list({ ...everything, suffix: '77' });
    await turn();
    cache.store.clear();
    cache.set('new77', 1, undefined);
    expect(await listed).toEqual({ keys: ['new77'], total: 1 });
  });

  test('answers a few keys on the spot', () => {
    const cache = open();
    fill(cache, 1_000);
    expect(cache.list(firstTwo)).toEqual({ keys: [key(0), key(1)], total: 1_000 });
  });

  test('follows keys that come, go and change while the order is being built, and answers as of the end', async () => {
    const cache = open();
    fill(cache, MANY);
    const listed = cache.list(everything);
    for (let i = 0; i < 3; i++) {
      await turn();
      cache.store.delete(key(2 * i));
      cache.store.delete(key(MANY - 1 - 2 * i));
      cache.set(`j${i}`, i, undefined);
      cache.set(key(1), 'changed', undefined);
    }
    const { keys, total } = await listed;
    const expected = Array.from({ length: MANY }, (_, i) => key(i)).filter(
      (_, i) => !(i < 6 && i % 2 === 0) && !(i >= MANY - 6 && i % 2 === 1),
    );
    expect(total).toBe(MANY - 6 + 3);
    expect(keys).toEqual(['j0', 'j1', 'j2', ...expected]);
  });

  test('shows no entry that has expired, however many there are, nor one that expires while it waits', async () => {
    const cache = open();
    fill(cache, MANY, 100);
    await cache.list(firstTwo);
    cache.set('k9', 'alive', undefined);
    now = 101;
    expect(await cache.list(firstTwo)).toEqual({ keys: ['k9'], total: 1 });
    fill(cache, MANY, 100);
    cache.set('k8', 'soon gone', 150);
    now = 202;
    const listed = cache.list(firstTwo);
    now = 300;
    expect(await listed).toEqual({ keys: ['k9'], total: 1 });
  });

  test('that waits gets an error when the cache is stopped, and nothing when it is cleared', async () => {
    const cache = open();
    fill(cache, MANY);
    const cleared = cache.list(everything);
    cache.store.clear();
    expect(await cleared).toEqual({ keys: [], total: 0 });
    fill(cache, MANY, 100);
    now = 101;
    const stopped = cache.list(everything);
    cache.stop();
    await expect(stopped).rejects.toMatchObject({ code: 'PHLOW_MODULE_DOWN' });
  });

  test('is exact again after clear()', () => {
    const cache = open();
    fill(cache, 10);
    void cache.list(everything);
    cache.store.clear();
    cache.set('b', 1, undefined);
    cache.set('a', 1, undefined);
    expect(cache.list(everything)).toEqual({ keys: ['a', 'b'], total: 2 });
  });

  test('is exact again after so many changes that the order was given up', () => {
    const cache = open(100);
    fill(cache, 100);
    void cache.list(everything);
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
