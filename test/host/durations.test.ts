import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { LoadOptions } from '../../src/index.js';
import { Timer } from '../../src/timer.js';
import { fixtureModule } from '../support/fixtures.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf, withHost } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

/** Longer than Node's timers wait, and without end. */
const LONG: readonly number[] = [3e9, Number.MAX_SAFE_INTEGER, Infinity];

describe('a timer', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  test.each([5, 2 ** 31 - 1, 2 ** 31, 3e9, 1e10])('of %d ms elapses then, not before', (ms) => {
    let elapsed = 0;
    new Timer(ms, () => elapsed++);
    jest.advanceTimersByTime(ms - 1);
    expect(elapsed).toBe(0);
    jest.advanceTimersByTime(1);
    expect(elapsed).toBe(1);
    jest.advanceTimersByTime(1e10);
    expect(elapsed).toBe(1);
  });

  test('without end is none', () => {
    new Timer(Infinity, () => undefined);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('can be cleared between its steps', () => {
    let elapsed = 0;
    const timer = new Timer(5e9, () => elapsed++);
    jest.advanceTimersByTime(2 ** 31);
    timer.clear();
    jest.advanceTimersByTime(5e9);
    expect(elapsed).toBe(0);
  });
});

describe.each(LONG)('%d ms', (ms) => {
  test('is a deadline that a call, a waiting call and a stream keep', () =>
    withHost(async (host) => {
      const module = await host.load(fixtureModule('crasher'), { maxInFlight: 1, whenFull: 'wait' });
      const slow = module.call({ do: 'late', ms: 20 }, { timeoutMs: ms });
      const waits = module.call({ do: 'late', ms: 1 }, { timeoutMs: ms });
      await expect(Promise.all([slow, waits])).resolves.toHaveLength(2);
      const echo = await host.load('echo', { callTimeoutMs: ms });
      expect(await echo.call(1)).toBe(1);
      expect(await echo.stream(1, { timeoutMs: ms }).next()).toMatchObject({ done: true });
    }));

  const times: LoadOptions = {
    loadTimeoutMs: ms,
    drainTimeoutMs: ms,
    stopTimeoutMs: ms,
    terminateTimeoutMs: ms,
    graceMs: ms,
    hangTimeoutMs: ms,
    idleStopMs: ms,
    recycle: { afterMs: ms },
  };

  test.each(['trusted', 'sandboxed'] as const)('is any time that a module at %s is given', (isolation) =>
    withHost(async (host) => {
      const module = await host.load('echo', { ...times, isolation });
      expect(await module.call(1)).toBe(1);
      expect(await module.close()).toMatchObject({ wasForced: false, cutOff: 0 });
    }),
  );

  test('is how long a restart may wait', () =>
    withHost(async (host) => {
      const module = await host.load(fixtureModule('crasher'), {
        restart: { backoffMs: ms, maxBackoffMs: ms },
      });
      const delays: number[] = [];
      const listen = (event: unknown): void => void delays.push((event as { delayMs: number }).delayMs);
      subscribe('phlow:module:restarting', listen);
      // The second one waits for the first restart, which is immediate.
      for (let i = 0; i < 2; i++)
        expect(await errorOf(module.call({ do: 'exit' }))).toMatchObject({ code: 'PHLOW_MODULE_CRASHED' });
      unsubscribe('phlow:module:restarting', listen);
      expect(delays).toEqual([0, expect.anything()]);
      expect(delays[1]).toBeGreaterThan(2 ** 31 - 1);
      expect(module.state).toBe('restarting');
    }));
});

test('a manifest may name hours', () =>
  withFolder((folder) =>
    withHost(async (host) => {
      writeFiles(folder, {
        'phlow.yaml': 'name: slow\ntimeouts: { load: 1000h, call: 1000h, stop: 1000h }\n',
        'index.mjs': 'export default ({ input }) => input;\n',
      });
      const module = await host.load(folder);
      expect(await module.call(1)).toBe(1);
      expect(await module.close()).toMatchObject({ wasForced: false });
    }),
  ));

test('a package that waited says the deadline it was given, not what was left of it', () =>
  withHost(async (host) => {
    const module = await host.load(fixtureModule('crasher'), { maxInFlight: 1, whenFull: 'wait' });
    const first = module.call({ do: 'late', ms: 50 });
    const late = await errorOf(module.call({ do: 'never' }, { timeoutMs: 300 }));
    await first;
    expect(late.message).toMatch(/no reply within 300 ms/);
    expect(late.details).toMatchObject({ timeoutMs: 300 });
    const relay = await host.load(fixtureModule('relay'), { grant: { modules: ['target'] } });
    await host.load(fixtureModule('crasher'), { name: 'target' });
    const passed = await errorOf(relay.call({ input: { do: 'never' } }, { timeoutMs: 400 }));
    expect(passed.message).toMatch(/no reply within 400 ms/);
  }));
