import { median } from '../src/measure/statistics.js';
import type { Result } from '../src/measure/suite.js';

/** What phlow promises, and what was measured. */
export interface Bar {
  readonly name: string;
  /** The promise in words. */
  readonly bar: string;
  readonly is: 'at least' | 'at most';
  /** What was measured, in the bar's unit; over several runs the one that is furthest from being good. */
  readonly value: number;
  /** True when every run kept the promise. */
  readonly ok: boolean;
  /** One value per run. */
  readonly runs: readonly number[];
}

/** A promise. */
interface Promised {
  readonly name: string;
  readonly is: 'at least' | 'at most';
  readonly unit: string;
  readonly limit: number;
  readonly measure: (run: Run) => number | undefined;
}

const MEGA = 1_000_000;

const BARS: readonly Promised[] = [
  share('wire: 256 in flight, of floor', 0.7, (run) => run.ofFloor('phlow', 256)),
  share('wire: an object of three fields, 256 in flight, of floor', 1.5, (run) =>
    run.ofFloor('phlow-object', 256),
  ),
  share('wire: a nested object, 256 in flight, of floor', 1.5, (run) => run.ofFloor('phlow-nested', 256)),
  share('wire: 200 rows, 16 in flight, of floor', 1.5, (run) => run.ofFloor('phlow-rows', 16)),
  share('wire: 256 in flight, comlink', 10, (run) => run.faster('phlow', 'comlink', 256)),
  share('wire: 256 in flight, best piscina', 8, (run) => run.faster('phlow', 'piscina', 256)),
  atMost('wire: 1 in flight, p50 of raw port', 'x', 1.15, (run) => run.p50('phlow', 1) / run.p50('raw', 1)),
  share('modules: 2, of the rate of one', 0.7, (run) =>
    run.faster('phlow, 2 modules', 'phlow, 1 module', 256),
  ),
  share('modules: 20, of the rate of one', 0.3, (run) =>
    run.faster('phlow, 20 modules', 'phlow, 1 module', 256),
  ),
  share('modules: 100, of the rate of one', 0.1, (run) =>
    run.faster('phlow, 100 modules', 'phlow, 1 module', 256),
  ),
  share('flow: five cache calls, 100 in flight, of by hand', 0.55, (run) =>
    run.ofFloor('flow: five cache calls', 100),
  ),
  share('flow: five cache calls, 1 in flight, of by hand', 0.85, (run) =>
    run.ofFloor('flow: five cache calls'),
  ),
  atMost('flow: ten pure steps, 1 in flight, p99.9 of p50', 'x', 20, (run) =>
    run.tail('flow: ten pure steps'),
  ),
  share('http: flow with two cache calls, 100 connections, of fastify by hand', 0.5, (run) =>
    run.ofFloor('flow, http_server trusted', 100),
  ),
  atMost('start: one-step flow, of node -e 0', 'x', 2.2, (run) => run.toFloor('one-step flow')),
  atMost('start: user-sessions, of node -e 0', 'x', 3.5, (run) => run.toFloor('user-sessions')),
  atMost(
    'start: peak memory of user-sessions',
    'MiB',
    70,
    (run) => run.figure('user-sessions', 'peakBytes') / 1_048_576,
  ),
  atMost(
    'boot: first reply, of a bare worker',
    'x',
    2,
    (run) => run.in('first reply').p50('phlow') / run.in('first reply').p50('bare-worker'),
  ),
  atMost(
    'boot: idle memory, of a bare worker',
    'x',
    1.3,
    (run) => run.figure('phlow-memory', 'idleBytes') / run.figure('bare-worker-memory', 'idleBytes'),
  ),
  share('cache: get-hit, 256 in flight, of floor', 0.5, (run) => run.ofFloor('phlow: get-hit', 256)),
  share('cache: set, 256 in flight, of floor', 0.5, (run) => run.ofFloor('phlow: set', 256)),
  share('store: get, of lru-cache', 0.6, (run) => run.ofFloor('phlow: get, 100000 entries')),
  share('store: evicting set, of lru-cache', 0.6, (run) => run.ofFloor('phlow: set, 100000 entries')),
  share('cache: 1 000 000 entries, of 1 000, uniform keys', 0.5, (run) =>
    run.ofFloor(`uniform keys, ${MEGA} entries`, 256),
  ),
  share('cache: 1 000 000 entries, of 1 000, zipf keys', 0.5, (run) =>
    run.ofFloor(`zipf keys, ${MEGA} entries`, 256),
  ),
  atMost(
    'cache: page of 10, of sorting',
    'x',
    0.001,
    (run) => run.p50('phlow: page') / run.p50('sorting-the-keys'),
  ),
  atMost('cache: longest wait while 100 000 expire', 'ms', 20, (run) => run.longestMs('phlow: all expire')),
  atMost('isolation: sandboxed start, of a plain worker', 'x', 2, (run) => run.toFloor('sandboxed')),
  atMost('isolation: sandboxed start, warm guest, of a plain worker', 'x', 1.2, (run) =>
    run.toFloor('sandboxed, warm guest'),
  ),
  atMost('isolation: isolated start, of a plain worker', 'x', 2.5, (run) => run.toFloor('isolated')),
  atMost('isolation: isolated start, warm guest, of a plain worker', 'x', 1.2, (run) =>
    run.toFloor('isolated, warm guest'),
  ),
  // Without the time in which a core wakes up, of which the two have the same: a bar of 1.2 with it would ask for less.
  atMost('isolation: sandboxed small call on one core, of a plain worker', 'x', 1.3, (run) =>
    run.figure('sandboxed: small call on one core', 'toPlain'),
  ),
  atMost('isolation: sandboxed call of 7 kB, of a plain worker', 'x', 1.2, (run) =>
    run.toFloor('sandboxed: call of 7 kB'),
  ),
  atMost('isolation: isolated small call on one core, of a plain worker', 'x', 2.5, (run) =>
    run.figure('isolated: small call on one core', 'toPlain'),
  ),
  atMost('isolation: isolated call of 7 kB, of a plain worker', 'x', 2.5, (run) =>
    run.toFloor('isolated: call of 7 kB'),
  ),
  share('original: five cache calls at once, of the original', 7, (run) =>
    run.ahead('five cache calls', 100),
  ),
  share('original: five cache calls one at a time, of the original', 2, (run) =>
    run.ahead('five cache calls', 1),
  ),
  share('original: ten pure steps, of the original', 50, (run) => run.ahead('ten pure steps', 1)),
  atMost(
    'original: one-step flow from start to end, of the original',
    'x',
    12,
    (run) => run.p50('phlow: one-step flow') / run.p50('original: one-step flow'),
  ),
  atMost(
    'idle: CPU of 20 modules, beyond nothing',
    'ms/s',
    1,
    (run) => (run.figure('phlow', 'cpuUsPerSecond') - run.figure('nothing', 'cpuUsPerSecond')) / 1000,
  ),
];

