import { describe, expect, test } from '@jest/globals';
import { fixtureModule } from '../support/fixtures.js';
import { errorOf, withHost } from '../support/with-host.js';
import type { Host, Module } from '../../src/index.js';

const crasher = (host: Host, options = {}): Promise<Module> => host.load(fixtureModule('crasher'), options);

describe('call()', () => {
  test('resolves with the reply, whatever plain value it is', () =>
    withHost(async (host) => {
      const module = await crasher(host);
      for (const value of [null, 0, -0, '', 'text', true, [1, [2]], { a: { b: [null] } }, 2n ** 60n, 1.5]) {
        expect(await module.call({ do: 'echo', value })).toEqual(value);
      }
    }));

  test('answers a burst, each caller with its own reply', () =>
    withHost(async (host) => {
      const module = await crasher(host);
      const calls = Array.from({ length: 500 }, (_, i) => module.call({ do: 'echo', value: i }));
      expect(await Promise.all(calls)).toEqual(Array.from({ length: 500 }, (_, i) => i));
    }));

  test('rejects with what the handler threw: code, data, cause and stack survive the port', () =>
    withHost(async (host) => {
      const error = await errorOf((await crasher(host)).call({ do: 'throw' }));
      expect(error.code).toBe('PHLOW_MODULE_ERROR');
      expect(error.message).toBe('Module "crasher" failed: RangeError: asked to throw');
      expect(error.details).toMatchObject({ name: 'RangeError', code: 'E_ASKED', data: { depth: 1 } });
      expect((error.cause as Error).message).toBe('the cause');
      expect(error.stack).toContain('crasher/index.js');
    }));

  test.each(['throw-text', 'throw-hostile'])('survives %s', (action) =>
    withHost(async (host) => {
      const module = await crasher(host);
      expect((await errorOf(module.call({ do: action }))).code).toBe('PHLOW_MODULE_ERROR');
      expect(await module.call({ do: 'echo', value: 1 })).toBe(1);
    }),
  );

  test('with an input that cannot cross rejects alone; its neighbours in the batch are answered', () =>
    withHost(async (host) => {
      const module = await crasher(host);
      const [a, b, c] = await Promise.allSettled([
        module.call({ do: 'echo', value: 'a' }),
        module.call({ do: 'echo', value: (() => 1) as never }),
        module.call({ do: 'echo', value: 'c' }),
      ]);
      expect(a).toEqual({ status: 'fulfilled', value: 'a' });
      expect(b).toMatchObject({ status: 'rejected', reason: { code: 'PHLOW_INPUT_UNCLONABLE' } });
      expect(c).toEqual({ status: 'fulfilled', value: 'c' });
    }));

  test.each(['function', 'symbol'])(
    'with a reply that cannot cross (%s) rejects with PHLOW_REPLY_UNCLONABLE',
    (action) =>
      withHost(async (host) => {
        const module = await crasher(host);
        const [bad, good] = await Promise.allSettled([
          module.call({ do: action }),
          module.call({ do: 'echo', value: 1 }),
        ]);
        expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'PHLOW_REPLY_UNCLONABLE' } });
        expect(good).toEqual({ status: 'fulfilled', value: 1 });
      }),
  );

  test('refuses an input that breaks the manifest without calling the handler', () =>
    withHost(async (host) => {
      const checked = await host.load(fixtureModule('checked'));
      for (const input of [undefined, null, 5, [], {}, { n: -1 }, { n: '1' }]) {
        const error = await errorOf(checked.call(input));
        expect(error.code).toBe('PHLOW_INPUT_INVALID');
        expect(error.details?.['violations']).toHaveLength(1);
      }
    }));

  test('checks replies when asked to', () =>
    withHost(async (host) => {
      const strict = await host.load(fixtureModule('checked'), { checkOutput: true });
      expect((await errorOf(strict.call({ n: 1, label: 'break' }))).code).toBe('PHLOW_OUTPUT_INVALID');
      expect(await strict.call({ n: 1 })).toMatchObject({ n: 1 });
    }));

  test('gives up after timeoutMs, tells the handler, and drops the late reply', () =>
    withHost(async (host) => {
      const module = await crasher(host);
      const error = await errorOf(module.call({ do: 'late', ms: 50 }, { timeoutMs: 10 }));
      expect(error.code).toBe('PHLOW_CALL_TIMED_OUT');
      expect(await module.call({ do: 'late', ms: 60 })).toBe('late');
    }));

  test('gives up when the signal aborts', () =>
    withHost(async (host) => {
      const module = await crasher(host);
      const controller = new AbortController();
      const call = errorOf(module.call({ do: 'abortable' }, { signal: controller.signal }));
      await module.call({ do: 'echo', value: 1 });
      controller.abort(new Error('changed my mind'));
      const error = await call;
      expect(error.code).toBe('PHLOW_CALL_CANCELLED');
      expect((error.cause as Error).message).toBe('changed my mind');
      expect((await errorOf(module.call(1, { signal: controller.signal }))).code).toBe(
        'PHLOW_CALL_CANCELLED',
      );
    }));

  test('is refused at once when too many packages are in flight', () =>
    withHost(async (host) => {
      const module = await crasher(host, { maxInFlight: 2 });
      const held = [module.call({ do: 'late', ms: 20 }), module.call({ do: 'late', ms: 20 })];
      expect((await errorOf(module.call({ do: 'echo', value: 1 }))).code).toBe('PHLOW_MODULE_BUSY');
      await Promise.all(held);
      expect(await module.call({ do: 'echo', value: 1 })).toBe(1);
    }));

  test('moves buffers that are named in transfer', () =>
    withHost(async (host) => {
      const module = await crasher(host);
      const value = new Uint8Array([1, 2, 3]).buffer;
      const back = await module.call({ do: 'echo', value }, { transfer: [value] });
      expect(value.byteLength).toBe(0);
      expect([...new Uint8Array(back as never)]).toEqual([1, 2, 3]);
    }));
});

