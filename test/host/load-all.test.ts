import { describe, expect, test } from '@jest/globals';
import type { Host, HostEvent } from '../../src/index.js';
import { fixtureModule } from '../support/fixtures.js';
import { errorOf, withHost } from '../support/with-host.js';

/** Collects the names of a kind of event from now on. */
function namesOf(host: Host, type: HostEvent['type']): string[] {
  const names: string[] = [];
  void (async () => {
    for await (const event of host.events()) if (event.type === type) names.push(event.module);
  })();
  return names;
}

describe('loadAll()', () => {
  test('starts each module after those it names and those its manifest calls; close() goes the other way', () =>
    withHost(async (host) => {
      const ready = namesOf(host, 'ready');
      const stopped = namesOf(host, 'stopped');
      const { modules, failed } = await host.loadAll([
        { module: 'echo', name: 'last', after: ['relay'] },
        { module: fixtureModule('relay'), grant: { modules: ['target'] } },
        { module: 'echo', name: 'target' },
      ]);
      expect(ready).toEqual(['target', 'relay', 'last']);
      expect([...modules.keys()]).toEqual(['target', 'relay', 'last']);
      expect(failed.size).toBe(0);
      const reports = await host.close();
      expect(stopped).toEqual(['last', 'relay', 'target']);
      expect(reports.map(({ module, wasForced }) => [module, wasForced])).toEqual([
        ['last', false],
        ['relay', false],
        ['target', false],
      ]);
    }));

  test('refuses modules that need each other in a circle', () =>
    withHost(async (host) => {
      const error = await errorOf(
        host.loadAll([
          { module: 'echo', name: 'a', after: ['b'] },
          { module: 'echo', name: 'b', after: ['c'] },
          { module: 'echo', name: 'c', after: ['b'] },
        ]),
      );
      expect(error.code).toBe('PHLOW_DEPENDENCY_CYCLE');
      expect(error.message).toContain('b needs c needs b');
      expect(host.modules.size).toBe(0);
    }));

  test('goes on without an optional module that fails', () =>
    withHost(async (host) => {
      const { modules, failed } = await host.loadAll([
        { module: fixtureModule('throws-at-load'), optional: true },
        { module: './nowhere', optional: true },
        { module: 'echo', after: ['throws-at-load'] },
      ]);
      expect([...modules.keys()]).toEqual(['echo']);
      expect([...failed].map(([name, { code }]) => [name, code])).toEqual([
        ['./nowhere', 'PHLOW_MODULE_NOT_FOUND'],
        ['throws-at-load', 'PHLOW_LOAD_FAILED'],
      ]);
    }));

  test('leaves nothing behind when a module fails that is not optional', () =>
    withHost(async (host) => {
      const error = await errorOf(
        host.loadAll([{ module: 'echo' }, { module: fixtureModule('throws-at-load'), after: ['echo'] }]),
      );
      expect(error.code).toBe('PHLOW_LOAD_FAILED');
      expect(host.modules.size).toBe(0);
    }));

  test('refuses an unknown name in "after", and one name twice', () =>
    withHost(async (host) => {
      const unknown = await errorOf(host.loadAll([{ module: 'echo', after: ['ehco'] }]));
      expect(unknown.code).toBe('PHLOW_OPTION_INVALID');
      expect(unknown.message).toContain('echo');
      const twice = await errorOf(host.loadAll([{ module: 'echo' }, { module: 'echo' }]));
      expect(twice.code).toBe('PHLOW_MODULE_NAME_TAKEN');
    }));
});

describe('close()', () => {
  test('says of each module what was cut off and how long each phase took', () =>
    withHost(async (host) => {
      const held = await host.load(fixtureModule('crasher'), { drainTimeoutMs: 20, stopTimeoutMs: 5_000 });
      const call = errorOf(held.call({ do: 'never' }));
      const [report] = await host.close();
      expect(report).toMatchObject({ module: 'crasher', cutOff: 1, wasForced: true });
      expect(report?.drainMs).toBeGreaterThanOrEqual(19);
      expect((await call).code).toBe('PHLOW_MODULE_CRASHED');
    }));

  test('lets a module call those it needs while it finishes its last packages', () =>
    withHost(async (host) => {
      const { modules } = await host.loadAll([
        { module: fixtureModule('crasher'), name: 'target' },
        { module: fixtureModule('relay'), grant: { modules: ['target'] } },
      ]);
      const last = modules.get('relay')?.call({ input: { do: 'late', ms: 20 }, times: 3 });
      await host.close();
      expect(await last).toMatchObject({ replies: ['late', 'late', 'late'] });
    }));
});
