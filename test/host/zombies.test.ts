import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { GuestExecutor, type GuestSpec } from '../../src/host/executors/guest/guest-executor.js';
import { Guest } from '../../src/host/executors/guest/guest.js';
import type { Container, ContainerEvents } from '../../src/host/executors/guest/container.js';
import type { ExecutorExit } from '../../src/host/executors/executor.js';
import type { Host, LoadOptions, Module } from '../../src/index.js';
import { fixtureModule } from '../support/fixtures.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf, withHost } from '../support/with-host.js';

const zombiesOf = async (host: Host): Promise<number | undefined> =>
  (await host.inspect()).modules[0]?.zombies;

/** Replicas, and pipes that nobody writes to: opening one for reading does not return before `free`. */
function withReplicas(
  options: LoadOptions,
  use: (host: Host, module: Module, pipes: { path(): string; free(): void }) => Promise<void>,
): Promise<void> {
  return withFolder((folder) => {
    const made: string[] = [];
    const path = (): string => {
      const fifo = join(folder, `pipe-${made.length}`);
      spawnSync('mkfifo', [fifo]);
      made.push(fifo);
      return fifo;
    };
    const free = (): void => {
      for (const fifo of made.splice(0)) closeSync(openSync(fifo, 'w'));
    };
    return withHost(async (host) => {
      const module = await host.load(fixtureModule('stateless'), {
        graceMs: 20,
        terminateTimeoutMs: 20,
        hangReport: false,
        ...options,
      });
      await use(host, module, { path, free });
    });
  });
}

const who = async (module: Module, value = 0): Promise<number> =>
  (await module.call<{ thread: number }>({ do: 'who', value })).thread;

describe('a replica inside native code', () => {
  test('is counted while its thread has not gone; the others go on, and it is replaced when it goes', () =>
    withReplicas({ replicas: 2 }, async (host, module, { path, free }) => {
      const error = await errorOf(module.call({ do: 'open', path: path() }, { timeoutMs: 20 }));
      expect(error.code).toBe('PHLOW_MODULE_HUNG');
      while ((await zombiesOf(host)) !== 1) await new Promise(setImmediate);
      const threads = await Promise.all([1, 2, 3, 4].map(() => who(module)));
      expect(new Set(threads).size).toBe(1);
      free();
      while ((await zombiesOf(host)) !== 0) await new Promise(setImmediate);
      const both = new Set<number>();
      while (both.size < 2)
        for (const thread of await Promise.all([1, 2, 3, 4].map(() => who(module)))) both.add(thread);
      expect(both).toContain(threads[0]);
      expect(module.state).toBe('ready');
    }));

  test('leaves its keys to the others', () =>
    withReplicas({ replicas: 2, affinity: 'input.value' }, async (host, module, { path, free }) => {
      await errorOf(module.call({ do: 'open', path: path() }, { timeoutMs: 20 }));
      while ((await zombiesOf(host)) !== 1) await new Promise(setImmediate);
      const threads = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((key) => who(module, key)));
      expect(new Set(threads).size).toBe(1);
      free();
    }));

  test('ends the module when there is no other left, and its restart policy decides', () =>
    withReplicas(
      { replicas: 2, restart: { backoffMs: 0, jitter: 0 } },
      async (host, module, { path, free }) => {
        const stuck = [path(), path()].map((pipe) =>
          errorOf(module.call({ do: 'open', path: pipe }, { timeoutMs: 20 })),
        );
        for (const error of await Promise.all(stuck)) expect(error.code).toBe('PHLOW_MODULE_HUNG');
        while ((await zombiesOf(host)) !== 2) await new Promise(setImmediate);
        expect(await who(module)).toBeGreaterThan(0);
        free();
        while ((await zombiesOf(host)) !== 0) await new Promise(setImmediate);
        expect(await who(module)).toBeGreaterThan(0);
      },
    ));
});

describe('a process that does not go when it is killed', () => {
  test('is counted until it goes, and nobody waits for it for ever', async () => {
    let reported: ContainerEvents | undefined;
    const container: Container = {
      threadId: undefined,
      start: (_, events) => (reported = events),
      send: () => undefined,
      limitFrames: () => undefined,
      pause: () => undefined,
      resume: () => undefined,
      unsentBytes: 0,
      figures: () => ({ memoryBytes: undefined, busyMs: undefined }),
      // The system lets a process inside a call of a dead disk live on.
      kill: () => undefined,
    };
    const spec: GuestSpec = {
      ...({} as GuestSpec),
      boot: { name: 'stuck' } as GuestSpec['boot'],
      container: 'process',
      limits: { replyBytes: 1_000, depth: 10 } as GuestSpec['limits'],
      terminateTimeoutMs: 5,
      warmPool: { take: (kind) => new Guest(kind, container, false), refill: () => undefined },
    };
    const executor = new GuestExecutor(spec);
    const exits: ExecutorExit[] = [];
    const changes: number[] = [];
    executor.start({
      batch: () => undefined,
      log: () => undefined,
      rejected: () => undefined,
      hung: () => Promise.reject(new Error('not asked')),
      broken: () => undefined,
      replica: () => undefined,
      zombies: (change) => changes.push(change),
      exit: (exit) => exits.push(exit),
    });
    await executor.terminate(new Error('enough'));
    expect(exits).toMatchObject([{ reason: 'terminated' }]);
    expect(changes).toEqual([1]);
    reported?.exit({ exitCode: undefined, signal: 'SIGKILL', isOutOfMemory: false, error: undefined });
    expect(changes).toEqual([1, -1]);
    expect(exits).toHaveLength(1);
  });
});
