import { describe, expect, test } from '@jest/globals';
import type { Clock, Value } from '../../../../src/sdk/index.js';
import { ManualClock } from '../../../../workers/runtime/clock.js';
import { entriesOf, type Settings } from '../../../../workers/modules/schedule/entries.js';
import { follow } from '../../../../workers/modules/schedule/follow.js';
import { fakeContext } from '../../fake-context.js';

/** What the manifest fills in. */
const DEFAULTS = { timezone: 'UTC', at_start: false, overlap: 'skip', jitter: 0, missed: 'skip' } as const;

/** A schedule whose runs end when the test says so. */
function started(settings: Partial<Settings>, clock: Clock = new ManualClock(), random = 0) {
  const stopping = new AbortController();
  const { lines, ...context } = fakeContext({}, stopping.signal);
  const runs: { readonly main: Value; end(): void; fail(error: Error): void }[] = [];
  const dispatch = (main: Value): Promise<Value> =>
    new Promise((resolve, reject) => void runs.push({ main, end: () => resolve(null), fail: reject }));
  const [entry] = entriesOf({ ...DEFAULTS, ...settings }, clock.date());
  if (entry === undefined) throw new Error('there is no schedule');
  const ended = follow(entry, { ...context, clock, dispatch }, () => random);
  return { runs, lines, ended, stop: () => stopping.abort(new Error('stopping')) };
}

const times = (runs: readonly { readonly main: Value }[]): unknown[] =>
  runs.map(({ main }) => (main as { at: string }).at.slice(5, 16));

