import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Host, HostEvent, IsolationLevel, LoadOptions, Module } from '../../src/index.js';
import { RestartStrategy } from '../../src/host/module/restart-strategy.js';
import { fixtureModule } from '../support/fixtures.js';
import { GUARDED } from '../support/guarded-here.js';
import { errorOf, withHost } from '../support/with-host.js';

const load = (host: Host, options: LoadOptions = {}): Promise<Module> =>
  host.load(fixtureModule('crasher'), options);

/** The first event of a type; the listener must be opened before what causes it. */
async function nextEvent<T extends HostEvent['type']>(
  events: AsyncIterable<HostEvent>,
  type: T,
): Promise<Extract<HostEvent, { type: T }>> {
  for await (const event of events) if (event.type === type) return event as Extract<HostEvent, { type: T }>;
  throw new Error(`the events ended without ${type}`);
}

describe('a module that crashes', () => {
  test('is started again; a call made meanwhile waits for it', () =>
    withHost(async (host) => {
      const module = await load(host);
      const before = module.threadId;
      expect((await errorOf(module.call({ do: 'exit' }))).code).toBe('PHLOW_MODULE_CRASHED');
      expect(await module.call({ do: 'echo', value: 'back' })).toBe('back');
      expect(module.threadId).not.toBe(before);
    }));

  test('leaves a report: reason, packages with size and age, last lines, stack', () =>
    withHost(async (host, lines) => {
      const module = await load(host);
      const ended = nextEvent(host.events(), 'ended');
      await module.call({ do: 'log', lines: 3 });
      const lost = errorOf(module.call({ do: 'never', filler: 'x'.repeat(1000) }));
      await errorOf(module.call({ do: 'uncaught' }));
      const { report } = await ended;
      expect(report).toMatchObject({
        module: 'crasher',
        reason: 'uncaught',
        lost: 2,
        handled: 1,
        restarts: 0,
      });
      expect(report.cause).toContain('asked to crash');
      expect(report.inFlight[0]?.bytes).toBeGreaterThan(1000);
      expect(report.lastLines.map((line) => line.message)).toEqual(['line 0', 'line 1', 'line 2']);
      expect(report.stack).toContain('crasher/index.js');
      expect(report.stack).not.toMatch(/node:|boot\.bundle/);
      expect((await lost).code).toBe('PHLOW_MODULE_CRASHED');
      expect(lines.some((line) => line.level === 'error' && line.message.includes('lost package'))).toBe(
        true,
      );
    }));

  test.each([
    ['rejection', 'uncaught', 'asked to reject'],
    ['exit', 'exited', 'code 3'],
    [
      'oom',
      'out_of_memory',
      'ran out of memory: its heap may have 32 MiB; raise that with `maxHeapMb` or `limits.memory` of its manifest',
    ],
  ])('by %s says so in its report', (action, reason, cause) =>
    withHost(async (host) => {
      const module = await load(host, { restart: 'never', maxHeapMb: 32 });
      const ended = nextEvent(host.events(), 'ended');
      await errorOf(module.call({ do: action }));
      const { report } = await ended;
      expect(report.reason).toBe(reason);
      expect(report.cause).toContain(cause);
    }),
  );

  test('by process.exit has said in the log where it called it', () =>
    withHost(async (host) => {
      const module = await load(host, { restart: 'never' });
      const ended = nextEvent(host.events(), 'ended');
      await errorOf(module.call({ do: 'exit' }));
      const line = (await ended).report.lastLines.at(-1);
      expect(line?.message).toMatch(/^process\.exit\(3\) was called at .*crasher\/index\.js:\d+:\d+/);
    }));

  test('again and again is given up, says why, and can be restarted by hand', () =>
    withHost(async (host) => {
      const module = await load(host, { restart: { maxRestarts: 2, backoffMs: 1 } });
      const failed = nextEvent(host.events(), 'failed');
      for (let i = 0; i < 3; i++) await errorOf(module.call({ do: 'exit' }));
      expect((await failed).because).toContain('too often');
      const down = await errorOf(module.call({ do: 'echo', value: 1 }));
      expect(down.code).toBe('PHLOW_MODULE_DOWN');
      expect(down.details?.['report']).toMatchObject({ reason: 'exited', exitCode: 3 });
      await module.restart();
      expect(await module.call({ do: 'echo', value: 1 })).toBe(1);
    }));

  test('for the second time reports the lines of that life only', () =>
    withHost(async (host) => {
      const module = await load(host, { restart: { backoffMs: 1 } });
      await module.call({ do: 'log', lines: 2 });
      await errorOf(module.call({ do: 'uncaught' }));
      await module.call({ do: 'log', lines: 1 });
      const ended = nextEvent(host.events(), 'ended');
      await errorOf(module.call({ do: 'uncaught' }));
      expect((await ended).report.lastLines.map((line) => line.message)).toEqual(['line 0']);
    }));

  test('for the ten-thousandth time is still restarted at once when its back-off is 0', () => {
    const policy = {
      when: 'always',
      backoffMs: 0,
      maxBackoffMs: 1,
      jitter: 0,
      maxRestarts: Infinity,
      windowMs: 1,
      coolDownMs: Infinity,
    } as const;
    const strategy = new RestartStrategy(policy, () => 0);
    const exit = { reason: 'exited', exitCode: 1, error: undefined } as const;
    for (let i = 0; i < 10_000; i++) strategy.decide(exit);
    expect(strategy.decide(exit)).toEqual({ kind: 'restart', delayMs: 0 });
  });

  test('is given up when it cannot even be loaded any more', () =>
    withHost(async (host) => {
      const folder = await mkdtemp(join(tmpdir(), 'phlow-'));
      const module = await host.load(fixtureModule('dies-later'), {
        restart: { maxRestarts: 2, backoffMs: 1 },
        with: { file: join(folder, 'broken') },
      });
      const failed = nextEvent(host.events(), 'failed');
      await errorOf(module.call('break'));
      expect((await failed).module).toBe('dies-later');
      expect(module.state).toBe('failed');
      await rm(folder, { recursive: true });
    }));
});

