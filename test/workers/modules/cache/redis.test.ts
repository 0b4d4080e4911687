import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createHost, type Host, type Module, type Value, type ValueMap } from '../../../../src/index.js';
import { describeRedis, RedisServer } from '../../../support/redis-server.js';
import { until } from '../../../support/until.js';
import { errorOf, withHost } from '../../../support/with-host.js';

describeRedis('the cache on redis', () => {
  let server: RedisServer;
  let host: Host;
  let count = 0;

  beforeAll(async () => {
    server = await RedisServer.start();
    host = await createHost({ logLevel: 'off' });
  });

  afterAll(async () => {
    await host.close();
    await server.stop();
  });

  function load(settings: ValueMap = {}): Promise<Module> {
    const name = `cache-${++count}`;
    return host.load<string>('cache', {
      name,
      with: { store: server.url, ...settings },
      checkOutput: true,
      maxInFlight: 5_000,
    });
  }

  const set = (cache: Module, key: string, value: Value = 1): Promise<Value> =>
    cache.call({ action: 'set', key, value });

  async function has(cache: Module, ...keys: readonly string[]): Promise<readonly boolean[]> {
    const replies = await Promise.all(keys.map((key) => cache.call({ action: 'exists', key })));
    return replies.map((reply) => (reply as { found: boolean }).found);
  }

  test('caches with one prefix are one cache, with one order of use; their statistics are their own', async () => {
    const [one, other, third] = [
      await load({ prefix: 'shared', capacity: 2 }),
      await load({ prefix: 'shared', capacity: 2 }),
      await load({ capacity: 2 }),
    ];
    await set(one, 'a');
    await set(other, 'b');
    expect(await other.call({ action: 'get', key: 'a' })).toMatchObject({ found: true, value: 1 });
    await set(one, 'c');
    expect(await has(one, 'a', 'b', 'c')).toEqual([true, false, true]);
    expect(await has(third, 'a', 'c')).toEqual([false, false]);
    expect(await other.call({ action: 'stats' })).toMatchObject({
      stats: { size: 2, total_gets: 1, total_sets: 1 },
    });
  });

  test('values come back equal, whatever they are', async () => {
    const cache = await load();
    const value = {
      at: new Date(0),
      map: new Map([['a', new Set([1n])]]),
      bytes: new Uint8Array([0, 255]),
      none: undefined,
      odd: [NaN, -0, Infinity],
      text: 'ü\u0000\ud83d\ude00"\\',
    };
    await cache.call({ action: 'set', key: 'k', value });
    expect(await cache.call({ action: 'get', key: 'k' })).toEqual({
      success: true,
      found: true,
      key: 'k',
      value,
    });
    expect(await cache.call({ action: 'set', key: '\ud83d', value: 1 })).toMatchObject({ success: false });
  });

  test('lists in pages, with more keys than one script looks at', async () => {
    const cache = await load({ capacity: 10_000 });
    const keys = Array.from({ length: 2_500 }, (_, index) => `k${String(index).padStart(4, '0')}`);
    await Promise.all(keys.map((key, index) => set(cache, key, index)));
    const list = async (query: ValueMap): Promise<{ items: { key: string }[]; total_count: number }> =>
      (await cache.call({ action: 'list', ...query })) as never;
    const all = await list({});
    expect(all.items.map(({ key }) => key)).toEqual(keys);
    const page = await list({ order: 'desc', offset: 1_200, limit: 1_100 });
    expect(page.items.map(({ key }) => key)).toEqual(keys.toReversed().slice(1_200, 2_300));
    const found = await list({ filter_type: 'suffix', filter_value: '99', offset: 1, limit: 3 });
    expect(found).toMatchObject({
      total_count: 25,
      items: keys
        .filter((key) => key.endsWith('99'))
        .slice(1, 4)
        .map((key) => ({ key })),
    });
    const prefixed = await list({ filter_type: 'prefix', filter_value: 'k1' });
    expect(prefixed.total_count).toBe(1_000);
    expect(await cache.call({ action: 'clear' })).toMatchObject({ previous_size: 2_500 });
  });

  test('what the server refuses is data', async () => {
    const full = await RedisServer.start(['--maxmemory', '1', '--maxmemory-policy', 'noeviction']);
    try {
      const cache = await load({ store: full.url });
      expect(await set(cache, 'a')).toEqual({ success: false, error: expect.stringContaining('OOM') });
    } finally {
      await full.stop();
    }
  });

  test('while the server is away calls fail at once by code, are no misses, and succeed again by themselves', async () => {
    const own = await RedisServer.start();
    try {
      const cache = await load({ store: own.url });
      const outcomes = { found: 0, missed: 0, away: 0, uncertain: 0 };
      let isOver = false;
      const ask = async (): Promise<void> => {
        while (!isOver) {
          try {
            const { found } = (await cache.call({ action: 'get', key: 'k' })) as { found: boolean };
            outcomes[found ? 'found' : 'missed']++;
          } catch (error) {
            const { details } = error as { details: { code: string; data: { wasSent: boolean } } };
            expect(details.code).toBe('PHLOW_STORE_DOWN');
            outcomes[details.data.wasSent ? 'uncertain' : 'away']++;
          }
        }
      };
      await set(cache, 'k');
      const load8 = Array.from({ length: 8 }, ask);
      await until(() => outcomes.found > 100);
      expect(outcomes.missed).toBe(0);
      await own.stop();
      await until(() => outcomes.away > 1_000);
      expect(outcomes.missed).toBe(0);
      await delay(2_000);
      await own.resume();
      // It has come back empty.
      await until(() => outcomes.missed > 100);
      isOver = true;
      await Promise.all(load8);
      expect(outcomes.uncertain).toBeLessThanOrEqual(8);
      await set(cache, 'k');
      expect(await has(cache, 'k')).toEqual([true]);
    } finally {
      await own.stop();
    }
  }, 60_000);

  test('a server that answers nothing is as good as gone', async () => {
    const own = await RedisServer.start();
    try {
      const cache = await load({ store: own.url });
      await set(cache, 'k');
      own.freeze();
      const error = await errorOf(cache.call({ action: 'get', key: 'k' }));
      expect(error.details).toMatchObject({
        code: 'PHLOW_STORE_DOWN',
        data: { store: 'redis', wasSent: true },
      });
      const next = await errorOf(cache.call({ action: 'get', key: 'k' }));
      expect(next.details).toMatchObject({ data: { wasSent: false } });
      own.thaw();
      await until(async () => {
        try {
          return (await has(cache, 'k'))[0] === true;
        } catch {
          return false;
        }
      });
    } finally {
      own.thaw();
      await own.stop();
    }
  });

  test('loads while the server is away, and shows the password nowhere', async () => {
    const secret = 'the-password-of-this-test';
    const own = await RedisServer.start(['--requirepass', secret]);
    try {
      await withHost(async (quiet, lines) => {
        const open = async (password: string, name: string): Promise<Module> =>
          quiet.load<string>('cache', {
            name,
            with: { store: `redis://:${password}@127.0.0.1:${own.port}` },
          });
        expect(await set(await open(secret, 'right'), 'k')).toMatchObject({ success: true });
        const error = await errorOf(set(await open('another-password', 'wrong'), 'k'));
        expect(['PHLOW_STORE_DOWN', 'PHLOW_STORE_FAILED']).toContain(error.details?.['code']);
        await own.stop();
        const away = await errorOf(set(await open(secret, 'away'), 'k'));
        expect(away.message).toContain(`redis at 127.0.0.1:${own.port} does not answer`);
        const all = JSON.stringify([
          lines,
          error,
          error.stack,
          error.details,
          away,
          away.details,
          quiet.inspect(),
        ]);
        expect(all).not.toContain(secret);
        expect(all).not.toContain('another-password');
      });
    } finally {
      await own.stop();
    }
  });

  test('refuses what is no URL of a store, and levels without sockets', async () => {
    const error = await errorOf(load({ store: 'http://user:pass@example.com' }));
    expect(error.message).toContain('its URL is not of the form redis://');
    expect(error.message).not.toContain('pass@');
    const isolated = await errorOf(
      host.load<string>('cache', { name: 'isolated', isolation: 'isolated', with: { store: server.url } }),
    );
    expect(isolated.message).toContain('load it as trusted');
  });
});