/** Lets what has been settled be taken in. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a schedule', () => {
  test('starts runs at its times, across a change of summer time', async () => {
    // Lisbon, 26 March 2000: there is no half past one.
    const clock = new ManualClock();
    await clock.advance(Date.UTC(2000, 2, 25) - clock.date());
    const { runs, stop, ended } = started(
      { cron: '30 1 * * *', timezone: 'Europe/Lisbon', overlap: 'parallel' },
      clock,
    );
    await clock.advance(3 * 24 * 3_600_000);
    expect(times(runs)).toEqual(['03-25T01:30', '03-26T01:00', '03-27T00:30']);
    runs.forEach((run) => run.end());
    stop();
    await ended;
  });

  test('says in main what it is about, or what it was given', async () => {
    const clock = new ManualClock();
    const plain = started({ every: '1m', name: 'tick' }, clock);
    const given = started({ every: '1m', input: { full: true } }, clock);
    await clock.advance(60_000);
    expect(plain.runs[0]?.main).toEqual({ name: 'tick', at: '1970-01-01T00:01:00.000Z', missed: false });
    expect(given.runs[0]?.main).toEqual({ full: true });
  });

  test('may begin with a run at once', async () => {
    const clock = new ManualClock();
    const { runs } = started({ every: '1h', at_start: true, overlap: 'parallel' }, clock);
    expect(times(runs)).toEqual(['01-01T00:00']);
    await clock.advance(3_600_000);
    expect(times(runs)).toEqual(['01-01T00:00', '01-01T01:00']);
  });

  test('starts runs later by its jitter, but always before the next time', async () => {
    const clock = new ManualClock();
    const some = started({ every: '10m', jitter: '4m', overlap: 'parallel' }, clock, 0.5);
    const much = started({ every: '10m', jitter: '5h', overlap: 'parallel' }, clock, 0.5);
    await clock.advance(12 * 60_000 - 1);
    expect([some.runs.length, much.runs.length]).toEqual([0, 0]);
    await clock.advance(1);
    expect([some.runs.length, much.runs.length]).toEqual([1, 0]);
    expect(times(some.runs)).toEqual(['01-01T00:10']);
    await clock.advance(3 * 60_000);
    expect(times(much.runs)).toEqual(['01-01T00:10']);
  });

  test('starts all of its runs, however much jitter there is', async () => {
    const clock = new ManualClock();
    const { runs } = started({ every: '1m', jitter: '10h', overlap: 'parallel' }, clock, 1 - Number.EPSILON);
    await clock.advance(11 * 60_000 - 1);
    expect(times(runs)).toEqual(
      Array.from({ length: 10 }, (_, i) => `01-01T00:${String(i + 1).padStart(2, '0')}`),
    );
  });

  test('ends when there are no more times, once its runs have ended', async () => {
    const clock = new ManualClock();
    const { runs, ended, lines } = started({ cron: '1970-01-01T02:00:00' }, clock);
    await clock.advance(3 * 3_600_000);
    expect(times(runs)).toEqual(['01-01T02:00']);
    expect(lines.map(({ message }) => message)).toContainEqual(expect.stringContaining('has no more times'));
    runs[0]?.end();
    await ended;
  });

  test('ends when the module stops, and starts nothing more', async () => {
    const clock = new ManualClock();
    const { runs, ended, stop } = started({ every: '1m', overlap: 'queue' }, clock);
    await clock.advance(120_000);
    stop();
    runs[0]?.fail(Object.assign(new Error('the module is being stopped'), { code: 'PHLOW_MODULE_DOWN' }));
    await ended;
    expect(runs).toHaveLength(1);
  });
});

describe('a run that is due while another one is in progress', () => {
  async function due(overlap: 'skip' | 'queue' | 'parallel') {
    const clock = new ManualClock();
    const subject = started({ every: '1m', overlap, name: 'slow' }, clock);
    await clock.advance(180_000);
    return { ...subject, clock };
  }

  test('is left out by skip, with a warning', async () => {
    const { runs, lines, clock } = await due('skip');
    expect(times(runs)).toEqual(['01-01T00:01']);
    expect(lines.filter(({ level }) => level === 'warn').map(({ message }) => message)).toEqual([
      'Schedule "slow" left out the run of 1970-01-01T00:02:00.000Z: the run before it has not ended',
      'Schedule "slow" left out the run of 1970-01-01T00:03:00.000Z: the run before it has not ended',
    ]);
    runs[0]?.end();
    await turn();
    await clock.advance(60_000);
    expect(times(runs)).toEqual(['01-01T00:01', '01-01T00:04']);
  });

  test('waits with queue, in order', async () => {
    const { runs } = await due('queue');
    expect(times(runs)).toEqual(['01-01T00:01']);
    runs[0]?.end();
    await turn();
    runs[1]?.end();
    await turn();
    expect(times(runs)).toEqual(['01-01T00:01', '01-01T00:02', '01-01T00:03']);
  });

  test('is left out by queue, too, when a hundred are waiting', async () => {
    const { runs, lines, clock } = await due('queue');
    await clock.advance(99 * 60_000);
    expect(runs).toHaveLength(1);
    expect(lines.filter(({ level }) => level === 'warn').map(({ message }) => message)).toEqual([
      'Schedule "slow" left out the run of 1970-01-01T01:42:00.000Z: 100 runs are already waiting',
    ]);
  });

  test('is started by parallel', async () => {
    const { runs } = await due('parallel');
    expect(runs).toHaveLength(3);
  });
});

describe('a run that fails', () => {
  test('is logged, and the schedule goes on', async () => {
    const clock = new ManualClock();
    const { runs, lines } = started({ every: '1m', name: 'tick' }, clock);
    await clock.advance(60_000);
    runs[0]?.fail(Object.assign(new Error('no such file'), { code: 'PHLOW_FLOW_STEP_FAILED' }));
    await turn();
    await clock.advance(60_000);
    expect(runs).toHaveLength(2);
    expect(lines.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual([
      'Schedule "tick" failed at the run of 1970-01-01T00:01:00.000Z: no such file',
    ]);
  });

  test('because the flow closes is no error', async () => {
    const clock = new ManualClock();
    const { runs, lines } = started({ every: '1m' }, clock);
    await clock.advance(60_000);
    runs[0]?.fail(Object.assign(new Error('the flow is closed'), { code: 'PHLOW_FLOW_CANCELLED' }));
    await turn();
    expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe('after a machine was suspended', () => {
  /** A clock that wakes its sleeper when the test says so, whatever the time is by then. */
  function suspended(settings: Partial<Settings>) {
    let date = Date.UTC(2000, 0, 1);
    let wake = (): void => undefined;
    const asked: string[] = [];
    const clock: Clock = {
      now: () => date,
      date: () => date,
      sleep: () => new Promise(() => undefined),
      sleepUntil: (until) => {
        asked.push(new Date(until).toISOString().slice(11, 19));
        return new Promise((resolve) => (wake = resolve));
      },
    };
    const subject = started({ overlap: 'parallel', name: 's', ...settings }, clock);
    return {
      ...subject,
      asked,
      async wakeAt(time: string) {
        date = Date.parse(`2000-01-01T${time}Z`);
        wake();
        await turn();
      },
      found: () =>
        subject.runs.map(({ main }) => [
          (main as { at: string }).at.slice(11, 19),
          (main as { missed: boolean }).missed,
        ]),
    };
  }

  test('a run that is a minute late is on time', async () => {
    const { wakeAt, found } = suspended({ cron: '0 3 * * *' });
    await wakeAt('03:01:00');
    expect(found()).toEqual([['03:00:00', false]]);
  });

  test('a run that is later is left out by skip, and the next one is on time', async () => {
    const { wakeAt, found, lines } = suspended({ cron: '0 3,5 * * *' });
    await wakeAt('03:01:01');
    expect(found()).toEqual([]);
    expect(lines.map(({ message }) => message)).toEqual([
      'Schedule "s" missed its runs from 2000-01-01T03:00:00.000Z on; it goes on with the next one',
    ]);
    await wakeAt('05:00:00');
    expect(found()).toEqual([['05:00:00', false]]);
  });

  test('once starts one run for all that were missed', async () => {
    const { wakeAt, found } = suspended({ cron: '0 * * * *', missed: 'once' });
    await wakeAt('05:30:00');
    expect(found()).toEqual([['01:00:00', true]]);
    await wakeAt('06:00:00');
    expect(found()).toEqual([
      ['01:00:00', true],
      ['06:00:00', false],
    ]);
  });

  test.each(['skip', 'once'] as const)(
    '%s: the latest one stands for those before it when it is on time',
    async (missed) => {
      const { wakeAt, found } = suspended({ cron: '0 * * * *', missed });
      await wakeAt('05:00:30');
      expect(found()).toEqual([['05:00:00', true]]);
    },
  );

  test('a clock that is set back at that moment repeats no run', async () => {
    const { wakeAt, found, asked } = suspended({ cron: '0 * * * *' });
    await wakeAt('00:58:00');
    expect(found()).toEqual([['01:00:00', false]]);
    expect(asked).toEqual(['01:00:00', '02:00:00']);
  });
});
