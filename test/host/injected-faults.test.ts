import { describe, expect, test } from '@jest/globals';
import type { Host, IsolationLevel, LoadOptions, Module } from '../../src/index.js';
import { Faults } from '../../src/testing.js';
import { fixtureModule } from '../support/fixtures.js';
import { LEVELS } from '../support/guarded-here.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf, withHost } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

/** Counts its packages; one with `ms` is answered when the clock has moved by that. */
const COUNTER = `
export default {
  start: () => ({ count: 0 }),
  async handler({ input }, { clock }, state) {
    state.count += 1;
    await clock.sleep(input.ms ?? 0);
    return state.count;
  },
};
`;

interface Subject {
  readonly counter: Module;
  readonly faults: Faults;
  readonly host: Host;
}

/** Loads the counter with faults. The grace is long: a busy machine must not make a stalled module look hung. */
function withCounter(
  isolation: IsolationLevel,
  use: (subject: Subject) => Promise<void>,
  options: Partial<LoadOptions> = {},
): Promise<void> {
  return withFolder((folder) =>
    withHost(async (host) => {
      writeFiles(folder, { 'phlow.yaml': 'name: counter\n', 'index.mjs': COUNTER });
      const faults = new Faults();
      const own = { isolation, faults, graceMs: 10_000, clock: 'manual', ...options } as const;
      await use({ counter: await host.load(folder, own), faults, host });
    }),
  );
}

async function restartsOf(host: Host): Promise<number | undefined> {
  return (await host.inspect()).modules[0]?.restarts;
}

describe.each(LEVELS)('at %s', (isolation) => {
  test('an injected crash loses what is in flight and restarts the module', () =>
    withCounter(isolation, async ({ counter, faults, host }) => {
      expect(await counter.call({})).toBe(1);
      const events = host.events();
      const ended = events.next();
      const slow = errorOf(counter.call({ ms: 60_000 }));
      faults.crash();
      const next = errorOf(counter.call({}));
      expect([(await slow).code, (await next).code]).toEqual([
        'PHLOW_MODULE_CRASHED',
        'PHLOW_MODULE_CRASHED',
      ]);
      expect((await next).message).toContain('uncaught Error: a crash that a test has injected');
      expect(await ended).toMatchObject({
        value: { type: 'ended', report: { reason: 'uncaught', lost: 2 } },
      });
      expect(await counter.call({})).toBe(1);
      expect(await restartsOf(host)).toBe(1);
    }));

  test('an injected hang ends the module at once, as one that was found out', () =>
    withCounter(isolation, async ({ counter, faults, host }) => {
      faults.hang();
      const error = await errorOf(counter.call({}));
      expect(error.code).toBe('PHLOW_MODULE_HUNG');
      expect(error.message).toContain('its event loop is blocked; a test has injected that');
      expect(await counter.call({})).toBe(1);
      expect(await restartsOf(host)).toBe(1);
    }));

  test('a stalled module answers nothing, and everything once it goes on', () =>
    withCounter(isolation, async ({ counter, faults }) => {
      faults.stall();
      expect((await errorOf(counter.call({}, { timeoutMs: 20 }))).code).toBe('PHLOW_CALL_TIMED_OUT');
      const abort = new AbortController();
      const cancelled = errorOf(counter.call({}, { signal: abort.signal }));
      abort.abort();
      expect((await cancelled).code).toBe('PHLOW_CALL_CANCELLED');
      const held = counter.call({ ms: 5 });
      await counter.clock.advance(60_000);
      faults.resume();
      await counter.clock.advance(5);
      expect(await held).toBeGreaterThanOrEqual(1);
      expect(counter.state).toBe('ready');
    }));
});

describe('faults', () => {
  test('come one after the other, each as often as it was asked for', () =>
    withCounter(
      'inline',
      async ({ counter, faults }) => {
        faults.crash(2);
        faults.hang();
        const codes = [];
        for (let i = 0; i < 3; i++) codes.push((await errorOf(counter.call({}))).code);
        expect(codes).toEqual(['PHLOW_MODULE_CRASHED', 'PHLOW_MODULE_CRASHED', 'PHLOW_MODULE_HUNG']);
        expect(await counter.call({})).toBe(1);
      },
      { restart: { backoffMs: 0 } },
    ));

  test('without end are a crash loop, in which the module is given up', () =>
    withCounter(
      'inline',
      async ({ counter, faults }) => {
        faults.crash(Infinity);
        const codes = [];
        for (let i = 0; i < 3; i++) codes.push((await errorOf(counter.call({}))).code);
        expect(codes).toEqual(['PHLOW_MODULE_CRASHED', 'PHLOW_MODULE_CRASHED', 'PHLOW_MODULE_DOWN']);
        expect(counter.state).toBe('failed');
      },
      { restart: { backoffMs: 0, maxRestarts: 1 } },
    ));

  test('hold back what was sent, not what the sender has made of it since', () =>
    withHost(async (host) => {
      const faults = new Faults();
      const echo = await host.load('echo', { faults, clock: 'manual' });
      faults.stall();
      const input = { list: [1], bytes: new Uint8Array([7]) };
      const reply = echo.call(input, { transfer: [input.bytes.buffer] });
      await echo.clock.advance(0);
      expect(input.bytes.byteLength).toBe(0);
      input.list.push(2);
      faults.resume();
      expect(await reply).toEqual({ list: [1], bytes: new Uint8Array([7]) });
    }));

  test('end all replicas of a module', () =>
    withHost(async (host) => {
      const faults = new Faults();
      const module = await host.load(fixtureModule('stateless'), { faults, replicas: 2 });
      faults.crash();
      expect((await errorOf(module.call({ do: 'text' }))).code).toBe('PHLOW_MODULE_CRASHED');
      await module.call({ do: 'text' });
      expect(await restartsOf(host)).toBe(1);
    }));

  test.each([0, -1, 1.5, Number.NaN])('%p packages cannot be failed', (times) => {
    expect(() => new Faults().crash(times)).toThrow(/from 1 on/);
    expect(() => new Faults().hang(times)).toThrow(/from 1 on/);
  });
});