describe('a module that hangs', () => {
  test('is paused, examined and ended: the error tells line, stack, locals and hides secrets', () =>
    withHost(async (host) => {
      const module = await host.load(fixtureModule('spinner'), { restart: 'never' });
      const neighbour = await load(host);
      const ended = nextEvent(host.events(), 'ended');
      const error = await errorOf(module.call({ text: 'abc', password: 'hunter2' }, { timeoutMs: 50 }));
      expect(error.code).toBe('PHLOW_MODULE_HUNG');
      expect(error.message).toMatch(/spinner\/index\.js:[567]:/);
      expect(error.message).toContain('parseForever');
      expect(error.message).toContain('text = "abc"');
      expect(error.message).not.toContain('hunter2');
      const { report } = await ended;
      expect(report.reason).toBe('hung');
      expect(report.cause).toMatch(/^it hung: /);
      expect(report.givenUp).toMatchObject([{ id: 1, bytes: expect.any(Number) }]);
      expect(report.hangReport?.frames[0]).toMatchObject({ function: 'parseForever' });
      expect(report.cause).not.toContain('\n');
      expect(report.stack).toBeUndefined();
      expect(await neighbour.call({ do: 'echo', value: 1 })).toBe(1);
    }));

  test('tells no local variables when it is asked not to', () =>
    withHost(async (host) => {
      const module = await host.load(fixtureModule('spinner'), {
        restart: 'never',
        hangReport: { locals: false },
      });
      const error = await errorOf(module.call({ text: 'abc' }, { timeoutMs: 50 }));
      expect(error.message).toContain('parseForever');
      expect(error.message).not.toContain('abc');
    }));

  test('delivers all the lines it logged before', () =>
    withHost(async (host, lines) => {
      const module = await load(host, { restart: 'never' });
      await module.call({ do: 'log', lines: 300 });
      await errorOf(module.call({ do: 'spin' }, { timeoutMs: 50 }));
      expect(lines.filter((line) => line.message.startsWith('line'))).toHaveLength(300);
    }));

  test('is not taken for one that is merely slow', () =>
    withHost(async (host) => {
      const module = await load(host);
      const { threadId } = module;
      expect((await errorOf(module.call({ do: 'never' }, { timeoutMs: 20 }))).code).toBe(
        'PHLOW_CALL_TIMED_OUT',
      );
      expect(await module.call({ do: 'echo', value: 1 })).toBe(1);
      expect(module.threadId).toBe(threadId);
    }));
});

