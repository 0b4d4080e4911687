import { describe, expect, jest, test } from '@jest/globals';
import { ModuleMetrics } from '../../src/host/diagnostics/module-metrics.js';
import type { Executor, ExecutorEvents } from '../../src/host/executors/executor.js';
import { drain } from '../../src/host/module/drain.js';
import { Instance } from '../../src/host/module/instance.js';
import type { InstanceEvents } from '../../src/host/module/instance-options.js';
import type { Value } from '../../src/values.js';
import { DOWN, UP, type Batch, idOf, opOf, tagOf } from '../../src/wire/protocol.js';
import { errorOf } from '../support/with-host.js';

/** An executor that runs nothing: the test is its module. */
class Puppet implements Executor {
  readonly threadId = undefined;
  readonly sent: unknown[] = [];
  events: ExecutorEvents | undefined;
  readonly #onStart: () => void;

  constructor(onStart: () => void = () => undefined) {
    this.#onStart = onStart;
  }
  start(events: ExecutorEvents): void {
    this.#onStart();
    this.events = events;
  }
  post(batch: Batch): void {
    this.sent.push(...(structuredClone(batch) as unknown[]));
  }
  exit(): void {
    this.events?.exit({ reason: 'exited', exitCode: 3, error: undefined });
  }
  terminate(error?: unknown): Promise<void> {
    this.events?.exit({ reason: 'terminated', exitCode: undefined, error });
    return Promise.resolve();
  }
  onReady(): void {
    // Nothing to note.
  }
  ping(): Promise<true> {
    return Promise.resolve(true);
  }
  stop(): Promise<void> {
    return Promise.resolve();
  }
  inspect(): Promise<never> {
    return Promise.reject(new Error('not asked'));
  }
  vitals(): ReturnType<Executor['vitals']> {
    return { eventLoopUtilization: 0, heapUsedBytes: undefined, cpuMs: undefined };
  }
  sample(): ReturnType<Executor['sample']> {
    return Promise.resolve(this.vitals());
  }
}

function instanceOf(executor: Executor, events: Partial<InstanceEvents> = {}): Instance {
  const options = {
    name: 'puppet',
    metrics: new ModuleMetrics(),
    graceMs: 5,
    terminateTimeoutMs: 5,
    crossing: 'clone' as const,
  };
  return new Instance(options, executor, {
    log: () => undefined,
    mainEnded: () => undefined,
    emitted: () => 'an event',
    replied: () => undefined,
    hung: () => Promise.reject(new Error('not asked')),
    replica: () => undefined,
    ended: () => undefined,
    dispatch: () => Promise.reject(new Error('not asked')),
    describe: () => Promise.resolve(undefined),
    capability: () => Promise.reject(new Error('not asked')),
    ...events,
  });
}

