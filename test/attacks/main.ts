import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { IsolationLevel } from '../../src/index.js';
import { visibleLine } from '../../src/visible-text.js';
import { readAttacks, type Attack } from './attack.js';
import { surprisesOf, type Collection } from './expectation.js';
import { isContained, type Verdict } from './judge.js';
import { jobsFor, keyOf, readVerdicts, runSeries, runtimeAt, type Run, type Runtime } from './runs.js';
import { rowOf, summaryTable, type Row } from './summary.js';
import useOwnCache from '../support/own-cache.js';

useOwnCache();

const CORPUS = fileURLToPath(new URL('../../../test/fixtures/attacks', import.meta.url));
const OWN = fileURLToPath(new URL('../../../test/attacks/own', import.meta.url));
const LEVELS: readonly IsolationLevel[] = ['isolated', 'sandboxed', 'guarded', 'trusted'];

/** The folders about which something is known. */
const COLLECTIONS: Readonly<Record<string, Collection | undefined>> = { [CORPUS]: 'corpus', [OWN]: 'own' };

const USAGE = `npm run attacks [-- DIR] [--level LEVEL]... [--only NAME]... [--node PATH]... [--jobs N] [--resume FILE] [--show] [--json]
npm run attacks -- --summary FILE... [--json]

Runs hostile modules, each in a fresh host process beside a victim, and judges by planted evidence whether they were contained.
DIR      a folder of such modules; default: the corpus in test/fixtures/attacks; test/attacks/own has attacks on this very code base
--level  isolated, sandboxed, guarded or trusted; default: all four
--only   attacks whose name starts like this
--node   the Node.js that hosts run on; several times for several; default: this one
--jobs   so many at a time; auto: as many as the machine has time for
--resume a file that keeps what is done: the same command goes on where it was ended
--summary  runs nothing: adds up what stands in files of --resume
--show   prints the beginning of what came back from each
--json   { "node", "levels": { LEVEL: { "attacks": N, "notContained": [{ "name", "verdict" }], "hostDeaths": N, "longestStallMs" } } }, a list for several Nodes
At isolated a host that stands still for more than 200 ms counts as not contained, if it does so three times.
For these two folders it ends with 1 when the outcome is not what test/attacks/expected.json says for this Node, be it worse or better.
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      level: { type: 'string', multiple: true },
      only: { type: 'string', multiple: true },
      node: { type: 'string', multiple: true },
      json: { type: 'boolean', default: false },
      show: { type: 'boolean', default: false },
      jobs: { type: 'string', default: '1' },
      resume: { type: 'string' },
      summary: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  if (values.summary) return printSummary(positionals, values.json);
  const [folder] = positionals;
  const levels = LEVELS.filter((level) => values.level === undefined || values.level.includes(level));
  const from = folder === undefined ? CORPUS : resolve(folder);
  const attacks = readAttacks(from).filter(
    ({ name }) => values.only === undefined || values.only.some((start) => name.startsWith(start)),
  );
  if (levels.length === 0 || attacks.length === 0) {
    process.stderr.write(USAGE);
    return 2;
  }
  const runtimes = (values.node ?? [process.execPath]).map(runtimeAt);
  const say = (text: string): void => void (values.json ? process.stderr : process.stdout).write(`${text}\n`);
  const series = runtimes.map((runtime) => levels.map((level) => ({ runtime, level }))).flat();
  const runs = series.flatMap(({ runtime, level }) => attacks.map((attack) => ({ runtime, level, attack })));
  const verdicts = await runSeries(runs, {
    jobs: jobsFor(values.jobs),
    journal: values.resume,
    onVerdict: (run, verdict) => say(lineOf(run, verdict, values.show)),
  });
  const collection = COLLECTIONS[from];
  const rows: Row[] = [];
  let surprises = 0;
  for (const { runtime, level } of series) {
    const own = verdictsOf(verdicts, attacks, runtime, level);
    rows.push(rowOf(level, runtime.version, own));
    const major = runtime.version.slice(1).split('.')[0];
    const { worse, better } =
      collection === undefined ? { worse: [], better: [] } : surprisesOf(collection, level, own, major);
    surprises += worse.length + better.length;
    if (worse.length + better.length > 0)
      say(
        `${level} on ${runtime.version}${told('not expected', worse)}${told('contained against expectation', better)}`,
      );
  }
  say(`\n${summaryTable(rows)}`);
  if (values.json) process.stdout.write(`${JSON.stringify(reportOf(rows), undefined, 2)}\n`);
  return surprises === 0 ? 0 : 1;
}

/** The table of what earlier series have written down, and below it what was not contained. */
function printSummary(paths: readonly string[], isJson: boolean): number {
  const unread = paths.filter((path) => !existsSync(path));
  const known = readVerdicts(paths);
  if (unread.length > 0 || known.length === 0) {
    process.stderr.write(`Cannot sum up: ${unread.join(', ') || 'no runs'} not found\n\n${USAGE}`);
    return 2;
  }
  const rows = LEVELS.flatMap((level) =>
    known
      .filter((group) => group.level === level)
      .sort((a, b) => a.version.localeCompare(b.version))
      .map(({ version, verdicts }) => rowOf(level, version, verdicts)),
  );
  if (isJson) process.stdout.write(`${JSON.stringify(reportOf(rows), undefined, 2)}\n`);
  else process.stdout.write(`${summaryTable(rows)}\n\n${rows.map(notContainedLines).join('')}`);
  return 0;
}

function notContainedLines({ level, version, notContained }: Row): string {
  return notContained
    .map(({ name, verdict }) => `${level} ${version} ${name}: ${visibleLine(verdict, 120)}\n`)
    .join('');
}

function verdictsOf(
  all: ReadonlyMap<string, Verdict>,
  attacks: readonly Attack[],
  runtime: Runtime,
  level: IsolationLevel,
): ReadonlyMap<string, Verdict> {
  return new Map(
    attacks.flatMap((attack) => {
      const verdict = all.get(keyOf({ runtime, level, attack }));
      return verdict === undefined ? [] : [[attack.name, verdict] as const];
    }),
  );
}

function lineOf({ runtime, level, attack }: Run, verdict: Verdict, isShown: boolean): string {
  const { outcome, because, said = '', stallMs = 0 } = verdict;
  const mark = isContained(verdict) ? '  ' : '! ';
  const stall = stallMs < 50 ? '' : `, stall ${Math.round(stallMs)} ms`;
  const why = because === '' ? '' : `: ${visibleLine(because, 160)}`;
  const line = `${mark}${runtime.version} ${level.padEnd(9)} ${attack.name.padEnd(32)} ${outcome}${why}${stall}`;
  return isShown ? `${line}\n      ${visibleLine(said)}` : line;
}

/** One Node's levels, or a list of several. */
function reportOf(rows: readonly Row[]): unknown {
  const reports = [...new Set(rows.map(({ version }) => version))].map((node) => ({
    node,
    levels: Object.fromEntries(
      rows
        .filter(({ version }) => version === node)
        .map(({ level, attacks, notContained, hostDeaths, longestStallMs }) => [
          level,
          { attacks, notContained, hostDeaths, longestStallMs },
        ]),
    ),
  }));
  return reports.length === 1 ? reports[0] : reports;
}

function told(label: string, names: readonly string[]): string {
  return names.length === 0 ? '' : `; ${label}: ${names.join(', ')}`;
}

process.exitCode = await main();