describe('packages that find no room', () => {
  test('wait their turn by priority when the module is loaded to let them', () =>
    withHost(async (host) => {
      const module = await load(host, { maxInFlight: 1, whenFull: 'wait' });
      const order: string[] = [];
      const send = (value: string, priority: 'high' | 'normal' | 'low'): Promise<unknown> =>
        module.call({ do: 'echo', value }, { priority }).then(() => order.push(value));
      await Promise.all([
        send('first', 'low'),
        send('low', 'low'),
        send('normal', 'normal'),
        send('high', 'high'),
      ]);
      expect(order).toEqual(['first', 'high', 'normal', 'low']);
    }));

  test('are refused beyond maxWaiting, and leave when cancelled or late', () =>
    withHost(async (host) => {
      const module = await load(host, { maxInFlight: 1, whenFull: 'wait', maxWaiting: 3 });
      const held = errorOf(module.call({ do: 'never' }, { timeoutMs: 5_000 }));
      const controller = new AbortController();
      const cancelled = errorOf(module.call({ do: 'echo', value: 1 }, { signal: controller.signal }));
      const late = errorOf(module.call({ do: 'echo', value: 2 }, { timeoutMs: 10 }));
      const asked = errorOf(module.call({ do: 'echo', value: 3 }));
      expect((await errorOf(module.call({ do: 'echo', value: 4 }))).code).toBe('PHLOW_MODULE_BUSY');
      controller.abort();
      expect((await cancelled).code).toBe('PHLOW_CALL_CANCELLED');
      expect((await late).code).toBe('PHLOW_CALL_TIMED_OUT');
      expect(
        host.cancelPending({ module: 'crasher', input: (input) => (input as { value: number }).value === 3 }),
      ).toBe(1);
      expect((await asked).code).toBe('PHLOW_CALL_CANCELLED');
      await module.close();
      expect((await held).code).toBe('PHLOW_MODULE_CRASHED');
    }));
});

describe('close()', () => {
  test('lets packages in flight finish and says that nothing was cut off', () =>
    withHost(async (host) => {
      const module = await load(host);
      const call = module.call({ do: 'late', ms: 50 });
      const report = await module.close();
      expect(await call).toBe('late');
      expect(report).toMatchObject({ module: 'crasher', cutOff: 0, wasForced: false });
    }));

  test('cuts off what does not finish within the budget, and says so', () =>
    withHost(async (host) => {
      const module = await load(host, { stopTimeoutMs: 30 });
      const call = errorOf(module.call({ do: 'never' }));
      expect(await module.close()).toMatchObject({ cutOff: 1, wasForced: true });
      expect((await call).code).toBe('PHLOW_MODULE_CRASHED');
    }));

  test.each<IsolationLevel>(['trusted', ...GUARDED])(
    'ends a module that spins at %s within the stop budget, as hung',
    (isolation) =>
      withHost(async (host) => {
        // The packages would get a minute: without a look at the event loop this would time out.
        const options = { isolation, drainTimeoutMs: 60_000, stopTimeoutMs: 1_000 };
        const module = await host.load(fixtureModule('spinner'), options);
        const call = errorOf(module.call({ text: 'abc' }));
        expect(await module.close()).toMatchObject({ cutOff: 1, wasForced: true });
        const error = await call;
        expect(error.code).toBe('PHLOW_MODULE_HUNG');
        // At guarded nobody can look into the thread, and the message says so.
        expect(error.message).toContain(isolation === 'trusted' ? 'parseForever' : 'cannot be paused');
      }),
  );
});

describe('a flood of log lines', () => {
  test('is cut, counted and told', () =>
    withHost(async (host, lines) => {
      const module = await load(host, { logRate: { linesPerSecond: 1, burst: 10 } });
      const cut = nextEvent(host.events(), 'log_cut');
      await module.call({ do: 'log', lines: 500 });
      await module.close();
      expect((await cut).lines).toBe(490);
      expect(lines.filter((line) => line.message.startsWith('line'))).toHaveLength(10);
      expect(lines.some((line) => line.message.includes('490 log lines were cut'))).toBe(true);
    }));
});
