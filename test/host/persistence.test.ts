import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadOptions, Module, Value } from '../../src/index.js';
import { fixtureModule } from '../support/fixtures.js';
import { LEVELS } from '../support/guarded-here.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf, withHost } from '../support/with-host.js';

/** Calls until it works or the module is no longer ready, without a pause in between: only microtasks pass. */
async function insist(module: Module, input: Value): Promise<Value> {
  for (;;) {
    try {
      return await module.call(input);
    } catch (error) {
      if (module.state !== 'ready') throw error;
    }
  }
}

describe.each(LEVELS)('a caller who tries again at once, at level %s,', (isolation) => {
  test('gets through to a module that was full', () =>
    withHost(async (host) => {
      const module = await host.load(fixtureModule('plain'), { isolation, maxInFlight: 1 });
      const first = module.call(1);
      expect(await insist(module, 2)).toMatchObject({ saw: 2 });
      expect(await first).toMatchObject({ saw: 1 });
    }));
});

describe.each([
  ['one thread', {}],
  ['replicas', { replicas: 2 }],
] satisfies [string, LoadOptions][])('a caller who tries again at once, with %s,', (_, options) => {
  test('does not keep a module from being closed, nor with an input that cannot be copied', () =>
    withHost(async (host) => {
      const module = await host.load('echo', options);
      const refused = errorOf(insist(module, (() => 1) as never));
      await new Promise(setImmediate);
      await module.close();
      expect(['PHLOW_MODULE_DOWN', 'PHLOW_INPUT_UNCLONABLE']).toContain((await refused).code);
      expect(module.state).toBe('stopped');
    }));

  test('does not keep a module that ends again and again from being given up', () =>
    withHost(async (host) => {
      const module = await host.load(fixtureModule('stateless'), {
        restart: 'never',
        replicas: 1,
        ...options,
      });
      await errorOf(insist(module, { do: 'exit' }));
      expect(module.state).toBe('failed');
    }));
});

describe('a thread inside native code', () => {
  test('is left behind as a zombie when it does not go in time, and nobody waits for it for ever', () =>
    withFolder((folder) =>
      withHost(async (host) => {
        const fifo = join(folder, 'fifo');
        spawnSync('mkfifo', [fifo]);
        const module = await host.load(fixtureModule('crasher'), {
          graceMs: 20,
          terminateTimeoutMs: 20,
          hangReport: false,
          restart: { backoffMs: 0, jitter: 0 },
        });
        // Nobody writes to the pipe: opening it for reading does not return.
        const other = errorOf(module.call({ do: 'never' }));
        const error = await errorOf(module.call({ do: 'open', path: fifo }, { timeoutMs: 20 }));
        expect(error.code).toBe('PHLOW_MODULE_HUNG');
        expect((await other).code).toBe('PHLOW_MODULE_HUNG');
        expect(await module.call({ do: 'echo', value: 1 })).toBe(1);
        expect((await host.inspect()).modules[0]?.zombies).toBe(1);
        closeSync(openSync(fifo, 'w'));
        while ((await host.inspect()).modules[0]?.zombies === 1) await new Promise(setImmediate);
      }),
    ));

  test('does not keep close() waiting beyond the stop budget, whatever the time for its end', () =>
    withFolder(async (folder) => {
      const fifo = join(folder, 'fifo');
      spawnSync('mkfifo', [fifo]);
      let stuck: ReturnType<typeof errorOf> | undefined;
      await withHost(async (host) => {
        const module = await host.load(fixtureModule('crasher'), {
          stopTimeoutMs: 100,
          graceMs: 20,
          // Ten minutes: the test does not end in time if close() waits for that.
          terminateTimeoutMs: 600_000,
        });
        stuck = errorOf(module.call({ do: 'open', path: fifo }));
        await host.close();
      });
      expect((await stuck)?.code).toBe('PHLOW_MODULE_HUNG');
      closeSync(openSync(fifo, 'w'));
    }));
});
