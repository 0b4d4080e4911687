import { describe, expect, test } from '@jest/globals';
import type { Host, LoadOptions, Module, Value } from '../../src/index.js';
import { fixtureModule } from '../support/fixtures.js';
import { errorOf, withHost } from '../support/with-host.js';

const load = (host: Host, options: LoadOptions = {}): Promise<Module> =>
  host.load(fixtureModule('faulty'), options);
const instance = { n: 0, at: 'life' };
const unclonable = (): Value => ({ ...instance, f: (() => 1) as never });

/** How the module stops when nothing is left in it. */
const IDLE = { cutOff: 0, wasForced: false };

describe('a package that cannot be sent', () => {
  test('makes room for one that waits', () =>
    withHost(async (host) => {
      const module = await load(host, { maxInFlight: 1, whenFull: 'wait' });
      const refused = errorOf(module.call(unclonable()));
      const waits = module.call(instance);
      expect((await refused).code).toBe('PHLOW_INPUT_UNCLONABLE');
      expect(await waits).toMatchObject({ n: 0 });
    }));

  test.each(['getter', 'proxy'])('because of a %s that throws has a code like any other', (kind) =>
    withHost(async (host) => {
      const no = (): never => {
        throw new Error('no');
      };
      const input =
        kind === 'getter'
          ? Object.defineProperty({}, 'a', { get: no, enumerable: true })
          : new Proxy({}, { ownKeys: no });
      const module = await load(host);
      const [error, reply] = await Promise.all([errorOf(module.call(input as Value)), module.call(instance)]);
      expect(error.code).toBe('PHLOW_INPUT_UNCLONABLE');
      expect(reply).toMatchObject({ n: 0 });
      expect(await module.close()).toMatchObject(IDLE);
    }),
  );

  test('and is cancelled in the same turn leaves nothing in flight', () =>
    withHost(async (host) => {
      const module = await load(host);
      const controller = new AbortController();
      const call = errorOf(module.call(unclonable(), { signal: controller.signal }));
      controller.abort();
      expect((await call).code).toBe('PHLOW_CALL_CANCELLED');
      expect(await module.close()).toMatchObject(IDLE);
    }));

  test.each([
    ['copied', []],
    ['moved', [new ArrayBuffer(8)]],
  ])('ends the source of its input stream, also when it was to be %s', (_, transfer) =>
    withHost(async (host) => {
      let ended = 0;
      const source: AsyncIterable<Value> = {
        [Symbol.asyncIterator]: () => ({
          next: () => new Promise(() => undefined),
          return: () => {
            ended++;
            return Promise.resolve({ value: undefined, done: true });
          },
        }),
      };
      const module = await load(host);
      const error = await errorOf(module.call(unclonable(), { items: source, transfer }));
      expect(error.code).toBe('PHLOW_INPUT_UNCLONABLE');
      expect(ended).toBe(1);
    }),
  );
});

describe.each(['trusted', 'sandboxed'] as const)(
  'a request to the host that cannot be sent, at level %s',
  (isolation) => {
    test('fails where it was made, and the package with the same number is answered', () =>
      withHost(async (host) => {
        await host.load('echo', { name: 'inner' });
        const module = await host.load(fixtureModule('asks-oddly'), {
          isolation,
          grant: { modules: ['inner'] },
        });
        expect(await module.call()).toEqual({ code: 'PHLOW_INPUT_UNCLONABLE' });
      }));
  },
);
