import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import {
  createHost,
  type FunctionContext,
  type Host,
  type HostOptions,
  type IsolationLevel,
  type Module,
  type Value,
} from '../../src/index.js';
import { Deferred } from '../../src/wire/deferred.js';
import { LEVELS } from '../support/guarded-here.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf, withHost } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

/** Calls the function that its input names, and says how that went. */
const CALLER = `export default async ({ input }, { module }) => {
  const asked = input.keeps ?? input.input;
  const call = module(input.name).call(asked);
  try {
    const reply = await call;
    return input.keeps ? { asked, reply } : reply;
  } catch (error) {
    return { code: error.code, message: error.message, details: error.details };
  }
};
`;

function withCaller<T>(
  isolation: IsolationLevel,
  functions: HostOptions['functions'],
  use: (caller: Module, host: Host) => Promise<T>,
  asked = ['price', 'slow', 'again'],
  granted = asked,
): Promise<T> {
  return withFolder((folder) =>
    withHost(
      async (host) => {
        writeFiles(folder, {
          'phlow.yaml': `name: caller\npermissions: { modules: [${asked.join(', ')}] }\n`,
          'index.js': CALLER,
          'package.json': '{ "type": "module" }',
        });
        const grant = { modules: granted };
        return use(await host.load(folder, { name: 'caller', isolation, jail: 'off', grant }), host);
      },
      functions === undefined ? {} : { functions },
    ),
  );
}

const price = {
  input: {
    type: 'object',
    required: true,
    properties: { sku: { type: 'string', required: true }, count: { type: 'integer', default: 1 } },
  },
  output: { type: 'number' },
  handler: (input: { sku: string; count: number }) => input.sku.length * input.count,
};

describe.each(LEVELS)('a function of the application, called by a module at %s', (isolation) => {
  test('answers, with its input checked, defaults filled in, and its caller named', () => {
    const callers: FunctionContext['caller'][] = [];
    const handler = (input: { sku: string; count: number }, context: FunctionContext): number => {
      callers.push(context.caller);
      return price.handler(input);
    };
    return withCaller(isolation, { price: { ...price, handler } }, async (caller) => {
      expect(await caller.call({ name: 'price', input: { sku: 'pen' } })).toBe(3);
      expect(await caller.call({ name: 'price', input: { sku: 'pen', count: 2 } })).toBe(6);
      expect(await caller.call({ name: 'price', input: { count: 2 } })).toMatchObject({
        code: 'PHLOW_INPUT_INVALID',
        details: { violations: [{ path: '/sku', keyword: 'required' }] },
      });
      expect(callers).toEqual(Array(2).fill({ kind: 'module', name: 'caller' }));
    });
  });

  test('that was not granted is refused, and so is one that was not asked for', () => {
    let calls = 0;
    const functions = { price: () => ++calls, secret: () => ++calls };
    const refused = { code: 'PHLOW_PERMISSION_DENIED' };
    return withCaller(
      isolation,
      functions,
      async (caller) => {
        expect(await caller.call({ name: 'secret' })).toMatchObject(refused);
        expect(await caller.call({ name: '__proto__' })).toMatchObject(refused);
        expect(await caller.call({ name: 'price' })).toBe(1);
        expect(calls).toBe(1);
      },
      ['price'],
    );
  });

  test('shares nothing with it: what either side changes later stays its own', () => {
    const kept: { list: number[] }[] = [];
    const functions = {
      price: (input: unknown) => {
        const given = input as { list: number[] };
        given.list.push(99);
        kept.push(given);
        return given;
      },
    };
    return withCaller(isolation, functions, async (caller) => {
      const { asked, reply } = await caller.call<Record<string, unknown>>({
        name: 'price',
        keeps: { list: [1] },
      });
      expect(asked).toEqual({ list: [1] });
      expect(reply).toEqual({ list: [1, 99] });
      kept[0]?.list.push(100);
      expect(reply).toEqual({ list: [1, 99] });
    });
  });

  test('that throws fails as a module does', () => {
    const functions = {
      price: () => {
        throw Object.assign(new RangeError('no such article'), { code: 'E_ARTICLE', details: { sku: 'x' } });
      },
    };
    return withCaller(isolation, functions, async (caller, host) => {
      expect(await caller.call({ name: 'price' })).toMatchObject({
        code: 'PHLOW_MODULE_ERROR',
        message: 'Module "price" failed: RangeError: no such article',
      });
      const own = await errorOf(host.module('price').call());
      expect(own.code).toBe('PHLOW_MODULE_ERROR');
      expect(own.details).toMatchObject({ name: 'RangeError', code: 'E_ARTICLE', data: { sku: 'x' } });
      expect(own.stack).toMatch(/at price .*functions\.test\./);
    });
  });

  test('has the deadline of the package that it is called for, and is given up with it', async () => {
    const aborted = new Deferred<unknown>();
    let left = NaN;
    const functions = {
      slow: (_: unknown, context: FunctionContext) => {
        left = (context.deadline ?? NaN) - Date.now();
        context.signal.addEventListener('abort', () => aborted.resolve(context.signal.reason));
        return aborted.promise.then(() => 'given up');
      },
    };
    await withCaller(isolation, functions, async (caller) => {
      // The module hears of it in time to answer: its own deadline stands still while it waits.
      const reply = await caller.call({ name: 'slow' }, { timeoutMs: 500 });
      expect(reply).toMatchObject({ code: 'PHLOW_CALL_TIMED_OUT' });
      await aborted.promise;
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThanOrEqual(500);
    });
  });

  test('may call the module that called it: the chain ends, and its deadline with it', () => {
    const ways: unknown[] = [];
    const functions = {
      again: async (input: unknown, context: FunctionContext) => {
        const { left } = input as { left: number };
        ways.push(context.caller.name);
        if (left === 0) return 'end';
        return context.module('caller').call({ name: 'again', input: { left: left - 1 } });
      },
    };
    return withCaller(isolation, functions, async (caller) => {
      const ask = (left: number): Promise<Value> =>
        caller.call({ name: 'again', input: { left } }, { timeoutMs: 20_000 });
      expect(await ask(3)).toBe('end');
      expect(ways).toEqual(Array(4).fill('caller'));
      expect(await ask(50)).toMatchObject({
        code: 'PHLOW_PERMISSION_DENIED',
        message: expect.stringContaining('passed through 8 modules already'),
      });
    });
  });
});

