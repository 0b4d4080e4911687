import { describe, expect, test } from '@jest/globals';
import type { Host, HostEvent, Module } from '../../src/index.js';
import { fixtureModule } from '../support/fixtures.js';
import { errorOf, withHost } from '../support/with-host.js';

const load = (host: Host): Promise<Module> =>
  host.load(fixtureModule('versioned'), { with: { version: 1 }, maxInFlight: 64, whenFull: 'wait' });

/** Calls the module from many sides at once until told to stop; resolves with the replies of each caller in order. */
function keepCalling(module: Module, callers: number): { stop: () => Promise<number[][]> } {
  let isStopped = false;
  const all = Array.from({ length: callers }, async (_, caller) => {
    const versions: number[] = [];
    while (!isStopped) versions.push(await module.call<number>({ late: caller % 2 === 0 }));
    return versions;
  });
  return {
    stop: () => {
      isStopped = true;
      return Promise.all(all);
    },
  };
}

async function eventsUntil(events: AsyncIterable<HostEvent>, last: HostEvent['type']): Promise<HostEvent[]> {
  const seen: HostEvent[] = [];
  for await (const event of events) {
    seen.push(event);
    if (event.type === last) return seen;
  }
  return seen;
}

describe('replace()', () => {
  test('drops no package under continuous load, and no caller goes back to an older version', () =>
    withHost(async (host) => {
      const module = await load(host);
      const calling = keepCalling(module, 100);
      for (let version = 2; version <= 6; version++) await host.replace('versioned', { with: { version } });
      expect(await module.call({})).toBe(6);
      const replies = await calling.stop();
      for (const versions of replies) expect(versions).toEqual([...versions].sort((a, b) => a - b));
      expect(new Set(replies.flat())).toEqual(new Set([1, 2, 3, 4, 5, 6]));
      const { modules } = await host.inspect();
      expect(modules[0]).toMatchObject({ failures: 0, packages: replies.flat().length + 1 });
    }));

  test('takes another module, with its own manifest and level', () =>
    withHost(async (host) => {
      const module = await load(host);
      await host.replace('versioned', { module: 'echo', with: undefined, isolation: 'sandboxed' });
      expect(module.manifest.name).toBe('echo');
      expect(module.level).toBe('sandboxed');
      expect(await module.call({ a: 1 })).toEqual({ a: 1 });
    }));

  test('tells of what it did', () =>
    withHost(async (host) => {
      await load(host);
      const events = eventsUntil(host.events(), 'replaced');
      await host.replace('versioned', { with: { version: 2 } });
      expect((await events).map(({ type }) => type)).toEqual(['ready', 'replaced']);
    }));

  test.each([
    ['its health check fails', { check: () => Promise.reject(new Error('too slow')) }, 'too slow'],
    ['it cannot be loaded', { module: fixtureModule('throws-at-load'), with: undefined }, 'throws-at-load'],
    ['its settings are wrong', { with: { version: 'two' } }, 'version'],
    ['it is not there', { module: './nowhere' }, 'nowhere'],
  ])('goes back to the old version when %s', (_, change, why) =>
    withHost(async (host) => {
      const module = await load(host);
      const { threadId } = module;
      expect((await errorOf(host.replace('versioned', change))).message).toContain(
        why === 'throws-at-load' ? 'Cannot replace module' : why,
      );
      expect(module.threadId).toBe(threadId);
      expect(await module.call({})).toBe(1);
    }),
  );

  test('gives the check a way to call the new version while the old one serves', () =>
    withHost(async (host) => {
      const module = await load(host);
      const seen: unknown[] = [];
      await host.replace('versioned', {
        with: { version: 2 },
        check: async (call) => seen.push(await call({}), await module.call({})),
      });
      expect(seen).toEqual([2, 1]);
    }));

  test('keeps what was replaced when the module is restarted later', () =>
    withHost(async (host) => {
      const module = await host.load(fixtureModule('crasher'));
      await host.replace('crasher', { module: fixtureModule('crasher') });
      await errorOf(module.call({ do: 'exit' }));
      expect(await module.call({ do: 'echo', value: 'back' })).toBe('back');
    }));

  test('is refused while another replacement is under way, and for a module that is not loaded', () =>
    withHost(async (host) => {
      await load(host);
      const first = host.replace('versioned', { with: { version: 2 } });
      const second = errorOf(host.replace('versioned', { with: { version: 3 } }));
      await first;
      expect((await second).code).toBe('PHLOW_MODULE_BUSY');
      expect((await errorOf(host.replace('nobody'))).code).toBe('PHLOW_NAME_UNKNOWN');
    }));
});
