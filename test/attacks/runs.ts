import { execFileSync } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';
import type { IsolationLevel } from '../../src/index.js';
import { Journal, readJournal } from '../support/journal.js';
import type { Attack } from './attack.js';
import type { Verdict } from './judge.js';
import { runAttack } from './run-attack.js';

/** How often harm to a host is looked at again before it counts. */
const MAX_CONFIRMATIONS = 2;

/** A Node.js that hosts are started with. */
export interface Runtime {
  readonly path: string;
  /** Such as `v20.19.0`. */
  readonly version: string;
}

/** One attack at one level on one Node, and what came of it. */
export interface Run {
  readonly runtime: Runtime;
  readonly level: IsolationLevel;
  readonly attack: Attack;
}

/** What is asked of a series of runs. */
export interface SeriesOptions {
  readonly jobs: number;
  /** A file with a line per run that is done: those are not run again. */
  readonly journal: string | undefined;
  readonly onVerdict: (run: Run, verdict: Verdict) => void;
}

/** Finds out the version of a Node by its path. */
export function runtimeAt(path: string): Runtime {
  return { path, version: execFileSync(path, ['-p', 'process.version'], { encoding: 'utf8' }).trim() };
}

/** Every attack at every level on every Node, so many at a time; what the journal knows already is taken from there. */
export async function runSeries(
  runs: readonly Run[],
  options: SeriesOptions,
): Promise<ReadonlyMap<string, Verdict>> {
  const { jobs, onVerdict } = options;
  const journal = new Journal<Verdict>(options.journal);
  const queue = runs.filter((run) => journal.get(keyOf(run)) === undefined);
  const work = async (): Promise<void> => {
    for (let run = queue.shift(); run !== undefined; run = queue.shift()) {
      const verdict = await confirmed(run);
      journal.set(keyOf(run), verdict);
      onVerdict(run, verdict);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return journal.all;
}

/**
 * The verdict on a run. What only a busy machine makes of it is looked at again: an attack that keeps its host busy does so each time. A true
 * escape stays one.
 */
async function confirmed({ attack, level, runtime }: Run): Promise<Verdict> {
  let verdict = await runAttack(attack, level, runtime.path);
  for (let again = 0; again < MAX_CONFIRMATIONS && verdict.outcome === 'degraded'; again++)
    verdict = await runAttack(attack, level, runtime.path);
  return verdict;
}

/** By what a run is known in the journal. */
export function keyOf({ runtime, level, attack }: Run): string {
  return `${runtime.version} ${level} ${attack.name}`;
}

/** As many at a time as the machine has time for: hosts that wait for it would be judged for what others do. */
export function jobsFor(text: string): number {
  if (text !== 'auto') return Math.max(1, Number(text) || 1);
  const cores = availableParallelism();
  return Math.max(1, Math.floor(cores - (loadavg()[0] ?? 0)));
}

/** What stands in the journals of earlier series, by level and Node; of a run that stands in several of them, the last one. */
export function readVerdicts(paths: readonly string[]): readonly {
  readonly level: string;
  readonly version: string;
  readonly verdicts: ReadonlyMap<string, Verdict>;
}[] {
  const groups = new Map<string, Map<string, Verdict>>();
  for (const [key, verdict] of paths.flatMap((path) => readJournal<Verdict>(path))) {
    const [version = '', level = '', name = ''] = key.split(' ');
    const group = groups.get(`${level} ${version}`) ?? new Map<string, Verdict>();
    groups.set(`${level} ${version}`, group.set(name, verdict));
  }
  return [...groups].map(([key, verdicts]) => {
    const [level = '', version = ''] = key.split(' ');
    return { level, version, verdicts };
  });
}
