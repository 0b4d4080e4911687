import { describe, expect, test } from '@jest/globals';
import type { Host, LoadOptions, Module, Value } from '../../src/index.js';
import { fixtureModule } from '../support/fixtures.js';
import { errorOf, withHost } from '../support/with-host.js';

const load = (host: Host, options: LoadOptions = {}): Promise<Module> =>
  host.load(fixtureModule('streamer'), options);

async function readAll(stream: AsyncIterable<Value>): Promise<Value[]> {
  const items: Value[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

const state = (module: Module): Promise<{ produced: number; ended: number }> =>
  module.call<{ produced: number; ended: number }>({ do: 'state' });

describe.each(['trusted', 'sandboxed', 'isolated'] as const)(
  'a stream of replies at level %s',
  (isolation) => {
    test('arrives item by item, in order and whole', () =>
      withHost(async (host) => {
        const items = await readAll((await load(host, { isolation })).stream({ do: 'count', to: 100 }));
        expect(items).toEqual(Array.from({ length: 100 }, (_, i) => ({ i })));
      }));

    test('is never far ahead of its reader', () =>
      withHost(async (host) => {
        const module = await load(host, { isolation });
        const stream = module.stream({ do: 'count' });
        for (let i = 0; i < 10; i++) expect(await stream.next()).toEqual({ done: false, value: { i } });
        expect((await state(module)).produced).toBeLessThanOrEqual(10 + 32 + 1);
        await stream.return?.();
      }));

    test('is cancelled when its reader leaves early; the generator is ended', () =>
      withHost(async (host) => {
        const module = await load(host, { isolation });
        for await (const item of module.stream({ do: 'count' })) if ((item as { i: number }).i === 5) break;
        await module.call({ do: 'one' });
        expect((await state(module)).ended).toBe(1);
      }));
  },
);

describe('a stream of replies', () => {
  test('read with call() is one array', () =>
    withHost(async (host) => {
      expect(await (await load(host)).call({ do: 'count', to: 3 })).toEqual([{ i: 0 }, { i: 1 }, { i: 2 }]);
    }));

  test('ends with the error that the generator threw, after the items before it', () =>
    withHost(async (host) => {
      const stream = (await load(host)).stream({ do: 'count', to: 2, fail: true });
      expect([await stream.next(), await stream.next()]).toMatchObject([
        { value: { i: 0 } },
        { value: { i: 1 } },
      ]);
      expect((await errorOf(stream.next())).details).toMatchObject({ code: 'E_ASKED' });
      expect(await stream.next()).toEqual({ value: undefined, done: true });
    }));

  test('breaks when an item cannot cross; the module serves on', () =>
    withHost(async (host) => {
      const module = await load(host);
      expect((await errorOf(readAll(module.stream({ do: 'count', bad: 3 })))).code).toBe(
        'PHLOW_REPLY_UNCLONABLE',
      );
      expect(await module.call({ do: 'one' })).toBe(1);
    }));

  test('ends with PHLOW_MODULE_CRASHED when the module dies', () =>
    withHost(async (host) => {
      const module = await load(host, { restart: 'never' });
      const stream = module.stream({ do: 'count' });
      await stream.next();
      await errorOf(module.call({ do: 'exit' }));
      expect((await errorOf(readAll(stream))).code).toBe('PHLOW_MODULE_CRASHED');
    }));

  test('ends when its signal aborts or its deadline passes', () =>
    withHost(async (host) => {
      const module = await load(host);
      const controller = new AbortController();
      const stream = module.stream({ do: 'count' }, { signal: controller.signal });
      await stream.next();
      controller.abort();
      expect((await errorOf(readAll(stream))).code).toBe('PHLOW_CALL_CANCELLED');
      const slow = module.stream({ do: 'sum' }, { timeoutMs: 20, items: never() });
      expect((await errorOf(readAll(slow))).code).toBe('PHLOW_CALL_TIMED_OUT');
    }));
});

describe.each(['trusted', 'isolated'] as const)('an input stream at level %s', (isolation) => {
  test('is read by the handler, with flow control', () =>
    withHost(async (host) => {
      const module = await load(host, { isolation });
      let sent = 0;
      const numbers = async function* (): AsyncGenerator<number> {
        for (let i = 1; i <= 1000; i++) {
          sent = i;
          yield i;
        }
      };
      expect(await module.call({ do: 'sum' }, { items: numbers() })).toBe(500_500);
      expect(await module.call({ do: 'sum', until: 10 }, { items: numbers() })).toBe(10);
      expect(sent).toBeLessThan(100);
    }));

  test('can be turned into a stream of replies', () =>
    withHost(async (host) => {
      const module = await load(host, { isolation });
      expect(await readAll(module.stream({ do: 'double' }, { items: [1, 2, 3] }))).toEqual([2, 4, 6]);
    }));

  test('that fails is told to the handler', () =>
    withHost(async (host) => {
      const module = await load(host, { isolation });
      const broken = async function* (): AsyncGenerator<number> {
        yield 1;
        throw new Error('the disk is gone');
      };
      expect((await errorOf(module.call({ do: 'sum' }, { items: broken() }))).message).toContain(
        'the disk is gone',
      );
    }));
});

describe('packages of one turn', () => {
  test('that share an object get copies of their own', () =>
    withHost(async (host) => {
      const echo = await host.load('echo');
      const shared = { list: [1] };
      const [a, b, c] = (await Promise.all([
        echo.call(shared),
        echo.call(shared),
        echo.call({ shared }),
      ])) as [{ list: number[] }, { list: number[] }, { shared: { list: number[] } }];
      a.list.push(2);
      expect(b.list).toEqual([1]);
      expect(c.shared.list).toEqual([1]);
    }));
});

async function* never(): AsyncGenerator<number> {
  await new Promise(() => undefined);
  yield 1;
}

test('the source of an input stream ends when the module does, also while it waits for credit', () =>
  withHost(async (host) => {
    const module = await load(host);
    let ended = 0;
    async function* source(): AsyncGenerator<Value, void, undefined> {
      try {
        for (let i = 0; ; i++) yield await Promise.resolve(i);
      } finally {
        ended++;
      }
    }
    const calls = ['one', 'exit'].map((act) => module.call({ do: act }, { items: source() }));
    await Promise.allSettled(calls);
    await module.call({ do: 'one' });
    expect(ended).toBe(2);
  }));
