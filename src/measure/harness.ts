import { Histogram } from './histogram.js';
import { median, spread } from './statistics.js';
import { isSameWork, type Case, type Plan, type Result, type Round, type Suite } from './suite.js';

/** What a case gathers over the rounds. */
interface Tally {
  readonly case: Case;
  readonly rates: number[];
  /** The median time of each round, in microseconds. */
  readonly middlesUs: number[];
  /** The 99th percentile of each round, in microseconds. */
  readonly p99sUs: number[];
  readonly latency: Histogram;
  readonly figures: Map<string, number[]>;
}

/** Runs one suite: opens it, warms every case up, measures in interleaved rounds, closes it whatever happens. */
export async function runSuite(suite: Suite, plan: Plan): Promise<Result[]> {
  const opened = await suite.open(plan);
  try {
    if (opened.cases.length === 0) return [];
    plan.note(`${suite.scope}: warming up`);
    const tallies = opened.cases.map((one): Tally => ({
      case: one,
      rates: [],
      middlesUs: [],
      p99sUs: [],
      latency: new Histogram(),
      figures: new Map(),
    }));
    for (const { case: one } of tallies) await one.round(plan.warmupMs);
    const rounds = Math.min(plan.rounds, suite.mostRounds ?? plan.rounds);
    for (let round = 0; round < rounds; round++) {
      plan.note(`${suite.scope}: round ${round + 1} of ${rounds}, ${tallies.length} cases`);
      for (const tally of inTurn(tallies, round)) {
        // Garbage of the case before is not this one's to collect. A major collection, when it is forced, also drops compiled code and what the engine has learnt
        // about types: a case would be measured while it is compiled again, which takes a second where it waits for threads.
        globalThis.gc?.({ type: 'minor' });
        note(tally, await tally.case.round(plan.roundMs));
      }
    }
    return tallies.map((tally) => resultOf(suite.scope, tally, floorOf(tally, tallies)));
  } finally {
    await opened.close();
  }
}

/** Another first case each round, and every second round backwards: no case always follows the same one. */
export function inTurn<T>(items: readonly T[], round: number): T[] {
  const from = items.length === 0 ? 0 : round % items.length;
  const turned = [...items.slice(from), ...items.slice(0, from)];
  return round % 2 === 0 ? turned : turned.reverse();
}

function note(tally: Tally, round: Round): void {
  tally.rates.push(round.elapsedMs > 0 ? (round.operations / round.elapsedMs) * 1000 : 0);
  tally.middlesUs.push(round.latency.percentileUs(50));
  tally.p99sUs.push(round.latency.percentileUs(99));
  tally.latency.add(round.latency);
  for (const [name, value] of Object.entries(round.figures ?? {})) {
    const seen = tally.figures.get(name);
    if (seen === undefined) tally.figures.set(name, [value]);
    else seen.push(value);
  }
}

function floorOf(tally: Tally, tallies: readonly Tally[]): Tally | undefined {
  return tallies.find(({ case: one }) => one.isFloor === true && isSameWork(one, tally.case));
}

function resultOf(scope: string, tally: Tally, floor: Tally | undefined): Result {
  const { case: one, rates, middlesUs, p99sUs, latency, figures } = tally;
  const medians = [...figures].map(([name, values]) => [name, rounded(median(values))] as const);
  return {
    scope,
    case: one.name,
    ...(one.group === undefined ? {} : { group: one.group }),
    inFlight: one.inFlight,
    ...(one.ratePerSecond === undefined ? {} : { ratePerSecond: one.ratePerSecond }),
    perSecond: rounded(median(rates)),
    p50Us: rounded(latency.percentileUs(50)),
    p99Us: rounded(latency.percentileUs(99)),
    p999Us: rounded(latency.percentileUs(99.9)),
    rounds: rates.map(rounded),
    spread: rounded(spread(rates)),
    ...(floor === undefined
      ? {}
      : {
          ratioToFloor: rounded(median(ratios(rates, floor.rates))),
          p50ToFloor: rounded(median(ratios(middlesUs, floor.middlesUs))),
          p99ToFloor: rounded(median(ratios(p99sUs, floor.p99sUs))),
        }),
    ...(one.isFloor === true ? { isFloor: true as const } : {}),
    ...(one.setup === undefined ? {} : { setup: one.setup }),
    ...(one.size === undefined ? {} : { size: one.size }),
    ...(medians.length === 0 ? {} : { figures: Object.fromEntries(medians) }),
  };
}

/** Each value to the floor's of the same round; 1 where the floor has none. */
function ratios(values: readonly number[], floor: readonly number[]): number[] {
  return values.map((value, round) => value / (floor[round] || value || 1));
}

/** Four significant digits: more would claim a precision that no run has. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
