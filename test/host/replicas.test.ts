import { describe, expect, test } from '@jest/globals';
import type { Host, LoadOptions, Module, Value } from '../../src/index.js';
import { GUARDED } from '../support/guarded-here.js';
import { fixtureModule } from '../support/fixtures.js';
import { errorOf, withHost } from '../support/with-host.js';

const load = (host: Host, options: LoadOptions = {}): Promise<Module> =>
  host.load(fixtureModule('stateless'), { grant: { modules: ['target'] }, ...options });

const who = async (module: Module, value = 0): Promise<number> =>
  (await module.call<{ thread: number }>({ do: 'who', value })).thread;

/** A package that its replica holds until the gate is opened. */
function hold(module: Module): { readonly reply: Promise<Value>; open(): void } {
  const gate = new Int32Array(new SharedArrayBuffer(4));
  return {
    reply: module.call({ do: 'hold', gate: gate.buffer }),
    open: () => {
      Atomics.store(gate, 0, 1);
      Atomics.notify(gate, 0);
    },
  };
}

describe.each(['trusted', ...GUARDED] as const)('a module in replicas at level %s', (isolation) => {
  test('answers each caller with its own reply, from as many threads as its manifest says', () =>
    withHost(async (host) => {
      const module = await load(host, { isolation });
      const replies = await Promise.all(
        Array.from({ length: 200 }, (_, value) =>
          module.call<{ value: number; thread: number }>({ do: 'who', value }),
        ),
      );
      expect(replies.map(({ value }) => value)).toEqual(Array.from({ length: 200 }, (_, i) => i));
      expect(new Set(replies.map(({ thread }) => thread)).size).toBe(2);
    }));

  test('is held to its manifest, and its faults keep their code, as in one thread', () =>
    withHost(async (host) => {
      const module = await load(host, { isolation, checkOutput: true });
      expect((await errorOf(module.call({}))).code).toBe('PHLOW_INPUT_INVALID');
      expect((await errorOf(module.call({ do: 'text' }))).code).toBe('PHLOW_OUTPUT_INVALID');
      const error = await errorOf(module.call({ do: 'throw' }));
      expect(error.code).toBe('PHLOW_MODULE_ERROR');
      expect(error.details).toMatchObject({ name: 'RangeError', code: 'E_ASKED' });
    }));
});

describe('a replica that dies', () => {
  test.each(['exit', 'uncaught'])('by %s takes only its own package along, and is replaced', (how) =>
    withHost(async (host, lines) => {
      const module = await load(host);
      const other = hold(module);
      const error = await errorOf(module.call({ do: how }));
      expect(error.code).toBe('PHLOW_MODULE_CRASHED');
      other.open();
      expect(await other.reply).toHaveProperty('thread');
      expect(module.state).toBe('ready');
      const threads = await Promise.all(Array.from({ length: 50 }, () => who(module)));
      expect(threads).toHaveLength(50);
      expect(lines.some(({ message }) => message.includes('ended and is replaced'))).toBe(true);
    }),
  );

  test('again and again ends the module as a whole, whose restart policy decides', () =>
    withHost(async (host) => {
      const module = await load(host, { restart: 'never' });
      let crashes = 0;
      while (module.state === 'ready') {
        await errorOf(module.call({ do: 'exit' }));
        crashes++;
      }
      expect(crashes).toBeGreaterThan(10);
      expect(module.state).toBe('failed');
    }));
});

