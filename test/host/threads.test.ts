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

  test('are told apart from a crash of one of them: the other serves', () =>
    withHost(async (host) => {
      const cache = await host.load('cache');
      const log = await host.load('log', { restart: 'never' });
      await log.close();
      expect((await errorOf(log.call({ action: 'info', message: 'x' }))).code).toBe('PHLOW_MODULE_DOWN');
      expect(await cache.call({ action: 'stats' })).toMatchObject({ success: true });
    }));
});
