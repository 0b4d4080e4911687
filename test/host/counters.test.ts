import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, test } from '@jest/globals';
import type { Host, HostEvent, LoadOptions } from '../../src/index.js';
import { fixtureModule } from '../support/fixtures.js';
import { errorOf, withHost } from '../support/with-host.js';

const AGAIN: LoadOptions = { restart: { maxRestarts: Infinity, backoffMs: 0, jitter: 0 } };

/** The counters of all modules, by the line that Prometheus reads. */
async function countersOf(host: Host): Promise<Map<string, number>> {
  const lines = (await host.metrics()).split('\n');
  const counters = new Set<string>();
  for (const line of lines) {
    const [, name] = /^# TYPE (\S+) counter$/.exec(line) ?? [];
    if (name !== undefined) counters.add(name);
    const [, summary] = /^# TYPE (\S+) summary$/.exec(line) ?? [];
    if (summary !== undefined) counters.add(`${summary}_sum`).add(`${summary}_count`);
  }
  return new Map(
    lines.flatMap((line): [string, number][] => {
      const [, key, name, figure] = /^((\S+?)\{.*\}) (\S+)$/.exec(line) ?? [];
      return key !== undefined && counters.has(name ?? '') ? [[key, Number(figure)]] : [];
    }),
  );
}

/** Looks at the counters after each step: none may fall or vanish. */
async function neverFall(
  host: Host,
  steps: readonly (() => Promise<unknown>)[],
): Promise<Map<string, number>> {
  let before = await countersOf(host);
  for (const step of steps) {
    await step();
    const after = await countersOf(host);
    for (const [counter, figure] of before)
      expect([counter, after.get(counter) ?? -1]).toEqual([
        counter,
        Math.max(figure, after.get(counter) ?? -1),
      ]);
    before = after;
  }
  return before;
}

describe('no counter falls', () => {
  test.each(['trusted', 'sandboxed', 'isolated'] as const)('whatever ends a module at %s', (isolation) =>
    withHost(async (host) => {
      const module = await host.load(fixtureModule('gives-up'), { isolation, jail: 'off', ...AGAIN });
      const works = async (): Promise<void> => {
        for (let i = 0; i < 20; i++) await errorOf(module.call({ do: 'throw' }));
      };
      const ends = async (): Promise<void> => {
        await errorOf(module.call({ do: 'spin' }, { timeoutMs: 50 }));
        await works();
      };
      const replaces = (): Promise<void> => host.replace('gives-up');
      const last = await neverFall(host, [works, ends, works, replaces, works, ends, ends]);
      expect(last.get('phlow_module_restarts_total{module="gives-up"}')).toBe(3);
    }),
  );

  test('when replicas end, and their ends are counted and told', () =>
    withHost(async (host) => {
      const events: HostEvent[] = [];
      const types = ['replica_ended', 'replica_ready'] as const;
      const ready: (() => void)[] = [];
      const listen = (event: unknown): void => {
        events.push(event as HostEvent);
        if ((event as HostEvent).type === 'replica_ready') ready.shift()?.();
      };
      for (const type of types) subscribe(`phlow:module:${type}`, listen);
      try {
        const module = await host.load(fixtureModule('stateless'), { replicas: 2, ...AGAIN });
        const ends = async (): Promise<void> => {
          const again = new Promise<void>((resolve) => ready.push(resolve));
          await errorOf(module.call({ do: 'exit' }));
          await again;
        };
        const works = (): Promise<unknown> => module.call({ do: 'who' });
        const last = await neverFall(host, [works, ends, works, ends, works]);
        expect(last.get('phlow_module_restarts_total{module="stateless"}')).toBe(2);
        expect(events.map(({ type }) => type)).toEqual([...types, ...types]);
        expect(events[0]).toMatchObject({ module: 'stateless', because: expect.stringContaining('exited') });
      } finally {
        for (const type of types) unsubscribe(`phlow:module:${type}`, listen);
      }
    }));
});
