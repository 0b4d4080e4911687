import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { listRuns } from '../../src/index.js';
import { withFolder } from '../support/temporary-folder.js';

const CHILD = fileURLToPath(new URL('child.js', import.meta.url));
/** Steps marked `once` in one run of the flow. */
export const ONCE_PER_RUN = 4;

/** What became of runs whose process was killed. */
export interface KilledRuns {
  readonly runs: number;
  readonly kills: number;
  readonly done: number;
  readonly equal: number;
  /** How many steps marked `once` took place, and how many of them more than once. */
  readonly once: number;
  readonly onceRepeated: number;
  /** The same of steps that may be repeated. */
  readonly others: number;
  readonly othersRepeated: number;
}

/**
 * Lets a process bring `runs` runs to their end and kills it `kills` times, after a number of things have happened in it that `random` (from 0 to
 * 1) decides; then compares with runs of which none was disturbed.
 */
export async function killedRuns(runs: number, kills: number, random: () => number): Promise<KilledRuns> {
  return withFolder(async (folder) => {
    // All that happens in a run, and a bit: the last kills find something to do.
    const most = Math.max(2, Math.floor((runs * 40) / kills));
    for (let killed = 0; killed < kills; killed++) {
      const signal = child(folder, runs, 1 + Math.floor(random() * most));
      if (signal !== 'SIGKILL')
        throw new Error(`the runs ended after ${killed} kills: there is nothing left to disturb`);
    }
    child(folder, runs, 0);
    return withFolder((other) => {
      child(other, runs, 0);
      const disturbed = resultsOf(folder);
      const undisturbed = resultsOf(other);
      const ledger = readFileSync(join(folder, 'ledger'), 'utf8').split('\n').slice(0, -1);
      const countOf = (kind: string): { all: number; repeated: number } => {
        const keys = ledger.filter((line) => line.startsWith(`${kind} `));
        const distinct = new Set(keys).size;
        return { all: distinct, repeated: keys.length - distinct };
      };
      const once = countOf('once');
      const others = countOf('any');
      return {
        runs,
        kills,
        done: listRuns(join(folder, 'journal')).filter(({ state }) => state === 'done').length,
        equal: [...undisturbed].filter(([id, result]) => disturbed.get(id) === result).length,
        once: once.all,
        onceRepeated: once.repeated,
        others: others.all,
        othersRepeated: others.repeated,
      };
    });
  });
}

/** Runs the process; returns the signal that ended it, null when it came to its end. */
function child(folder: string, runs: number, lives: number): NodeJS.Signals | null {
  const { signal, status, stderr } = spawnSync(
    process.execPath,
    [CHILD, folder, String(runs), String(lives)],
    {
      encoding: 'utf8',
      timeout: 600_000,
    },
  );
  if (signal === null && status !== 0) throw new Error(stderr);
  return signal;
}

/** The last result of each run; a process may be killed between a run's end and the note of its result. */
function resultsOf(folder: string): ReadonlyMap<string, string> {
  const lines = readFileSync(join(folder, 'results'), 'utf8').split('\n').slice(0, -1);
  return new Map(
    lines.map((line) => {
      const [id, result] = JSON.parse(line) as [string, unknown];
      return [id, JSON.stringify(result)];
    }),
  );
}