describe('a module that dies', () => {
  test.each([
    ['uncaught', 'asked to crash'],
    ['rejection', 'asked to reject'],
    ['exit', 'exited with code 3'],
  ])('by %s rejects what is in flight and leaves its neighbour serving', (action, text) =>
    withHost(async (host) => {
      const module = await crasher(host, { restart: 'never' });
      const neighbour = await crasher(host, { name: 'neighbour' });
      const waiting = errorOf(module.call({ do: 'never' }));
      const error = await errorOf(module.call({ do: action }));
      expect(error.code).toBe('PHLOW_MODULE_CRASHED');
      expect(error.message).toContain(text);
      expect((await waiting).code).toBe('PHLOW_MODULE_CRASHED');
      expect((await errorOf(module.call({ do: 'echo', value: 1 }))).code).toBe('PHLOW_MODULE_DOWN');
      expect(await neighbour.call({ do: 'echo', value: 1 })).toBe(1);
    }),
  );

  test('a close() ends what never replies, and later calls are refused', () =>
    withHost(async (host) => {
      const module = await host.load(fixtureModule('crasher'));
      const call = errorOf(module.call({ do: 'spin' }));
      await Promise.all([module.close(), call]);
      expect((await call).code).toBe('PHLOW_MODULE_HUNG');
      expect((await errorOf(module.call({ do: 'echo', value: 1 }))).code).toBe('PHLOW_MODULE_DOWN');
    }));
});

describe('what a module prints and logs', () => {
  test('reaches the log with its name, not the output of the host', () =>
    withHost(async (host, lines) => {
      const module = await crasher(host);
      await module.call({ do: 'log', lines: 3 });
      await module.call({ do: 'print' });
      await module.close();
      expect(lines.filter((line) => line.message.startsWith('line'))).toHaveLength(3);
      expect(lines).toContainEqual(
        expect.objectContaining({ module: 'crasher', level: 'info', message: 'printed out' }),
      );
      expect(lines).toContainEqual(
        expect.objectContaining({ module: 'crasher', level: 'warn', message: 'printed err' }),
      );
    }));

  test('arrives whole although the module exits right after', () =>
    withHost(async (host, lines) => {
      const module = await crasher(host);
      await Promise.allSettled([module.call({ do: 'log', lines: 300 }), module.call({ do: 'exit' })]);
      expect(lines.filter((line) => line.message.startsWith('line'))).toHaveLength(300);
    }));
});

describe('a module that writes to its port by hand', () => {
  const forger = (host: Host): Promise<Module> => host.load(fixtureModule('forger'), { restart: 'never' });

  test('can neither settle foreign packages nor upset the host', () =>
    withHost(async (host) => {
      const module = await forger(host);
      for (const frame of [
        [16_000, 'forged'],
        [15, 1],
        [0, 1],
      ])
        expect(await module.call({ frame })).toBe('sent');
    }));

  test.each([['not a batch'], [[1]], [['x', 1]], [[1.5, 1]], [[-16, 1]], [{ length: 2 }]])(
    'is ended for the frame %j',
    (frame) =>
      withHost(async (host) => {
        const module = await forger(host);
        const outcome = await errorOf(
          Promise.all([
            module.call({ frame: frame as never }),
            module.call({ frame: 1, times: 0 }),
            module.call({ frame: 1, times: 0 }),
          ]).then(() => module.mainEnded),
        );
        expect(['PHLOW_MODULE_CRASHED', 'PHLOW_MODULE_DOWN']).toContain(outcome.code);
      }),
  );

  test('is ended after twenty messages that make no sense', () =>
    withHost(async (host) => {
      const module = await forger(host);
      const error = await errorOf(
        Promise.all([module.call({ frame: [16_000, 1], times: 50 }), module.mainEnded]),
      );
      expect(['PHLOW_MODULE_CRASHED', 'PHLOW_MODULE_DOWN']).toContain(error.code);
    }));
});
