import { getEventListeners } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import type { CallSignal } from '../../src/index.js';
import { fixtureModule } from '../support/fixtures.js';
import { errorOf, withHost } from '../support/with-host.js';

function refuse(): never {
  throw new Error('touched');
}

/** Objects that an untyped caller may pass as a signal. */
const UNUSABLE: Readonly<Record<string, unknown>> = {
  'that is no signal': {},
  'that throws when it is listened to': {
    aborted: false,
    reason: undefined,
    addEventListener: refuse,
    removeEventListener: refuse,
  },
  'that throws when it is looked at': {
    get aborted(): boolean {
      return refuse();
    },
  },
};

describe('a signal of the caller’s own', () => {
  test.each(Object.entries(UNUSABLE))('%s is refused, and leaves nothing in flight', (_, unusable) =>
    withHost(async (host) => {
      const module = await host.load(fixtureModule('crasher'), { whenFull: 'wait', maxInFlight: 1 });
      const signal = unusable as CallSignal;
      const refused = { code: 'PHLOW_OPTION_INVALID', details: { module: 'crasher' } };
      expect(await errorOf(module.call(1, { signal }))).toMatchObject(refused);
      const streamed = async (): Promise<unknown> => module.stream(1, { signal }).next();
      expect(await errorOf(streamed())).toMatchObject(refused);
      // The same while the package would have to wait for room.
      const busy = errorOf(module.call({ do: 'never' }));
      expect(await errorOf(module.call(1, { signal }))).toMatchObject(refused);
      const [inspection] = (await host.inspect()).modules;
      expect(inspection).toMatchObject({ inFlight: 1 });
      await module.close();
      await busy;
    }),
  );

  test('that throws when nobody needs it any more does not keep the reply back', () =>
    withHost(async (host) => {
      const module = await host.load('echo');
      const signal: CallSignal = {
        aborted: false,
        reason: undefined,
        addEventListener: () => undefined,
        removeEventListener: refuse,
      };
      expect(await module.call(7, { signal })).toBe(7);
    }));

  test('serves many calls with one listener, and keeps none afterwards', () =>
    withHost(async (host) => {
      const module = await host.load('echo');
      const { signal } = new AbortController();
      const replies = Promise.all(Array.from({ length: 500 }, (_, n) => module.call(n, { signal })));
      expect(getEventListeners(signal, 'abort')).toHaveLength(1);
      expect(await replies).toHaveLength(500);
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    }));

  test('gives up every call that goes with it', () =>
    withHost(async (host) => {
      const module = await host.load(fixtureModule('crasher'));
      const controller = new AbortController();
      const errors = ['never', 'never'].map((what) =>
        errorOf(module.call({ do: what }, { signal: controller.signal })),
      );
      controller.abort();
      for (const error of await Promise.all(errors)) expect(error.code).toBe('PHLOW_CALL_CANCELLED');
    }));
});
