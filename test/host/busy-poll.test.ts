import { availableParallelism } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import type { Module } from '../../src/index.js';
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

/** A thread that sleeps goes round once for each message, and once in a while for the host's own. */
const FEW_TURNS = 10;

/** Calls a module until its thread has gone round more often than that between two packages, or this many times; the most that it has. */
async function mostTurns(module: Module, calls: number): Promise<number> {
  let most = 0;
  let before = await module.call<number>();
  for (let i = 0; i < calls && most <= FEW_TURNS; i++) {
    const turns = await module.call<number>();
    most = Math.max(most, turns - before);
    before = turns;
  }
  return most;
}

// Where there is one core, nobody could work while a thread looks for the next package.
(availableParallelism() > 1 ? describe : describe.skip)('a real thread', () => {
  test(
    'goes round while it looks for the next package',
    () =>
      withHost(async (host) => {
        const module = await host.load(fixtureModule('loop-turns'), { busyPollUs: 1_000 });
        // How many packages it takes depends on who else works on this machine.
        expect(await mostTurns(module, Infinity)).toBeGreaterThan(FEW_TURNS);
      }),
    60_000,
  );

  test('does not where it is not to look', () =>
    withHost(async (host) => {
      const module = await host.load(fixtureModule('loop-turns'), { busyPollUs: 0 });
      expect(await mostTurns(module, 1_000)).toBeLessThanOrEqual(FEW_TURNS);
    }));
});

test.each([-1, 1_001, '50', Number.NaN])('busyPollUs %p is refused', (busyPollUs) =>
  withHost(async (host) => {
    const options = { busyPollUs } as { busyPollUs: number };
    const error = await errorOf(host.load(fixtureModule('common'), options));
    expect(error.code).toBe('PHLOW_OPTION_INVALID');
    expect(error.message).toContain('busyPollUs');
  }),
);