describe('a call of a module in replicas', () => {
  test('that misses its deadline in a thread that hangs ends that thread and no other, and says where it was', () =>
    withHost(async (host) => {
      const module = await load(host, { graceMs: 20 });
      const other = hold(module);
      const error = await errorOf(module.call({ do: 'spin' }, { timeoutMs: 20 }));
      expect(error.code).toBe('PHLOW_MODULE_HUNG');
      expect(error.message).toContain('stateless/index.js:');
      other.open();
      expect(await other.reply).toHaveProperty('thread');
      expect(await Promise.all([who(module), who(module), who(module)])).toHaveLength(3);
    }));

  test('that misses its deadline in a handler that does not heed it gives the thread to others', () =>
    withHost(async (host) => {
      // The grace is also how long a thread may take to answer that it is well: generous, for busy machines.
      const module = await load(host, { graceMs: 1000 });
      const given = [0, 1].map(() => errorOf(module.call({ do: 'never' }, { timeoutMs: 20 })));
      for (const error of await Promise.all(given)) expect(error.code).toBe('PHLOW_CALL_TIMED_OUT');
      expect(await who(module)).toBeGreaterThan(0);
      expect(module.state).toBe('ready');
    }));

  test('without a deadline in a thread that hangs is noticed all the same, and takes no other along', () =>
    withHost(async (host, lines) => {
      const module = await load(host, { hangTimeoutMs: 200 });
      const other = hold(module);
      const error = await errorOf(module.call({ do: 'spin' }));
      expect(error.code).toBe('PHLOW_MODULE_HUNG');
      expect(error.details).toMatchObject({ module: 'stateless', replica: 2 });
      expect(error.details).toHaveProperty('hangReport.frames.0.function', 'spin');
      expect(error.message).toContain('stateless/index.js:');
      other.open();
      expect(await other.reply).toHaveProperty('thread');
      expect(lines.some(({ message }) => message.includes('ended and is replaced'))).toBe(true);
    }));

  test('that is cancelled tells its handler; one that still waits for its turn never starts', () =>
    withHost(async (host, lines) => {
      const module = await load(host, { replicas: 2 });
      const controller = new AbortController();
      const { signal } = controller;
      const running = [0, 1].map(() => errorOf(module.call({ do: 'heed' }, { signal })));
      const waiting = errorOf(module.call({ do: 'log' }, { signal }));
      const after = who(module);
      await new Promise(setImmediate);
      controller.abort();
      for (const error of [...(await Promise.all(running)), await waiting])
        expect(error.code).toBe('PHLOW_CALL_CANCELLED');
      expect(await after).toBeGreaterThan(0);
      await module.close();
      expect(lines.filter(({ message }) => message === 'heeded')).toHaveLength(2);
      expect(lines.some(({ message }) => message === 'logged')).toBe(false);
    }));

  test('with what cannot be copied rejects alone, either way', () =>
    withHost(async (host) => {
      const module = await load(host);
      const calls = Array.from({ length: 8 }, (_, i) =>
        i % 2 === 0 ? who(module) : module.call({ do: 'who', value: (() => 1) as never }),
      );
      const outcomes = await Promise.allSettled(calls);
      expect(outcomes.map(({ status }) => status)).toEqual(
        calls.map((_, i) => (i % 2 === 0 ? 'fulfilled' : 'rejected')),
      );
      for (const outcome of outcomes)
        if (outcome.status === 'rejected')
          expect(outcome.reason).toMatchObject({ code: 'PHLOW_INPUT_UNCLONABLE' });
      expect((await errorOf(module.call({ do: 'function' }))).code).toBe('PHLOW_REPLY_UNCLONABLE');
      expect(await who(module)).toBeGreaterThan(0);
    }));

  test('moves buffers both ways', () =>
    withHost(async (host) => {
      const module = await load(host);
      expect(await module.call({ do: 'bytes' })).toEqual({ bytes: new Uint8Array([1, 2, 3]) });
      const buffers = Array.from({ length: 6 }, () => new ArrayBuffer(8));
      const replies = await Promise.all(
        buffers.map((value) => module.call({ do: 'who', value }, { transfer: [value] })),
      );
      expect(replies).toMatchObject(buffers.map(() => ({ value: { byteLength: 8 } })));
      expect(buffers.map(({ byteLength }) => byteLength)).toEqual(buffers.map(() => 0));
    }));

  test('can call other modules', () =>
    withHost(async (host) => {
      await host.load('echo', { name: 'target' });
      const module = await load(host);
      const replies = await Promise.all([1, 2, 3, 4].map((value) => module.call({ do: 'ask', value })));
      expect(replies).toEqual([1, 2, 3, 4].map((reply) => ({ reply })));
    }));

  test('as a stream is refused with a code', () =>
    withHost(async (host) => {
      const module = await load(host);
      expect((await errorOf(module.stream({ do: 'who' }).next())).code).toBe('PHLOW_STREAM_UNSUPPORTED');
    }));
});

describe('affinity', () => {
  test('sends equal keys to the same replica, and different ones to several', () =>
    withHost(async (host) => {
      const module = await load(host, { replicas: 3, affinity: 'input.value' });
      const threadsOf = async (key: number): Promise<Set<number>> =>
        new Set(await Promise.all(Array.from({ length: 10 }, () => who(module, key))));
      const seen = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(threadsOf));
      for (const threads of seen) expect(threads.size).toBe(1);
      expect(new Set(seen.flatMap((threads) => [...threads])).size).toBeGreaterThan(1);
    }));

  test('that is no path into the input is refused', () =>
    withHost(async (host) => {
      expect((await errorOf(load(host, { affinity: 'payload.key' }))).code).toBe('PHLOW_OPTION_INVALID');
    }));
});

describe('replicas', () => {
  test('log, print and stop in order like any module', () =>
    withHost(async (host, lines) => {
      const module = await load(host, { replicas: 2 });
      await module.call({ do: 'log' });
      expect(await module.close()).toMatchObject({ wasForced: false, cutOff: 0 });
      const messages = lines.map(({ message }) => message);
      expect(messages).toEqual(expect.arrayContaining(['logged', 'printed']));
      expect(messages.filter((message) => message === 'stopped in order')).toHaveLength(2);
    }));

  test.each([
    ['at a level without native code', { isolation: 'isolated' }],
    ['for a main module', { dispatch: () => Promise.resolve(null) }],
    ['under a manual clock', { clock: 'manual' }],
    ['in numbers that are none', { replicas: 1.5 }],
  ] as const)('are refused %s', (_, options) =>
    withHost(async (host) => {
      expect((await errorOf(load(host, options))).code).toBe('PHLOW_OPTION_INVALID');
    }),
  );

  test('that cannot be loaded are told like a module that cannot', () =>
    withHost(async (host) => {
      for (const name of ['throws-at-load', 'exits-at-load']) {
        const error = await errorOf(host.load(fixtureModule(name), { replicas: 2 }));
        expect(error.code).toBe('PHLOW_LOAD_FAILED');
      }
    }));

  test('are swapped as one', () =>
    withHost(async (host) => {
      const module = await load(host);
      const before = await who(module);
      await host.replace('stateless', { check: (call) => call({ do: 'who' }) });
      expect(await who(module)).not.toBe(before);
    }));
});
