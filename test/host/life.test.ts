import { describe, expect, test } from '@jest/globals';
import { Bill } from '../../src/host/bill/bill.js';
import type { Executor, ExecutorEvents } from '../../src/host/executor.js';
import { Life, type LifeEvents } from '../../src/host/slot/life.js';
import type { Value } from '../../src/values.js';
import { DOWN, UP, type Batch } from '../../src/wire/protocol.js';
import { idOf, opOf, tagOf } from '../../src/wire/tag.js';
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
  noteReady(): void {
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

function lifeOf(executor: Executor, events: Partial<LifeEvents> = {}): Life {
  const options = { name: 'puppet', bill: new Bill(), graceMs: 5, terminateTimeoutMs: 5, mayShare: true };
  return new Life(options, executor, {
    log: () => undefined,
    mainEnded: () => undefined,
    replied: () => undefined,
    hung: () => Promise.reject(new Error('not asked')),
    replica: () => undefined,
    ended: () => undefined,
    dispatch: () => Promise.reject(new Error('not asked')),
    power: () => Promise.reject(new Error('not asked')),
    ...events,
  });
}

describe('a life', () => {
  test('whose executor cannot even be started ends, and says why', async () => {
    const life = lifeOf(
      new Puppet(() => {
        throw new Error('no thread left');
      }),
    );
    const error = await errorOf(life.ready);
    expect(error.code).toBe('PHLOW_LOAD_FAILED');
    expect(error.message).toContain('no thread left');
    expect((await life.ended).reason).toBe('terminated');
  });

  test('that has ended rejects packages that come after', async () => {
    const puppet = new Puppet();
    const life = lifeOf(puppet);
    puppet.exit();
    for (const options of [undefined, { payload: 1 }])
      expect((await errorOf(life.call(1, options))).code).toBe('PHLOW_MODULE_CRASHED');
    expect(puppet.sent).toEqual([]);
    expect(life.inFlight).toBe(0);
  });

  test('that has ended says so also when it was ready in the same turn', async () => {
    const puppet = new Puppet();
    const life = lifeOf(puppet);
    puppet.events?.batch([tagOf(0, UP.ready), { isCallable: true }]);
    puppet.exit();
    expect(await life.ready).toMatchObject({ isCallable: true });
    expect(life.exit).toMatchObject({ exitCode: 3 });
  });

  test('counts the age of a package whose caller gave up', async () => {
    const life = lifeOf(new Puppet());
    const controller = new AbortController();
    const given = errorOf(life.call(1, { signal: controller.signal }));
    controller.abort();
    expect((await given).code).toBe('PHLOW_CALL_CANCELLED');
    expect(life.inFlight).toBe(1);
    expect(life.awaited).toBe(0);
    expect(life.oldestAgeMs(performance.now() + 1_000)).toBeGreaterThanOrEqual(1_000);
  });

  test('tells a module by a fault what cannot be copied to it', async () => {
    const puppet = new Puppet();
    lifeOf(puppet, { power: () => Promise.resolve((() => 1) as unknown as Value) });
    puppet.events?.batch([tagOf(7, UP.power), ['module.call', 'x']]);
    await new Promise(setImmediate);
    const [tag, fault] = puppet.sent as [number, { code: string }];
    expect([idOf(tag), opOf(tag)]).toEqual([7, DOWN.powerFault]);
    expect(fault.code).toBe('PHLOW_INPUT_UNCLONABLE');
  });
});
