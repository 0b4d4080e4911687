import { describe, expect, test } from '@jest/globals';
import { openFlow, type Value } from '../../../../src/index.js';
import { errorOf, withHost } from '../../../support/with-host.js';

const DAY_MS = 24 * 3_600_000;
/** The module's dates start in 1970; in 2000 the change to summer time was on 26 March. */
const SPRING_MS = Date.UTC(2000, 2, 25);

describe.each(['trusted', 'guarded', 'sandboxed', 'isolated'] as const)(
  'the schedule module at %s',
  (isolation) => {
    test('starts runs by its clock, in its time zone, and stops in order', async () => {
      await withHost(async (host, lines) => {
        const mains: Value[] = [];
        let onRun = (): void => undefined;
        const schedule = await host.load('schedule', {
          isolation,
          clock: 'manual',
          with: {
            timezone: 'Europe/Lisbon',
            overlap: 'parallel',
            schedules: [
              { name: 'nightly', cron: '0 30 1 25-27 3 * 2000' },
              { name: 'at the start', every: '400000h', at_start: true, input: { first: true } },
            ],
          },
          dispatch: (main) => {
            mains.push(main);
            onRun();
            return Promise.resolve(null);
          },
        });
        await schedule.clock.advance(SPRING_MS);
        await schedule.clock.advance(3 * DAY_MS);
        // The last run is on its way when the clock has moved.
        while (mains.length < 4) await new Promise<void>((resolve) => (onRun = resolve));
        const at = (time: string): Value => ({
          name: 'nightly',
          at: `2000-03-${time}:00.000Z`,
          missed: false,
        });
        expect(mains).toEqual([{ first: true }, at('25T01:30'), at('26T01:00'), at('27T00:30')]);
        expect(schedule.isCallable).toBe(false);
        await schedule.close();
        expect(lines.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
      });
    });

    test.each([
      ['one step', { cron: '0 3 * * *' }, [365 * DAY_MS], 365],
      // 26 April 1970 has no half past two there.
      ['steps', { cron: '30 2 * * *', timezone: 'America/New_York' }, Array<number>(118).fill(DAY_MS), 118],
    ] as const)('loses no run that ends at once: %s', async (_, settings, steps, count) => {
      await withHost(async (host, lines) => {
        let runs = 0;
        const schedule = await host.load('schedule', {
          isolation,
          clock: 'manual',
          with: settings,
          dispatch: () => Promise.resolve(++runs),
        });
        for (const ms of steps) await schedule.clock.advance(ms);
        expect(runs).toBe(count);
        await schedule.close();
        expect(lines.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
      });
    });

    test('is not loaded with a schedule that makes no sense', async () => {
      await withHost(async (host) => {
        const never = await errorOf(host.load('schedule', { isolation, with: { cron: '0 0 30 2 *' } }));
        expect(never).toMatchObject({ code: 'PHLOW_LOAD_FAILED' });
        expect(never.message).toContain('"0 0 30 2 *": it is never due');
        const settings = { cron: '0 3 * * *', timezone: 'Mars/Phobos' };
        const error = await errorOf(host.load('schedule', { isolation, with: settings }));
        expect(error).toMatchObject({ code: 'PHLOW_LOAD_FAILED' });
        expect(error.message).toContain('in the time zone Mars/Phobos: there is no such time zone');
      });
    });
  },
);

test('a flow with a schedule ends when there are no more times and its runs have ended', async () => {
  const seen: Value[] = [];
  const text = `main: once
modules:
  - module: schedule
    name: once
    with: { cron: "2001-01-01T00:00:00", at_start: true, input: { n: 1 } }
  - module: seen
steps:
  - seen: main
`;
  const modules = { seen: ({ input }: { readonly input: Value }) => void seen.push(input) };
  await using flow = await openFlow({ text }, { log: () => undefined, envs: {}, modules, serve: true });
  await flow.mainEnded;
  expect(seen).toEqual([{ n: 1 }]);
});