describe('a life', () => {
  test('whose executor cannot even be started ends, and says why', async () => {
    const instance = instanceOf(
      new Puppet(() => {
        throw new Error('no thread left');
      }),
    );
    const error = await errorOf(instance.ready);
    expect(error.code).toBe('PHLOW_LOAD_FAILED');
    expect(error.message).toContain('no thread left');
    expect((await instance.ended).reason).toBe('terminated');
  });

  test('that has ended rejects packages that come after', async () => {
    const puppet = new Puppet();
    const instance = instanceOf(puppet);
    puppet.exit();
    for (const options of [undefined, { payload: 1 }])
      expect((await errorOf(instance.call(1, options))).code).toBe('PHLOW_MODULE_CRASHED');
    expect(puppet.sent).toEqual([]);
    expect(instance.inFlight).toBe(0);
  });

  test('that has ended says so also when it was ready in the same turn', async () => {
    const puppet = new Puppet();
    const instance = instanceOf(puppet);
    puppet.events?.batch([tagOf(0, UP.ready), { isCallable: true }]);
    puppet.exit();
    expect(await instance.ready).toMatchObject({ isCallable: true });
    expect(instance.exit).toMatchObject({ exitCode: 3 });
  });

  test('whose event loop does not turn ends as a hang, also when nobody finds out in time where it stands', async () => {
    const never = new Promise<never>(() => undefined);
    const instance = instanceOf(Object.assign(new Puppet(), { ping: () => never }), { hung: () => never });
    const call = errorOf(instance.call(1, undefined));
    const drained = await drain(instance, { drainTimeoutMs: 60_000, stopTimeoutMs: 8, graceMs: 5 });
    expect(drained).toMatchObject({ wasForced: true, cutOff: 1 });
    expect(await call).toMatchObject({ code: 'PHLOW_MODULE_HUNG' });
    expect((await call).message).toContain('within the stop budget of 8 ms');
  });

  describe('of which nothing is awaited any more', () => {
    const given = async (instance: Instance): Promise<void> => {
      const controller = new AbortController();
      const call = errorOf(instance.call(1, { signal: controller.signal }));
      controller.abort();
      expect((await call).code).toBe('PHLOW_CALL_CANCELLED');
    };

    test('ends within the stop budget, whatever is left of the budget for packages', async () => {
      const instance = instanceOf(new Puppet());
      await given(instance);
      const drained = await drain(instance, { drainTimeoutMs: 600_000, stopTimeoutMs: 8, graceMs: 5 });
      expect(drained).toMatchObject({ wasForced: true, cutOff: 0 });
    });

    test('does so also when the last one is given up while it drains', async () => {
      const instance = instanceOf(new Puppet());
      const controller = new AbortController();
      const call = errorOf(instance.call(1, { signal: controller.signal }));
      const draining = drain(instance, { drainTimeoutMs: 600_000, stopTimeoutMs: 8, graceMs: 5 });
      controller.abort();
      expect((await call).code).toBe('PHLOW_CALL_CANCELLED');
      expect(await draining).toMatchObject({ wasForced: true, cutOff: 0 });
    });

    test('has its half of the stop budget for its own stop, also where the host stood still meanwhile', async () => {
      const puppet = new Puppet();
      // A budget that is spent ends before this.
      const stop = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2));
      const instance = instanceOf(Object.assign(puppet, { stop }));
      await given(instance);
      const now = jest.spyOn(performance, 'now');
      const draining = drain(instance, { drainTimeoutMs: 600_000, stopTimeoutMs: 600_000, graceMs: 600_000 });
      setImmediate(() => {
        const late = performance.now() + 700_000;
        now.mockImplementation(() => late);
        puppet.events?.batch([tagOf(1, UP.reply), 'late']);
      });
      try {
        expect(await draining).toMatchObject({ wasForced: false, cutOff: 0 });
      } finally {
        now.mockRestore();
      }
    });

    test('may still finish what was given up', async () => {
      const puppet = new Puppet();
      const instance = instanceOf(puppet);
      await given(instance);
      const draining = drain(instance, {
        drainTimeoutMs: 600_000,
        stopTimeoutMs: 600_000,
        graceMs: 600_000,
      });
      setImmediate(() => puppet.events?.batch([tagOf(1, UP.reply), 'late']));
      expect(await draining).toMatchObject({ wasForced: false, cutOff: 0 });
    });
  });

  test('counts the age of a package whose caller gave up', async () => {
    const instance = instanceOf(new Puppet());
    const controller = new AbortController();
    const given = errorOf(instance.call(1, { signal: controller.signal }));
    controller.abort();
    expect((await given).code).toBe('PHLOW_CALL_CANCELLED');
    expect(instance.inFlight).toBe(1);
    expect(instance.awaited).toBe(0);
    expect(instance.oldestAgeMs(performance.now() + 1_000)).toBeGreaterThanOrEqual(1_000);
  });

  test('tells a module by a fault what cannot be copied to it', async () => {
    const puppet = new Puppet();
    instanceOf(puppet, { capability: () => Promise.resolve((() => 1) as unknown as Value) });
    puppet.events?.batch([tagOf(7, UP.capability), ['module.call', 'x']]);
    await new Promise(setImmediate);
    const [tag, fault] = puppet.sent as [number, { code: string }];
    expect([idOf(tag), opOf(tag)]).toEqual([7, DOWN.capabilityFault]);
    expect(fault.code).toBe('PHLOW_INPUT_UNCLONABLE');
  });
});