describe('host.provide()', () => {
  test('resolves with a handle like that of a module', () =>
    withHost(async (host) => {
      const double = await host.provide('double', (input: number, { caller, name }) => {
        expect([caller, name]).toEqual([{ kind: 'application', name: undefined }, 'double']);
        return input * 2;
      });
      const reply: number = await double.call(21);
      expect(reply).toBe(42);
      expect(double).toMatchObject({ name: 'double', level: 'inline', state: 'ready', isCallable: true });
      expect(host.modules.get('double')).toBe(double);
      // A payload is no way to claim to be somebody else.
      expect(await double.call(1, { payload: { kind: 'module', name: 'bank' } })).toBe(2);
      await double.close();
      expect((await errorOf(double.call(1))).code).toBe('PHLOW_MODULE_DOWN');
      await host.provide('double', () => 0);
    }));

  test('takes validators of zod, which change what passes and name what does not', () =>
    withHost(async (host) => {
      const total = await host.provide(
        'total',
        ({ items }) => ({ total: items.reduce((a, b) => a + b, 0) }),
        {
          input: z.object({ items: z.string().transform((text) => text.split(',').map(Number)) }),
          output: z.object({ total: z.number().max(100) }),
        },
      );
      const reply: { total: number } = await total.call({ items: '1,2,3' });
      expect(reply).toEqual({ total: 6 });
      const refused = await errorOf(total.call({ items: 7 as never }));
      expect(refused.code).toBe('PHLOW_INPUT_INVALID');
      expect(refused.message).toMatch(/^Cannot call module "total": input\.items: /);
      expect(refused.details).toMatchObject({ violations: [{ path: '/items', keyword: 'validator' }] });
      const broken = await errorOf(total.call({ items: '99,2' }));
      expect(broken.code).toBe('PHLOW_OUTPUT_INVALID');
      expect(broken.details).toMatchObject({ violations: [{ path: '/total' }] });
    }));

  test('checks replies by a schema', () =>
    withHost(async (host) => {
      const odd = await host.provide('odd', () => 'text', { output: { type: 'number' } });
      expect((await errorOf(odd.call())).code).toBe('PHLOW_OUTPUT_INVALID');
    }));

  test.each(['cache', 'price', 'other'])('refuses the name "%s", which is taken', (name) =>
    withHost(
      async (host) => {
        await host.load('echo', { name: 'other' });
        const error = await errorOf(host.provide(name, () => 0));
        expect(error.code).toBe('PHLOW_MODULE_NAME_TAKEN');
        expect(error.message).toContain(`Cannot provide function "${name}"`);
        expect((await errorOf(host.load('echo', { name: 'price' }))).code).toBe('PHLOW_MODULE_NAME_TAKEN');
      },
      { functions: { price: () => 1 } },
    ),
  );

  test('of two that want one name at the same time one gets it', () =>
    withHost(async (host) => {
      const both = await Promise.allSettled([host.provide('a', () => 1), host.provide('a', () => 2)]);
      expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
      expect(await host.module('a').call()).toBe(1);
    }));

  test('refuses what is no function, no name, no schema or no option', () =>
    withHost(async (host) => {
      const attempts: readonly [() => Promise<unknown>, RegExp][] = [
        [() => host.provide('a', 7 as never), /it must be a function, found number/],
        [() => host.provide('a b', () => 0), /name must start with a letter/],
        [() => host.provide(7 as never, () => 0), /its name must be text/],
        [() => host.provide('a', () => 0, { input: { typ: 'x' } }), /input\.typ|"typ"/],
        [
          () =>
            host.provide('a', () => 0, {
              output: { type: 'object', properties: { a: { type: 'integer', default: 'x' } } },
            }),
          /output\..*default/,
        ],
        [() => host.provide('a', () => 0, { inputs: {} } as never), /Did you mean "input"/],
        [() => host.provide('a', () => 0, { concurrency: 0 }), /concurrency/],
      ];
      for (const [attempt, message] of attempts) {
        const error = await errorOf(attempt());
        expect(error.code).toBe('PHLOW_OPTION_INVALID');
        expect(error.message).toMatch(message);
      }
      expect([...host.modules.keys()]).toEqual([]);
      await host.close();
      expect((await errorOf(host.provide('late', () => 0))).code).toBe('PHLOW_HOST_CLOSED');
    }));

  test('leaves no host behind when one of several is refused', async () => {
    const error = await errorOf(createHost({ functions: { fine: () => 0, cache: () => 0 } }));
    expect(error.code).toBe('PHLOW_MODULE_NAME_TAKEN');
  });

  test('handles as many calls at once as it is allowed to, and refuses those beyond its bound', () =>
    withHost(async (host) => {
      let running = 0;
      let most = 0;
      const go = new Deferred<void>();
      const options = { concurrency: 2, maxInFlight: 4 };
      const work = await host.provide(
        'work',
        async () => {
          most = Math.max(most, ++running);
          await go.promise;
          running--;
        },
        options,
      );
      const calls = Array.from({ length: 4 }, () => work.call());
      await new Promise(setImmediate);
      expect((await errorOf(work.call())).code).toBe('PHLOW_MODULE_BUSY');
      go.resolve();
      await Promise.all(calls);
      expect(most).toBe(2);
    }));

  test('is seen by inspect() and metrics(), and its log has its name', () =>
    withHost(
      async (host, lines) => {
        await host.module('price').call();
        await errorOf(host.module('price').call('fail'));
        const [only] = (await host.inspect()).modules;
        expect(only).toMatchObject({ module: 'price', level: 'inline', packages: 2, failures: 1 });
        expect(await host.metrics()).toContain('phlow_module_packages_total{module="price"} 2');
        expect(lines).toContainEqual(expect.objectContaining({ module: 'price', message: 'asked' }));
      },
      {
        functions: {
          price: (input, { log }) => {
            log.info('asked');
            if (input === 'fail') throw new Error('asked to fail');
            return 1;
          },
        },
      },
    ));

  test('replies with a stream', () =>
    withHost(async (host) => {
      const count = await host.provide('count', async function* (to: number) {
        for (let i = 0; i < to; i++) yield i;
      });
      const seen: unknown[] = [];
      for await (const item of count.stream(3)) seen.push(item);
      expect(seen).toEqual([0, 1, 2]);
      expect(await count.call(2)).toEqual([0, 1]);
    }));

  test('cannot be replaced, and says what to do', () =>
    withHost(
      async (host) => {
        const error = await errorOf(host.replace('price'));
        expect(error.code).toBe('PHLOW_OPTION_INVALID');
        expect(error.message).toContain('close it and provide the new one');
      },
      { functions: { price: () => 1 } },
    ));

  test('is closed after the modules that may call it', () =>
    withFolder((folder) =>
      withHost(
        async (host) => {
          writeFiles(folder, {
            'phlow.yaml': 'name: last\npermissions: { modules: [price] }\n',
            'index.js':
              "let module; export default { start: (context) => { module = context.module; }, handler: () => 0, stop: async () => { await module('price').call(); } };",
            'package.json': '{ "type": "module" }',
          });
          await host.load(folder, { name: 'last', grant: { modules: ['price'] } });
          const [first, second] = await host.close();
          expect([first, second]).toMatchObject([{ module: 'last', wasForced: false }, { module: 'price' }]);
        },
        { functions: { price: () => 1 } },
      ),
    ));

  test('passes on the trace context of its caller', () =>
    withHost(
      async (host) => {
        const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
        expect(await host.module('price').call(1, { traceparent })).toBe(traceparent);
      },
      { functions: { price: (_, context) => context.traceparent } },
    ));

  test('what a function replies that cannot be copied is refused as a reply', () =>
    withHost(
      async (host) => {
        expect((await errorOf(host.module('price').call())).code).toBe('PHLOW_REPLY_UNCLONABLE');
        expect((await errorOf(host.module('price').call(() => 0))).code).toBe('PHLOW_INPUT_UNCLONABLE');
        expect(host.module('price').state).toBe('ready');
      },
      { functions: { price: () => ({ f: () => 0 }) } },
    ));
});
