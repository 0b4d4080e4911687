import { threadId as hostThread } from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';
import { fixtureModule } from '../support/fixtures.js';
import { errorOf, withHost } from '../support/with-host.js';

describe('cache and log', () => {
  test('run in two threads of their own, neither of which is the host', () =>
    withHost(async (host) => {
      const cache = await host.load('cache');
      const log = await host.load('log');
      expect(new Set([hostThread, cache.threadId, log.threadId]).size).toBe(3);
    }));

  test('go on when a third module crashes, and the cache keeps what it holds', () =>
    withHost(async (host, lines) => {
      const cache = await host.load('cache');
      const log = await host.load('log');
      const crasher = await host.load(fixtureModule('crasher'), { restart: 'never' });
      await cache.call({ action: 'set', key: 'k', value: 1 });
      const threads = [cache.threadId, log.threadId];
      expect((await errorOf(crasher.call({ do: 'exit' }))).code).toBe('PHLOW_MODULE_CRASHED');
      expect(await cache.call({ action: 'get', key: 'k' })).toMatchObject({ found: true, value: 1 });
      await log.call({ action: 'info', message: 'still here' });
      await log.close();
      expect(lines).toContainEqual(expect.objectContaining({ module: 'log', message: 'still here' }));
      expect([cache.threadId, threads[0]]).toEqual([threads[0], threads[0]]);
    }));

  test('do not fall together: the one serves on in its thread when the other has crashed', () =>
    withHost(async (host) => {
      const log = await host.load('log');
      const cache = await host.load('cache', {
        with: { capacity: 1_000 },
        maxHeapMb: 32,
        restart: 'never',
      });
      const { threadId } = log;
      const large = (i: number): Promise<unknown> =>
        cache.call({
          action: 'set',
          key: `k${i}`,
          value: Array.from({ length: 200_000 }, (_, j) => i + j / 7),
        });
      const fill = async (): Promise<void> => {
        for (let i = 0; i < 1_000; i++) await large(i);
      };
      expect((await errorOf(fill())).code).toBe('PHLOW_MODULE_CRASHED');
      expect(cache.state).toBe('failed');
      await log.call({ action: 'info', message: 'still here' });
      expect([log.state, log.threadId]).toEqual(['ready', threadId]);
    }));
});