/** Holds every promise against the rows of one run; those about scopes that were not measured are left out. */
export function barsOf(results: readonly Result[]): Bar[] {
  const run = new Run(results);
  return BARS.flatMap((promised) => {
    const measured = promised.measure(run);
    if (measured === undefined || Number.isNaN(measured)) return [];
    const { limit } = promised;
    const ok = promised.is === 'at least' ? measured >= limit : measured <= limit;
    const value = Number(measured.toPrecision(3));
    const bar = `${promised.is} ${limit} ${promised.unit}`;
    return [{ name: promised.name, bar, is: promised.is, value, ok, runs: [value] }];
  });
}

/** The same promises over several runs: kept only when each run kept them. */
export function barsOverRuns(runs: readonly (readonly Bar[])[]): Bar[] {
  return (runs[0] ?? []).map((first) => {
    const same = runs.flatMap((bars) => bars.filter(({ name }) => name === first.name));
    const values = same.map(({ value }) => value);
    return {
      ...(same.find(({ ok }) => !ok) ?? first),
      value: first.is === 'at least' ? Math.min(...values) : Math.max(...values),
      ok: same.length === runs.length && same.every(({ ok }) => ok),
      runs: values,
    };
  });
}

function atMost(
  name: string,
  unit: string,
  limit: number,
  measure: (run: Run) => number | undefined,
): Promised {
  return { name, is: 'at most', unit, limit, measure };
}

function share(name: string, limit: number, measure: (run: Run) => number | undefined): Promised {
  return { name, is: 'at least', unit: 'x', limit, measure };
}

/** The rows of a run, by what the promises call them; what is not there is NaN. */
class Run {
  readonly #results: readonly Result[];

  constructor(results: readonly Result[]) {
    this.#results = results;
  }

  in(group: string): Run {
    return new Run(this.#results.filter((result) => result.group === group));
  }

  ofFloor(name: string, inFlight = 1): number | undefined {
    return this.#find(name, inFlight)?.ratioToFloor;
  }

  /** Its median time to that of the floor, the median over rounds. */
  toFloor(name: string): number | undefined {
    return this.#find(name, 1)?.p50ToFloor;
  }

  p50(name: string, inFlight = 1): number {
    return this.#find(name, inFlight)?.p50Us ?? Number.NaN;
  }

  /** Its p99.9 to its p50, one at a time. */
  tail(name: string): number | undefined {
    const row = this.#find(name, 1);
    return row && row.p999Us / row.p50Us;
  }

  figure(name: string, figure: string): number {
    return (
      this.#results.find((row) => row.case === name && row.figures?.[figure] !== undefined)?.figures?.[
        figure
      ] ?? Number.NaN
    );
  }

  /** The longest of all times that were noted. */
  longestMs(name: string): number {
    return (this.#find(name, 1)?.p999Us ?? Number.NaN) / 1000;
  }

  /** How many times as fast one is as the other: the median of the ratios within a round. */
  faster(name: string, other: string, inFlight: number): number | undefined {
    const theirs = this.#find(other, inFlight)?.rounds;
    const ours = this.#find(name, inFlight)?.rounds;
    return theirs === undefined || ours === undefined
      ? undefined
      : median(ours.map((rate, round) => rate / (theirs[round] ?? Number.NaN)));
  }

  /** How many times as fast phlow is as the original, where that is fastest in the environment of this process. */
  ahead(work: string, inFlight: number): number | undefined {
    const theirs = this.#results.filter(
      (row) =>
        row.inFlight === inFlight &&
        row.case.startsWith(`original: ${work}, its environment that of this process`),
    );
    const ratios = theirs.flatMap((row) => this.faster(`phlow: ${work}`, row.case, inFlight) ?? []);
    return ratios.length === 0 ? undefined : Math.min(...ratios);
  }

  #find(name: string, inFlight: number): Result | undefined {
    return this.#results.find((row) => row.case === name && row.inFlight === inFlight);
  }
}
