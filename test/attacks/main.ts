import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { IsolationLevel } from '../../src/index.js';
import { readAttacks } from './attack.js';
import { surprisesOf, type Collection } from './expectation.js';
import { isContained, type Verdict } from './judge.js';
import { runAttack } from './run-attack.js';

const CORPUS = fileURLToPath(new URL('../../../test/fixtures/attacks', import.meta.url));
const OWN = fileURLToPath(new URL('../../../test/attacks/own', import.meta.url));
const LEVELS: readonly IsolationLevel[] = ['isolated', 'sandboxed', 'guarded', 'trusted'];

/** The folders about which something is known. */
const COLLECTIONS: Readonly<Record<string, Collection | undefined>> = { [CORPUS]: 'corpus', [OWN]: 'own' };

const USAGE = `npm run attacks [-- DIR] [--level LEVEL]... [--only NAME]... [--show] [--json] [--jobs N]

Runs hostile modules, each in a fresh host process beside a victim, and judges by planted evidence whether they were contained.
DIR     a folder of such modules; default: the corpus in test/fixtures/attacks; test/attacks/own has attacks on this very code base
--level isolated, sandboxed, guarded or trusted; default: all four
--only  attacks whose name starts like this
--show  prints the beginning of what came back from each
--json  { "levels": { LEVEL: { "attacks": N, "notContained": [{ "name", "verdict" }] } } }
For these two folders it ends with 1 when the outcome is not what test/attacks/expected.json says for this Node, be it worse or better.
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      level: { type: 'string', multiple: true },
      only: { type: 'string', multiple: true },
      json: { type: 'boolean', default: false },
      show: { type: 'boolean', default: false },
      jobs: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
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
  const say = (text: string): void => void (values.json ? process.stderr : process.stdout).write(`${text}\n`);
  const report: Record<string, { attacks: number; notContained: { name: string; verdict: string }[] }> = {};
  let surprises = 0;
  for (const level of levels) {
    const verdicts = await runAll(attacks, level, Math.max(1, Number(values.jobs)), say, values.show);
    const notContained = [...verdicts].filter(([, verdict]) => !isContained(verdict));
    report[level] = {
      attacks: attacks.length,
      notContained: notContained.map(([name, { outcome, because }]) => ({
        name,
        verdict: `${outcome}: ${because}`,
      })),
    };
    const collection = COLLECTIONS[from];
    const { worse, better } =
      collection === undefined ? { worse: [], better: [] } : surprisesOf(collection, level, verdicts);
    surprises += worse.length + better.length;
    say(
      `${level}: ${attacks.length} attacks, ${notContained.length} not contained${told('not expected', worse)}${told('contained against expectation', better)}`,
    );
  }
  if (values.json)
    process.stdout.write(`${JSON.stringify({ node: process.version, levels: report }, undefined, 2)}\n`);
  return surprises === 0 ? 0 : 1;
}

async function runAll(
  attacks: ReturnType<typeof readAttacks>,
  level: IsolationLevel,
  jobs: number,
  say: (text: string) => void,
  isShown: boolean,
): Promise<Map<string, Verdict>> {
  const verdicts = new Map<string, Verdict>();
  const queue = [...attacks];
  const work = async (): Promise<void> => {
    for (let attack = queue.shift(); attack !== undefined; attack = queue.shift()) {
      const verdict = await runAttack(attack, level);
      verdicts.set(attack.name, verdict);
      const mark = isContained(verdict) ? '  ' : '! ';
      const { outcome, because, said = '' } = verdict;
      const why = because === '' ? '' : `: ${because}`;
      say(`${mark}${level.padEnd(9)} ${attack.name.padEnd(32)} ${outcome}${why}`.slice(0, 220));
      if (isShown) say(`      ${said.replaceAll('\n', '\n      ')}`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return new Map([...verdicts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function told(label: string, names: readonly string[]): string {
  return names.length === 0 ? '' : `; ${label}: ${names.join(', ')}`;
}

process.exitCode = await main();
