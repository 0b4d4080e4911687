import { Redis } from 'ioredis';
import { createHost } from '../../src/index.js';
import { closedLoops } from '../../src/measure/closed-loop.js';
import type { Case, Suite } from '../../src/measure/suite.js';
import { hasRedis, startRedis } from '../peers/redis.js';

const KEYS = 1_000;
const WIDTHS = [1, 100] as const;

/** The cache on a Redis server, beside its client alone. */
export const stores: Suite = {
  scope: 'stores',
  about: 'the cache on a Redis server, against ioredis in the same thread',
  async open() {
    if (!hasRedis()) throw new Error('redis-server is not installed');
    const server = await startRedis();
    const client = new Redis(server.url, { enableAutoPipelining: true });
    const host = await createHost({ logLevel: 'off' });
    const cache = await host.load('cache', { with: { store: server.url, capacity: 2 * KEYS } });

    const keys = Array.from({ length: KEYS }, (_, i) => `user:${i}`);
    const gets = keys.map((key) => ({ action: 'get', key }) as const);
    const sets = keys.map((key, i) => ({ action: 'set', key, value: { name: 'Ann', visits: i } }) as const);
    const nth = <T>(items: readonly T[], sequence: number): T => items[sequence % KEYS] as T;
    for (const set of sets) {
      await cache.call(set);
      await client.set(set.key, JSON.stringify(set.value));
    }

    const floor = {
      isFloor: true,
      setup: 'ioredis with automatic pipelining, values as JSON text',
      widths: WIDTHS,
    };
    const cases: Case[] = [
      ...closedLoops({
        ...floor,
        name: 'ioredis: get-hit',
        group: 'get-hit',
        call: async (n) => JSON.parse((await client.get(nth(keys, n))) ?? '') as unknown,
      }),
      ...closedLoops({
        name: 'phlow: get-hit',
        group: 'get-hit',
        widths: WIDTHS,
        call: (n) => cache.call(nth(gets, n)),
      }),
      ...closedLoops({
        ...floor,
        name: 'ioredis: set',
        group: 'set',
        call: (n) => client.set(nth(keys, n), JSON.stringify(nth(sets, n).value)),
      }),
      ...closedLoops({
        name: 'phlow: set',
        group: 'set',
        widths: WIDTHS,
        call: (n) => cache.call(nth(sets, n)),
      }),
    ];
    return {
      cases,
      close: async () => {
        client.disconnect();
        await Promise.all([host.close(), server.stop()]);
      },
    };
  },
};
