import { expect, test } from '@jest/globals';
import { fixtureModule } from '../support/fixtures.js';
import { errorOf, withHost } from '../support/with-host.js';

test.each([0, 1, 1_000, undefined])(
  'with busyPollUs %p packages that follow each other closely are answered in order, and timers of the module fire meanwhile',
  (busyPollUs) =>
    withHost(async (host) => {
      const options = busyPollUs === undefined ? {} : { busyPollUs };
      const echo = await host.load('echo', options);
      const sleep = await host.load('sleep', options);
      const timer = sleep.call({ milliseconds: 1 }).then(() => 'fired');
      const replies: unknown[] = [];
      for (let i = 0; i < 500; i++) replies.push(await echo.call(i));
      for (let i = 0; i < 50; i++) await sleep.call({ milliseconds: 0 });
      expect(replies).toEqual(Array.from({ length: 500 }, (_, i) => i));
      expect(await timer).toBe('fired');
    }),
);

test.each([-1, 1_001, '50', Number.NaN])('busyPollUs %p is refused', (busyPollUs) =>
  withHost(async (host) => {
    const options = { busyPollUs } as { busyPollUs: number };
    const error = await errorOf(host.load(fixtureModule('common'), options));
    expect(error.code).toBe('PHLOW_OPTION_INVALID');
    expect(error.message).toContain('busyPollUs');
  }),
);
