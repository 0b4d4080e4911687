import { isSameMachine, type Machine } from '../src/measure/machine.js';
import { mannWhitney, median } from '../src/measure/statistics.js';
import { isSameWork, type Result } from '../src/measure/suite.js';

/** A difference counts only when chance explains it this rarely. */
export const ALPHA = 0.01;

/** What comparing needs of a run. */
export interface ComparedRun {
  readonly machine: Machine;
  readonly results: readonly Result[];
}

/** One case, then and now. */
export interface Change {
  readonly scope: string;
  readonly case: string;
  readonly inFlight: number;
  readonly ratePerSecond?: number;
  /** What was compared: the ratio to the floor of the same round where there is one, else operations per second. */
  readonly by: 'ratioToFloor' | 'perSecond';
  readonly before: number;
  readonly after: number;
  /** (after - before) / before, in percent: negative is slower. */
  readonly changePercent: number;
  /** Two-sided p of the Mann-Whitney U test over rounds. */
  readonly p: number;
  readonly verdict: 'slower' | 'faster' | 'same';
}

/** The result of `--compare`. */
export interface Comparison {
  readonly thresholdPercent: number;
  readonly alpha: number;
  readonly sameMachine: boolean;
  readonly changes: readonly Change[];
  /** Cases of one run only, or without a floor on another machine: not compared. */
  readonly notCompared: readonly string[];
  readonly regressions: number;
}

/**
 * Compares two runs case by case. A case is slower (or faster) when its median moved by more than the threshold *and* the
 * rounds differ with p below 0.01. Where there is a floor, each round is divided by the floor's round beside it, which takes
 * the machine's mood out of both runs; without one, runs of different machines are not compared.
 */
export function compareRuns(before: ComparedRun, after: ComparedRun, thresholdPercent: number): Comparison {
  const sameMachine = isSameMachine(before.machine, after.machine);
  const earlier = new Map(before.results.map((result) => [keyOf(result), result]));
  const changes: Change[] = [];
  const notCompared: string[] = [];
  for (const now of after.results) {
    const then = earlier.get(keyOf(now));
    earlier.delete(keyOf(now));
    const pair = then === undefined ? undefined : samplesOf(then, before, now, after, sameMachine);
    if (pair === undefined) notCompared.push(keyOf(now));
    else changes.push(changeOf(now, pair, thresholdPercent));
  }
  notCompared.push(...earlier.keys());
  return {
    thresholdPercent,
    alpha: ALPHA,
    sameMachine,
    changes,
    notCompared,
    regressions: changes.filter(({ verdict }) => verdict === 'slower').length,
  };
}

/** The words that name a case across runs. */
export function keyOf(result: Pick<Result, 'scope' | 'case' | 'inFlight' | 'ratePerSecond'>): string {
  const load =
    result.ratePerSecond === undefined ? `${result.inFlight} in flight` : `${result.ratePerSecond}/s`;
  return `${result.scope} ${result.case}, ${load}`;
}

interface Pair {
  readonly by: Change['by'];
  readonly before: readonly number[];
  readonly after: readonly number[];
}

function samplesOf(
  then: Result,
  before: ComparedRun,
  now: Result,
  after: ComparedRun,
  sameMachine: boolean,
): Pair | undefined {
  const ratiosThen = ratiosOf(then, before);
  const ratiosNow = ratiosOf(now, after);
  if (ratiosThen !== undefined && ratiosNow !== undefined) {
    return { by: 'ratioToFloor', before: ratiosThen, after: ratiosNow };
  }
  return sameMachine ? { by: 'perSecond', before: then.rounds, after: now.rounds } : undefined;
}

/** Round by round the ratio to the floor; undefined where there is none, or the case is the floor itself. */
function ratiosOf(result: Result, run: ComparedRun): number[] | undefined {
  if (result.ratioToFloor === undefined || result.isFloor === true) return undefined;
  const floor = run.results.find(
    (other) => other.isFloor === true && other.scope === result.scope && isSameWork(other, result),
  );
  return floor && result.rounds.map((rate, round) => rate / (floor.rounds[round] ?? rate));
}

function changeOf(result: Result, pair: Pair, thresholdPercent: number): Change {
  const before = median(pair.before);
  const after = median(pair.after);
  const changePercent = before === 0 ? 0 : ((after - before) / before) * 100;
  const p = mannWhitney(pair.before, pair.after);
  const isReal = p < ALPHA && Math.abs(changePercent) > thresholdPercent;
  return {
    scope: result.scope,
    case: result.case,
    inFlight: result.inFlight,
    ...(result.ratePerSecond === undefined ? {} : { ratePerSecond: result.ratePerSecond }),
    by: pair.by,
    before,
    after,
    changePercent: Math.round(changePercent * 10) / 10,
    p: Number(p.toPrecision(3)),
    verdict: !isReal ? 'same' : changePercent < 0 ? 'slower' : 'faster',
  };
}
