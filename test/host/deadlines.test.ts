import { describe, expect, test } from '@jest/globals';
import type { Host, Module } from '../../src/index.js';
import { Deadline } from '../../src/host/call/deadline.js';
import { fixtureModule } from '../support/fixtures.js';
import { errorOf, withHost } from '../support/with-host.js';

async function relayTo(host: Host, target: string): Promise<Module> {
  await host.load(target, { name: 'target', graceMs: 20_000 });
  return host.load(fixtureModule('relay'), { grant: { modules: ['target'] } });
}

describe('the deadline of a call', () => {
  test('is handed on to the packages that its module sends', () =>
    withHost(async (host) => {
      const relay = await relayTo(host, fixtureModule('crasher'));
      const error = await errorOf(relay.call({ input: { do: 'never' } }, { timeoutMs: 300 }));
      // The inner call ends first: the outer deadline stands still while it lasts.
      expect(error.code).toBe('PHLOW_MODULE_ERROR');
      expect(error.details?.['code']).toBe('PHLOW_CALL_TIMED_OUT');
      expect(error.message).toContain('"target"');
    }));

  test('goes on when the module has its reply', () =>
    withHost(async (host) => {
      const relay = await relayTo(host, 'echo');
      const error = await errorOf(relay.call({ input: 1, times: 3, never: true }, { timeoutMs: 50 }));
      expect(error.code).toBe('PHLOW_CALL_TIMED_OUT');
      expect(error.message).toContain('"relay"');
    }));

  test('stands still while the module waits for the host', () =>
    withHost(async (host) => {
      const relay = await relayTo(host, fixtureModule('crasher'));
      // Each wait is shorter than the deadline, all of them together are longer.
      const { replies } = await relay.call<{ replies: string[] }>(
        { input: { do: 'late', ms: 300 }, times: 4 },
        { timeoutMs: 1_000 },
      );
      expect(replies).toEqual(['late', 'late', 'late', 'late']);
    }));

  test('leaves a handler that cleans up after it the grace, and no more, for what it asks of others', () =>
    withHost(async (host, lines) => {
      await host.load(fixtureModule('crasher'), { name: 'target', graceMs: 20_000 });
      const module = await host.load(fixtureModule('cleans-up'), {
        grant: { modules: ['target'] },
        graceMs: 1000,
      });
      for (const input of [{ do: 'echo', value: 1 }, { do: 'never' }]) {
        const error = await errorOf(module.call(input, { timeoutMs: 20 }));
        expect(error.code).toBe('PHLOW_CALL_TIMED_OUT');
      }
      const said = (): string[] =>
        lines.map((line) => line.message).filter((text) => text.startsWith('target'));
      while (said().length < 2) await new Promise(setImmediate);
      expect(said()).toEqual(['target replied', 'target failed: PHLOW_CALL_TIMED_OUT']);
    }));

  test('does not end a module whose event loop turns again within the grace', () =>
    withHost(async (host) => {
      const module = await host.load(fixtureModule('crasher'), { graceMs: 20_000 });
      const { threadId } = module;
      const error = await errorOf(module.call({ do: 'block', ms: 100 }, { timeoutMs: 1 }));
      expect(error.code).toBe('PHLOW_CALL_TIMED_OUT');
      expect(await module.call({ do: 'echo', value: 1 })).toBe(1);
      expect(module.threadId).toBe(threadId);
    }));
});

describe('a paused deadline', () => {
  test('keeps what is left, nests, and passes at last however long the pause', async () => {
    let passed = 0;
    const deadline = new Deadline(20, 20, () => passed++);
    deadline.pause();
    deadline.pause();
    const left = deadline.leftMs;
    expect(left).toBeLessThanOrEqual(20);
    deadline.resume();
    expect(deadline.leftMs).toBe(left);
    await new Promise<void>((resolve) => {
      const other = new Deadline(20, 20, resolve);
      other.pause();
    });
    deadline.clear();
    deadline.resume();
    deadline.pause();
    expect(passed).toBeLessThanOrEqual(1);
  });
});

test('a deadline that is put off again and again passes all the same', async () => {
  let passed = 0;
  const deadline = new Deadline(20, 20, () => passed++);
  while (passed === 0) {
    deadline.pause();
    await new Promise(setImmediate);
    deadline.resume();
  }
  deadline.clear();
});

test.each([1, 2])(
  'a package that is late when its module exits was late, and its module is not called hung, with %i replicas',
  (replicas) =>
    withHost(async (host) => {
      const module = await host.load(fixtureModule('faulty'), { replicas, graceMs: 20_000 });
      const error = await errorOf(module.call({ n: 0, at: 'block-exit', ms: 200 }, { timeoutMs: 20 }));
      expect(error.code).toBe('PHLOW_CALL_TIMED_OUT');
    }),
);
