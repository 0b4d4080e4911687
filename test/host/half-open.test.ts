import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { HostEvent, RestartPolicy } from '../../src/index.js';
import { DEFAULT_RESTART } from '../../src/host/module-types.js';
import { fixtureModule } from '../support/fixtures.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf, withHost } from '../support/with-host.js';

/** Calls back on each event of a type, wherever it comes from, while `work` goes on. */
async function eventsOf<T>(
  types: readonly HostEvent['type'][],
  work: (seen: string[]) => Promise<T>,
): Promise<T> {
  const seen: string[] = [];
  const listen = (event: unknown): void => void seen.push((event as HostEvent).type);
  for (const type of types) subscribe(`phlow:module:${type}`, listen);
  try {
    return await work(seen);
  } finally {
    for (const type of types) unsubscribe(`phlow:module:${type}`, listen);
  }
}

function happens(type: HostEvent['type']): Promise<void> {
  return new Promise((resolve) => {
    const listen = (): void => {
      unsubscribe(`phlow:module:${type}`, listen);
      resolve();
    };
    subscribe(`phlow:module:${type}`, listen);
  });
}

const SOON: Partial<RestartPolicy> = { maxRestarts: 0, coolDownMs: 20 };

describe('a module that was given up for a crash loop', () => {
  test('is tried again by default', () => {
    expect(DEFAULT_RESTART.coolDownMs).toBe(60_000);
  });

  test('is started on trial after its cool-down and takes packages again', () =>
    withHost((host) =>
      eventsOf(['failed', 'half_open', 'recovered'], async (seen) => {
        const module = await host.load(fixtureModule('crasher'), { restart: SOON });
        const recovered = happens('recovered');
        await errorOf(module.call({ do: 'exit' }));
        await recovered;
        expect(seen).toEqual(['failed', 'half_open', 'recovered']);
        expect(await module.call({ do: 'echo', value: 1 })).toBe(1);
        const [inspection] = (await host.inspect()).modules;
        expect(inspection).toMatchObject({ state: 'ready', circuit: 'closed', restarts: 1 });
      }),
    ));

  test('is given up again, as often as its trial start fails, and comes back when the cause is gone', () =>
    withFolder((folder) =>
      withHost((host) =>
        eventsOf(['failed', 'half_open', 'recovered'], async (seen) => {
          const file = join(folder, 'broken');
          const module = await host.load(fixtureModule('dies-later'), { restart: SOON, with: { file } });
          let failures = 0;
          const twice = new Promise<void>((resolve) => {
            const listen = (): void => {
              if (++failures < 3) return;
              unsubscribe('phlow:module:failed', listen);
              resolve();
            };
            subscribe('phlow:module:failed', listen);
          });
          await errorOf(module.call('break'));
          await twice;
          expect(seen.slice(0, 5)).toEqual(['failed', 'half_open', 'failed', 'half_open', 'failed']);
          const recovered = happens('recovered');
          rmSync(file);
          await recovered;
          expect(module.state).toBe('ready');
        }),
      ),
    ));

  test('stays down without end when it is to, says so in figures, and restart() brings it back', () =>
    withHost(async (host) => {
      const restart = { maxRestarts: 0, coolDownMs: Infinity };
      const module = await host.load(fixtureModule('crasher'), { restart });
      const failed = happens('failed');
      await errorOf(module.call({ do: 'exit' }));
      await failed;
      expect((await host.inspect()).modules[0]).toMatchObject({ state: 'failed', circuit: 'open' });
      expect(await host.metrics()).toContain('phlow_module_circuit_open{module="crasher"} 1\n');
      expect((await errorOf(module.call({ do: 'echo' }))).message).toMatch(/too often.*call restart\(\)/);
      await module.restart();
      expect((await host.inspect()).modules[0]).toMatchObject({ state: 'ready', circuit: 'closed' });
      expect(await host.metrics()).toContain('phlow_module_circuit_open{module="crasher"} 0\n');
    }));

  test('says when it is tried again, and can be closed before', () =>
    withHost(async (host) => {
      const module = await host.load(fixtureModule('crasher'), { restart: { maxRestarts: 0 } });
      const failed = happens('failed');
      await errorOf(module.call({ do: 'exit' }));
      await failed;
      const down = await errorOf(module.call({ do: 'echo' }));
      expect(down.message).toMatch(/it is tried again in 60000 ms/);
      await module.close();
      expect(module.state).toBe('stopped');
    }));

  test('is not tried when its policy says that it is not restarted', () =>
    withHost(async (host) => {
      const restart = { when: 'never', coolDownMs: 0 } as const;
      const module = await host.load(fixtureModule('crasher'), { restart });
      const failed = happens('failed');
      await errorOf(module.call({ do: 'exit' }));
      await failed;
      expect((await host.inspect()).modules[0]).toMatchObject({ state: 'failed', circuit: 'closed' });
    }));
});
