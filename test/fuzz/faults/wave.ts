import type { Dice } from '../dice.js';
import { diceOf } from '../dice.js';
import { endsInstance, type Fault, type Outcome, type Stage } from './fault.js';
import type { Population } from './populations.js';

/** One package of a wave and how it ended; undefined while it has not. */
export interface Played {
  readonly n: number;
  readonly fault: Fault;
  outcome: Outcome | undefined;
}

/** So long nothing may take: whoever has not settled by then never will. */
const NEVER_MS = 60_000;
/** Of a hundred packages beside the fault that a wave is about, so many have one of their own. */
const FAULTS_IN_100 = 12;

/** What a wave is made of: the fault it is about, others that end nothing, sometimes one more that does, and packages that nothing is wrong with. */
export function planWave(
  { faults, traffic, extras = faults }: Population,
  about: Fault,
  width: number,
  dice: Dice,
): Fault[] {
  const mild = extras.filter((fault) => !endsInstance(fault));
  const one = (list: readonly Fault[], otherwise: Fault): Fault =>
    list[dice(Math.max(1, list.length))] ?? otherwise;
  const plan = Array.from({ length: width }, () => {
    const isFault = dice(100) < FAULTS_IN_100;
    const ordinary = one(traffic, about);
    return isFault ? one(mild, ordinary) : ordinary;
  });
  plan[dice(width)] = about;
  if (dice(4) === 0 && extras.length > 0) plan[dice(width)] = one(extras, about);
  return plan;
}

/** Sends all packages of a wave, some in one turn and some apart, and waits until each has settled. */
export async function playWave(
  stage: Stage,
  plan: readonly Fault[],
  first: number,
  seed: number,
): Promise<readonly Played[]> {
  const order = diceOf(seed);
  const played: Played[] = [];
  const settled: Promise<void>[] = [];
  for (const [at, fault] of plan.entries()) {
    const one: Played = { n: first + at, fault, outcome: undefined };
    played.push(one);
    settled.push(
      fault.play(stage, one.n, diceOf(seed + at)).then((outcome) => {
        one.outcome = one.outcome === undefined ? outcome : `${one.outcome}, then ${outcome}`;
      }),
    );
    if (order(8) === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, NEVER_MS);
  });
  await Promise.race([Promise.all(settled), late]);
  clearTimeout(timer);
  return played;
}
