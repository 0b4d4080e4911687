import { Session } from 'node:inspector';
import { describe, expect, test } from '@jest/globals';
import type { Host, IsolationLevel, LoadOptions, Module } from '../../src/index.js';
import { fixtureModule } from '../support/fixtures.js';
import { errorOf, withHost } from '../support/with-host.js';

const load = (host: Host, options: LoadOptions = {}): Promise<Module> =>
  host.load(fixtureModule('hangs'), { restart: 'never', ...options });

/** A machine under load may need long to pause a thread. */
const PATIENT = { hangReport: { timeoutMs: 20_000 } } as const satisfies LoadOptions;

describe('a module that hangs', () => {
  test.each([
    ['regexp', 'regexp'],
    ['atomics', 'atomics'],
    ['parsing', 'parsing'],
    ['generator', '(generator|forever)'],
    ['microtasks', 'next'],
  ])('in: %s, is told with the place', (way, place) =>
    withHost(async (host, lines) => {
      const module = await load(host, PATIENT);
      const error = await errorOf(module.call({ in: way }, { timeoutMs: 50 }));
      expect(error.code).toBe('PHLOW_MODULE_HUNG');
      expect(error.message).toMatch(new RegExp(`it was in ${place} \\(.*hangs/index\\.js:\\d+:\\d+\\)`));
      expect(lines.some(({ message }) => message === `about to hang: ${way}`)).toBe(true);
    }),
  );

  test('in a stream is told to its reader, after the items that came before', () =>
    withHost(async (host) => {
      const module = await load(host, { ...PATIENT });
      const stream = module.stream({ in: 'stream' }, { timeoutMs: 200 });
      expect(await stream.next()).toEqual({ done: false, value: 'first' });
      const error = await errorOf(stream.next());
      expect(error.code).toBe('PHLOW_MODULE_HUNG');
      expect(error.message).toMatch(/it was in (generator|forever) /);
    }));

  test('in native code, which nothing can pause, is told without a place and before its thread has gone', () =>
    withHost(async (host) => {
      const module = await load(host, { hangReport: { timeoutMs: 100 }, terminateTimeoutMs: 20_000 });
      const error = await errorOf(module.call({ in: 'process', seconds: 3 }, { timeoutMs: 50 }));
      expect(error.code).toBe('PHLOW_MODULE_HUNG');
      expect(error.message).toContain(
        'could not be paused within 100 ms to see where: it is inside native code',
      );
    }));

  test('for seconds has the CPU time it took in its report', () =>
    withHost(async (host) => {
      const module = await load(host, { hangReport: false });
      await errorOf(module.call({ in: 'generator' }, { timeoutMs: 2_500 }));
      const report = (await errorOf(module.call({}))).details?.['report'];
      expect(report).toMatchObject({ reason: 'hung', cpuMs: expect.any(Number) });
    }));

  test('at the same time as another one does not keep that one from being told apart', () =>
    withHost(async (host) => {
      const modules = await Promise.all(['a', 'b'].map((name) => load(host, { name, ...PATIENT })));
      const [first, second] = await Promise.all([
        errorOf(modules[0]?.call({ in: 'regexp' }, { timeoutMs: 50 }) ?? Promise.resolve()),
        errorOf(modules[1]?.call({ in: 'atomics' }, { timeoutMs: 50 }) ?? Promise.resolve()),
      ]);
      expect(first.message).toMatch(/^Module "a" hangs: .* it was in regexp /);
      expect(second.message).toMatch(/^Module "b" hangs: .* it was in atomics /);
    }));

  test('while a debugger looks on is ended too: its thread is not left standing where it was paused', () =>
    withHost(async (host) => {
      const module = await load(host, { ...PATIENT, terminateTimeoutMs: 20_000 });
      const ended = host.events().next();
      const session = new Session();
      session.connect();
      try {
        const looksOn = new Promise<void>((resolve) => {
          session.on('NodeWorker.receivedMessageFromWorker', () => resolve());
        });
        session.on('NodeWorker.attachedToWorker', ({ params: { sessionId } }) => {
          const message = JSON.stringify({ id: 1, method: 'Debugger.enable' });
          session.post('NodeWorker.sendMessageToWorker', { sessionId, message });
        });
        session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
        await looksOn;
        const error = await errorOf(module.call({ in: 'generator' }, { timeoutMs: 50 }));
        expect(error.message).toMatch(/it was in (generator|forever) /);
        expect((await ended).value).toMatchObject({ report: { cause: expect.stringMatching(/^it hung/) } });
        expect((await host.inspect()).modules[0]?.zombies).toBe(0);
      } finally {
        session.disconnect();
      }
    }));

  test('while it is loaded is told with the place', () =>
    withHost(async (host) => {
      const error = await errorOf(host.load(fixtureModule('spins-at-load'), { loadTimeoutMs: 1_000 }));
      expect(error.code).toBe('PHLOW_LOAD_TIMED_OUT');
      expect(error.message).toMatch(/not ready within 1000 ms.* it was in .*spins-at-load\/index\.js:1:\d+/);
    }));

  test.each<[IsolationLevel, string]>([
    ['sandboxed', 'neither `guarded` nor `sandboxed` lets anybody look into a thread'],
    ['isolated', 'it runs in a process of its own'],
  ])('at level %s says why nobody can see where', (isolation, why) =>
    withHost(async (host) => {
      const options = { isolation, restart: 'never', limits: { callMs: 60_000 } } as const;
      const module = await host.load(fixtureModule('spinner'), options);
      const error = await errorOf(module.call({ text: 'abc' }, { timeoutMs: 50 }));
      expect(error.code).toBe('PHLOW_MODULE_HUNG');
      expect(error.message).toContain(why);
    }),
  );
});
