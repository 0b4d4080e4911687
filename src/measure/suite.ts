import type { Histogram } from './histogram.js';

/*
 * How to add a scope.
 *
 * 1. Write `bench/suites/NAME.ts` and export one `Suite`: `{ scope, about, unit?, open(plan) }`.
 * 2. `open` starts what the cases need (threads, hosts, files) and returns `{ cases, close }`. Nothing is measured there.
 * 3. A case is a row of the report: a name, a width and `round(ms)`, which keeps working for about that long and says what it
 *    did. Make cases with the three loops, so that all scopes time alike:
 *      closedLoops({ ... })  calls that are answered later, at several widths     src/measure/closed-loop.ts
 *      openLoop({ ... })     the same, started at a fixed rate                    bench/open-loop.ts
 *      tightLoop({ ... })    synchronous work in this thread                      bench/tight-loop.ts
 *      repeat({ ... })       one slow thing, timed whole (a start, a page)        bench/repeat.ts
 * 4. Give cases that do the same work one `group` (say, "100 bytes"), and mark the one that the others are to be judged by with
 *    `isFloor: true`: one per group and width. Scope, case and width together name a row for `--compare`: no two alike.
 * 5. Add a row to `SCOPES` in `bench/scopes.ts`. A scope may consist of several suites, one after the other: cases that are to be
 *    compared belong into one suite, cases that would only be in each other's way (memory, idle threads) into several.
 *
 * The harness warms every case up, then runs rounds in which each case has its turn, in another order each round, so that a
 * drifting machine hits all of them alike. Medians and spreads are over rounds, percentiles over all timed calls.
 */

/** How long to measure; made from the command line. */
export interface Plan {
  readonly rounds: number;
  readonly roundMs: number;
  readonly warmupMs: number;
  /** Packages in flight, for cases with a width. */
  readonly widths: readonly number[];
  /** True when the user asked for a short run: suites leave out sizes that take long to build. */
  readonly isQuick: boolean;
  /** Shows progress to the person who waits; never part of the result. */
  readonly note: (line: string) => void;
}

/** What one round of one case did. */
export interface Round {
  readonly operations: number;
  readonly elapsedMs: number;
  /** Times of single operations; of all of them, or of an even sample where reading the clock would be felt. */
  readonly latency: Histogram;
  /** Anything else worth a column, unit in the name: `idleBytes`, `longestStallMs`. The median over rounds is reported. */
  readonly figures?: Readonly<Record<string, number>>;
}

/** One row of the report. */
export interface Case {
  readonly name: string;
  /** Packages in flight at any moment; 1 for synchronous work; 0 where load is open and the number is whatever it becomes. */
  readonly inFlight: number;
  /** Open load only: operations begun per second, whatever the answers do. */
  readonly ratePerSecond?: number;
  /** The configuration in words, wherever more than one is possible. */
  readonly setup?: string;
  /** Cases that do the same thing, to be read side by side, such as one size of package. Shown as a heading. */
  readonly group?: string;
  /** The case that the others of its group, width and rate are judged by. */
  readonly isFloor?: boolean;
  /** Of cases that do one thing at several sizes: this one's. Reports draw how their times grow. */
  readonly size?: number;
  round(durationMs: number): Promise<Round>;
}

/** A suite that has been started. */
export interface OpenSuite {
  readonly cases: readonly Case[];
  close(): Promise<unknown>;
}

/** The cases of one scope. */
export interface Suite {
  readonly scope: string;
  /** One sentence for `--help` and the report; of a scope's suites, the first one's is shown. */
  readonly about: string;
  /** Fewer rounds than planned, where each is long whatever was planned. */
  readonly mostRounds?: number;
  open(plan: Plan): Promise<OpenSuite>;
}

/** One measured row. Rates are medians over rounds. */
export interface Result {
  readonly scope: string;
  readonly case: string;
  readonly group?: string;
  readonly inFlight: number;
  readonly ratePerSecond?: number;
  readonly perSecond: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly p999Us: number;
  /** Operations per second of each round, in the order of time. */
  readonly rounds: readonly number[];
  /** Half of the rounds lie this far apart, as a share of the median (interquartile range / median). */
  readonly spread: number;
  /** Median over rounds of this case's rate to the floor's in the same round. */
  readonly ratioToFloor?: number;
  /** Median over rounds of this case's median time to the floor's in the same round: what a caller feels, whatever a few stalls do to the rate. */
  readonly p50ToFloor?: number;
  /** Of the 99th percentiles, the same. */
  readonly p99ToFloor?: number;
  readonly isFloor?: true;
  readonly size?: number;
  readonly setup?: string;
  readonly figures?: Readonly<Record<string, number>>;
}

/** True when one of the two may be the other's floor: the same group under the same load. */
export function isSameWork(a: Load, b: Load): boolean {
  return a.group === b.group && a.inFlight === b.inFlight && a.ratePerSecond === b.ratePerSecond;
}

type Load = Pick<Case, 'group' | 'inFlight' | 'ratePerSecond'>;
