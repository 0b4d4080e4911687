import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import type { Host, LoadOptions, Module, Value } from '../../../src/index.js';
import { fixtureModule } from '../../support/fixtures.js';
import { describeNats, withTwoHosts, type TwoHosts } from '../../support/with-nats.js';
import { errorOf } from '../../support/with-host.js';

/** In a process of its own: in the realm of a test, dates and maps are not those of Node. */
const VALUES = fileURLToPath(new URL('values.js', import.meta.url));

function runScript(file: string, env: NodeJS.ProcessEnv): Promise<{ code: number | null; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file], { env: { ...process.env, ...env } });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stderr }));
  });
}

/** Serves a fixture on the far host and loads it on the near one. */
async function served(
  { far, near }: Pick<TwoHosts, 'far' | 'near'>,
  fixture: string,
  options: LoadOptions = {},
  nearOptions: LoadOptions = {},
): Promise<Module> {
  const { name } = await load(far, fixture, options);
  await far.serve(name);
  return near.load(`nats:${name}`, nearOptions);
}

function load(host: Host, fixture: string, options: LoadOptions): Promise<Module> {
  return host.load(fixtureModule(fixture), options);
}

async function readAll(stream: AsyncIterable<Value>): Promise<Value[]> {
  const items: Value[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

describeNats('a module of another host', () => {
  test('answers, and its values survive as between processes', () =>
    withTwoHosts(async ({ server }) => {
      expect(await runScript(VALUES, { PHLOW_NATS: server.url })).toEqual({ code: 0, stderr: '' });
    }));

  test('passes on a value that is longer than a message of the server, both ways', () =>
    withTwoHosts(async ({ far, near }) => {
      await far.load('echo');
      await far.serve('echo');
      const echo = await near.load('nats:echo');
      const long = { text: 'ä'.repeat(1_500_000) };
      expect((await echo.call<typeof long>(long)).text === long.text).toBe(true);
    }));

  test('has the manifest of where it is served, and its input is checked before it is sent', () =>
    withTwoHosts(async (hosts) => {
      const checked = await served(hosts, 'checked');
      expect(checked.manifest).toMatchObject({ name: 'checked', version: '1.0.0', inputOptional: false });
      expect(checked.manifest.parameters.map(({ name }) => name)).toEqual(['n', 'label']);
      expect(await checked.call({ n: 1 })).toEqual({ n: 1, label: 'none', limit: 3 });
      await hosts.server.kill();
      const wrong = await errorOf(checked.call({ n: -1 }));
      expect(wrong.code).toBe('PHLOW_INPUT_INVALID');
      expect(wrong.message).toBe('Cannot call module "nats:checked": input.n must be >= 0: found -1');
      expect((await errorOf(checked.call())).code).toBe('PHLOW_INPUT_INVALID');
    }));

  test('answers an input that breaks its manifest itself where it does so at home', () =>
    withTwoHosts(async ({ far, near }) => {
      const home: Module = await far.load('cache');
      await far.serve('cache');
      const away = await near.load('nats:cache');
      const wrong = { action: 'fetch' };
      expect(await away.call(wrong)).toEqual(await home.call(wrong));
    }));

  test('fails with the code, message and details that it fails with at home, and with its host', () =>
    withTwoHosts(async (hosts) => {
      const away = await served(hosts, 'crasher');
      const home = hosts.far.module('crasher');
      for (const input of [{ do: 'throw' }, { do: 'throw-text' }, { do: 'function' }]) {
        const [there, here] = [await errorOf(away.call(input)), await errorOf(home.call(input))];
        expect(there.code).toBe(here.code);
        expect(there.message).toBe(here.message);
        expect(there.details).toMatchObject(JSON.parse(JSON.stringify(here.details)) as object);
        expect(typeof there.details?.['host']).toBe('string');
        expect((there.cause as Error | undefined)?.message).toBe((here.cause as Error | undefined)?.message);
      }
    }));

  test('ends a call whose module has crashed there with PHLOW_MODULE_CRASHED, and serves on', () =>
    withTwoHosts(async (hosts) => {
      const away = await served(hosts, 'crasher');
      const error = await errorOf(away.call({ do: 'exit' }));
      expect(error.code).toBe('PHLOW_MODULE_CRASHED');
      expect(error.details).toMatchObject({ exitCode: 3 });
      expect(await away.call({ do: 'echo', value: 1 })).toBe(1);
    }));

  test('sends what was in flight at a crash there once more, where redeliver says so', () =>
    withTwoHosts(async (hosts) => {
      const away = await served(hosts, 'crasher', {}, { redeliver: true });
      expect((await errorOf(away.call({ do: 'exit' }))).code).toBe('PHLOW_PACKAGE_QUARANTINED');
    }));

  test('is told of a caller that gives up, by its signal or by its deadline', () =>
    withTwoHosts(async (hosts) => {
      const away = await served(hosts, 'crasher');
      const home = hosts.far.modules.get('crasher');
      const controller = new AbortController();
      const call = away.call({ do: 'abortable' }, { signal: controller.signal });
      await away.call({ do: 'echo' });
      controller.abort();
      expect((await errorOf(call)).code).toBe('PHLOW_CALL_CANCELLED');
      const late = await errorOf(away.call({ do: 'abortable' }, { timeoutMs: 30 }));
      expect(late.code).toBe('PHLOW_CALL_TIMED_OUT');
      expect(late.message).toContain('within 30 ms');
      // Both handlers have seen their signal abort and returned.
      await home?.close();
      expect((await errorOf(away.call({ do: 'echo' }))).code).toBe('PHLOW_MODULE_DOWN');
    }));

  test('gets the trace context and the payload', () =>
    withTwoHosts(async ({ far, near }) => {
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      await far.load('echo', { name: 'target' });
      const relay = await load(far, 'relay', { grant: { modules: ['target'] } });
      await far.serve(relay.name);
      const away = await near.load('nats:relay');
      const reply = await away.call({ input: 1 }, { traceparent, payload: { a: 1 }, priority: 'high' });
      expect(reply).toEqual({ replies: [1], traceparent });
    }));

  test('streams replies with flow control, and ends the generator of a reader who leaves', () =>
    withTwoHosts(async (hosts) => {
      const away = await served(hosts, 'streamer');
      expect(await readAll(away.stream({ do: 'count', to: 100 }))).toEqual(
        Array.from({ length: 100 }, (_, i) => ({ i })),
      );
      const stream = away.stream({ do: 'count' });
      for (let i = 0; i < 10; i++) expect(await stream.next()).toEqual({ done: false, value: { i } });
      const { produced } = await away.call<{ produced: number }>({ do: 'state' });
      expect(produced).toBeLessThanOrEqual(100 + 10 + 3 * 33);
      await stream.return?.();
      await away.call({ do: 'one' });
      expect((await errorOf(readAll(away.stream({ do: 'count', to: 2, fail: true })))).details).toMatchObject(
        {
          code: 'E_ASKED',
        },
      );
      expect((await errorOf(readAll(away.stream({ do: 'count', bad: 3 })))).code).toBe(
        'PHLOW_REPLY_UNCLONABLE',
      );
      expect(await away.call({ do: 'count', to: 2 })).toEqual([{ i: 0 }, { i: 1 }]);
    }));

  test('reads a stream of input, with flow control', () =>
    withTwoHosts(async (hosts) => {
      const away = await served(hosts, 'streamer');
      let sent = 0;
      const numbers = async function* (): AsyncGenerator<number> {
        for (let i = 1; i <= 1000; i++) {
          sent = i;
          yield i;
        }
      };
      expect(await away.call({ do: 'sum' }, { items: numbers() })).toBe(500_500);
      expect(await away.call({ do: 'sum', until: 10 }, { items: numbers() })).toBe(10);
      expect(sent).toBeLessThan(1000);
      expect(await readAll(away.stream({ do: 'double' }, { items: [1, 2, 3] }))).toEqual([2, 4, 6]);
      const broken = async function* (): AsyncGenerator<number> {
        yield 1;
        throw new Error('the disk is gone');
      };
      expect((await errorOf(away.call({ do: 'sum' }, { items: broken() }))).message).toContain(
        'the disk is gone',
      );
    }));

  test('is a function of the application too', () =>
    withTwoHosts(async ({ far, near }) => {
      await far.provide('price', ({ sku }: { sku: string }, { caller }) => ({ sku, caller }), {
        input: { type: 'object', required: ['sku'], properties: { sku: { type: 'string' } } },
      });
      await far.serve('price', { as: 'prices' });
      const price = await near.load('nats:prices');
      expect(await price.call({ sku: 'a' })).toEqual({ sku: 'a', caller: { kind: 'module', name: 'nats' } });
      expect((await errorOf(price.call({}))).code).toBe('PHLOW_INPUT_INVALID');
    }));

  test('takes the settings that it runs with, and no others', () =>
    withTwoHosts(async ({ far, near }) => {
      await far.load('cache', { with: { capacity: 7 } });
      await far.serve('cache');
      const same = await near.load('nats:cache', { name: 'same', with: { capacity: 7 } });
      expect(same.state).toBe('ready');
      const other = await errorOf(near.load('nats:cache', { name: 'other', with: { capacity: 8 } }));
      expect(other.code).toBe('PHLOW_WITH_INVALID');
      expect(other.message).toContain('other values of capacity');
      expect(other.message).not.toContain('7');
      const isolated = await errorOf(near.load('nats:cache', { name: 'held', isolation: 'isolated' }));
      expect(isolated.code).toBe('PHLOW_OPTION_INVALID');
    }));

  test('is not called in a circle of hosts without end', () =>
    withTwoHosts(async ({ far, near }) => {
      const relay = async (host: Host, name: string): Promise<void> => {
        await load(host, 'relay', { name, grant: { modules: ['target'] } });
        await host.serve(name);
      };
      await Promise.all([relay(far, 'there'), relay(near, 'here')]);
      await far.load('nats:here', { name: 'target' });
      await near.load('nats:there', { name: 'target' });
      let input: Value = { input: 1 };
      for (let depth = 0; depth < 12; depth++) input = { input };
      const error = await errorOf(near.module('here').call(input));
      expect(error.message).toContain('passed through 8 modules already');
    }));

  test('goes by priority where it waits', () =>
    withTwoHosts(async (hosts) => {
      const away = await served(hosts, 'crasher', { maxInFlight: 1, whenFull: 'wait' });
      const order: string[] = [];
      const send = (value: string, priority: 'high' | 'normal' | 'low'): Promise<unknown> =>
        away.call({ do: 'echo', value }, { priority }).then(() => order.push(value));
      await Promise.all([
        send('first', 'low'),
        send('low', 'low'),
        send('normal', 'normal'),
        send('high', 'high'),
      ]);
      expect(order).toEqual(['first', 'high', 'normal', 'low']);
    }));

  test('can be called by a module that was granted it, by its name here', () =>
    withTwoHosts(async ({ far, near }) => {
      await far.load('echo');
      await far.serve('echo');
      await near.load('nats:echo', { name: 'target' });
      const relay = await near.load(fixtureModule('relay'), {
        isolation: 'isolated',
        grant: { modules: ['target'] },
      });
      expect(await relay.call({ input: { a: 1 } })).toMatchObject({ replies: [{ a: 1 }] });
      const refused = await errorOf(
        near.load(fixtureModule('relay'), { name: 'other', isolation: 'isolated' }),
      );
      expect(refused.code).toBe('PHLOW_GRANT_MISSING');
    }));
});
