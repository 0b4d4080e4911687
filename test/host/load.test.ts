import { describe, expect, test } from '@jest/globals';
import { fixtureModule } from '../support/fixtures.js';
import { errorOf, withHost } from '../support/with-host.js';

describe('load()', () => {
  test('takes a folder with a manifest and one plain JavaScript file', () =>
    withHost(async (host) => {
      const plain = await host.load(fixtureModule('plain'), { name: 'mine' });
      expect(await plain.call({ a: 1 })).toEqual({ saw: { a: 1 }, name: 'mine' });
      expect(await plain.call()).toEqual({ saw: null, name: 'mine' });
    }));

  test('takes a CommonJS module', () =>
    withHost(async (host) => {
      const common = await host.load(fixtureModule('common'));
      await common.call(1);
      expect(await common.call(2)).toEqual({ calls: 2, input: 2 });
    }));

  test('warns of a setting that the manifest does not know, and goes on', () =>
    withHost(async (host, lines) => {
      // @ts-expect-error what TypeScript sees too
      await host.load('cache', { with: { capacty: 5 } });
      expect(lines).toContainEqual(
        expect.objectContaining({
          level: 'warn',
          module: 'cache',
          message: 'the manifest has no setting "capacty". Did you mean "capacity"?',
        }),
      );
    }));

  test('gives two instances of a module two threads and two states', () =>
    withHost(async (host) => {
      const a = await host.load(fixtureModule('counter'), { name: 'a' });
      const b = await host.load(fixtureModule('counter'), { name: 'b', with: { from: 100 } });
      expect(await a.call()).toBe(1);
      expect(await a.call({ by: 5 })).toBe(6);
      expect(await b.call()).toBe(101);
      expect(a.threadId).not.toBe(b.threadId);
    }));

  test.each([
    ['throws-at-load', 'PHLOW_LOAD_FAILED', 'no database configured'],
    ['exits-at-load', 'PHLOW_LOAD_FAILED', 'exited with code 7'],
    ['start-fails', 'PHLOW_LOAD_FAILED', 'port 80 is taken'],
    ['bad-export', 'PHLOW_ENTRY_INVALID', 'of type number'],
    ['no-export', 'PHLOW_ENTRY_INVALID', 'missing'],
    ['no-entry', 'PHLOW_ENTRY_MISSING', 'missing.js'],
    ['bad-manifest', 'PHLOW_MANIFEST_INVALID', 'Did you mean "type"'],
    ['no-manifest', 'PHLOW_MANIFEST_UNREADABLE', 'phlow.yaml'],
    ['future-engine', 'PHLOW_ENGINE_UNSUPPORTED', 'needs node >=999'],
  ])('of %s rejects with %s and leaves the host usable', (name, code, text) =>
    withHost(async (host) => {
      const error = await errorOf(host.load(fixtureModule(name)));
      expect(error.code).toBe(code);
      expect(error.message).toContain(text);
      expect(host.modules.size).toBe(0);
      const plain = await host.load(fixtureModule('plain'));
      expect(await plain.call(1)).toEqual({ saw: 1, name: 'plain' });
    }),
  );

  test.each(['hangs-at-load', 'spins-at-load'])('of %s ends with PHLOW_LOAD_TIMED_OUT', (name) =>
    withHost(async (host) => {
      const error = await errorOf(host.load(fixtureModule(name), { loadTimeoutMs: 300 }));
      expect(error.code).toBe('PHLOW_LOAD_TIMED_OUT');
      expect(host.modules.size).toBe(0);
    }),
  );

  test('keeps the place of a fault: the stack names the module file', () =>
    withHost(async (host) => {
      const error = await errorOf(host.load(fixtureModule('throws-at-load')));
      expect(error.stack).toContain('throws-at-load/index.js:1');
    }));

  test('checks settings against the manifest and fills in defaults', () =>
    withHost(async (host) => {
      const error = await errorOf(host.load(fixtureModule('checked'), { with: { limit: 0 } }));
      expect(error.code).toBe('PHLOW_WITH_INVALID');
      expect(error.message).toContain('limit');
      const checked = await host.load(fixtureModule('checked'), { with: null });
      expect(await checked.call({ n: 1 })).toEqual({ n: 1, label: 'none', limit: 3 });
    }));

  test('of an unknown module says where it looked and what was meant', () =>
    withHost(async (host) => {
      const error = await errorOf(host.load('cahce'));
      expect(error.code).toBe('PHLOW_MODULE_NOT_FOUND');
      expect(error.message).toContain('Did you mean "cache"');
      expect((await errorOf(host.load('./nowhere'))).code).toBe('PHLOW_MODULE_NOT_FOUND');
      expect((await errorOf(host.load('x/../../../etc'))).code).toBe('PHLOW_MODULE_NOT_FOUND');
    }));

  test('refuses a second module of the same name, also while the first is loading', () =>
    withHost(async (host) => {
      const [a, b] = await Promise.allSettled([
        host.load(fixtureModule('plain')),
        host.load(fixtureModule('plain')),
      ]);
      expect([a.status, b.status].sort()).toEqual(['fulfilled', 'rejected']);
      expect((await errorOf(host.load(fixtureModule('plain')))).code).toBe('PHLOW_MODULE_NAME_TAKEN');
    }));

  test('after close() rejects with PHLOW_HOST_CLOSED', () =>
    withHost(async (host) => {
      await host.close();
      expect((await errorOf(host.load('echo'))).code).toBe('PHLOW_HOST_CLOSED');
    }));

  test('frees the name when the module is closed', () =>
    withHost(async (host) => {
      const first = await host.load(fixtureModule('plain'));
      await first.close();
      const second = await host.load(fixtureModule('plain'));
      expect(await second.call(1)).toEqual({ saw: 1, name: 'plain' });
      expect((await errorOf(first.call(1))).code).toBe('PHLOW_MODULE_DOWN');
    }));
});
