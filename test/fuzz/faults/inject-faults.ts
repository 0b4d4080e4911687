import { createHost, type Host } from '../../../src/index.js';
import { fixtureModule } from '../../support/fixtures.js';
import { diceOf } from '../dice.js';
import { Board } from './board.js';
import { calm } from './calm.js';
import { endsInstance, type Outcome, type Stage } from './fault.js';
import { wrongIn } from './oracle.js';
import { POPULATIONS, type Population } from './populations.js';
import { Tally, type TallyRow } from './tally.js';
import { planWave, playWave } from './wave.js';

/** What came of the packages of one run. */
export interface FaultTotals {
  readonly packages: number;
  readonly waves: number;
  /** Packages that were to end a thread. */
  readonly ends: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly rows: readonly TallyRow[];
  /** Packages that settled twice, never, or with what no fault near them allows, and what was left behind: must be empty. */
  readonly wrong: readonly string[];
}

/** How a run is done. */
export interface FaultRun {
  readonly packages: number;
  readonly seed: number;
  /** What is hurt; default: all there are. */
  readonly populations?: readonly Population[];
  /** Packages of a wave on average; default: as many as let each fault be a wave's theme three times. */
  readonly width?: number;
}

/** So many populations are busy at once. */
const LANES = 2;
const THEMES_EACH = 3;
const WIDEST = 160;
/** So much that is wrong is enough. */
const ENOUGH_WRONG = 50;

/**
 * Sends packages in waves to modules that are hurt at every step of a package's way, and checks each against what was done near it: it
 * must settle, once, with an outcome that its own fault allows or that a fault in the same module and wave may have caused.
 */
export async function injectFaults({
  packages,
  seed,
  populations = POPULATIONS,
  width,
}: FaultRun): Promise<FaultTotals> {
  const run: Running = { tally: new Tally(), wrong: [], waves: 0, ends: 0, packages: 0 };
  const shares = populations.reduce((sum, { share }) => sum + share, 0);
  const queue = populations.map((population, at) => ({
    population,
    packages: Math.round((packages * population.share) / shares),
    seed: seed + at * 1_000_003,
  }));
  // What rounding has left over.
  const first = queue[0];
  if (first !== undefined) first.packages += packages - queue.reduce((sum, one) => sum + one.packages, 0);
  await using host = await createHost({ logLevel: 'off' });
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift())
      await runPopulation(host, next, run, width);
  };
  await Promise.all(Array.from({ length: LANES }, work));
  const { tally, wrong, waves, ends } = run;
  return { packages: run.packages, waves, ends, outcomes: tally.outcomes(), rows: tally.rows(), wrong };
}

interface Running {
  readonly tally: Tally;
  readonly wrong: string[];
  waves: number;
  ends: number;
  packages: number;
}

interface Share {
  readonly population: Population;
  readonly packages: number;
  readonly seed: number;
}

async function runPopulation(
  host: Host,
  { population, packages, seed }: Share,
  run: Running,
  width?: number,
): Promise<void> {
  const { faults, mostEnds = Infinity, widest = WIDEST } = population;
  const dice = diceOf(seed);
  const mean = width ?? Math.min(widest, Math.max(8, Math.floor(packages / (faults.length * THEMES_EACH))));
  const inner = population.options.grant === undefined ? undefined : await openInner(host, population);
  let stage = await open(host, population, packages, 0);
  let ends = 0;
  let wave = 0;
  let lingering: readonly Outcome[] = [];
  for (let n = 1; n <= packages && run.wrong.length < ENOUGH_WRONG; wave++) {
    const about = faults[wave % faults.length];
    if (about === undefined) break;
    const plan = planWave(population, about, Math.min(packages - n + 1, 1 + dice(2 * mean)), dice);
    const played = await playWave(stage, plan, n, seed + n);
    n += plan.length;
    for (const { fault, outcome } of played) run.tally.note(fault, outcome ?? 'never');
    const wrong = wrongIn(population, played, stage, lingering);
    lingering = population.lingers === true ? plan.flatMap(({ harms }) => harms) : [];
    run.wrong.push(
      ...wrong,
      ...(await calm(stage)).map((found) => `${found}; after ${about.step}/${about.fault}`),
    );
    const lethal = plan.filter(endsInstance).length;
    run.waves++;
    run.ends += lethal;
    run.packages += plan.length;
    ends += lethal;
    const isLost = played.some(({ outcome }) => outcome === undefined);
    if (stage.module.state !== 'ready' || ends >= mostEnds || isLost) {
      ends = 0;
      await stage.module.close();
      stage = await open(host, population, packages, wave + 1);
    }
  }
  await stage.module.close();
  await inner?.close();
}

async function open(
  host: Host,
  { name, options }: Population,
  packages: number,
  generation: number,
): Promise<Stage> {
  const module = `${name}-${generation}`;
  const board = new Board(module, packages);
  const loaded = await host.load(fixtureModule('faulty'), { ...options, name: module });
  return { host, module: loaded, board, doomed: new Set(), open: new Set() };
}

/** The other module of those that ask one. */
async function openInner(host: Host, { options }: Population): Promise<{ close(): Promise<unknown> }> {
  return host.load(fixtureModule('faulty'), { ...options, name: 'inner' });
}
