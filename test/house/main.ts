import { execFileSync, type StdioOptions } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CALL_CHAIN, CALL_CHAIN_BEFORE, CALL_HELPERS } from './call-path.js';
import { CRUMB_LINES, MAX_LINES, ROOT, figuresOf, linesWith } from './figures.js';
import useOwnCache from '../support/own-cache.js';

useOwnCache();

// The figures of the house, before and after: `npm run house`. With --crumbs also the names of the small files, with --before another commit.

/** The last commit before the house took the words of docs/glossary.md. */
const BEFORE = '4c9e1a2';
const FOLDERS = ['src/host', 'src', 'workers'] as const;
const args = process.argv.slice(2);

/** Names of bounds that are not MAX_ or MIN_, and references to a specification that is not in the repository. */
const GONE = [
  ['bounds that are not called MAX_ or MIN_', /\b(?:MOST|LARGEST|LONGEST|DEEPEST|FEWEST)_[A-Z]/],
  ['references to a specification elsewhere', /(?<!docs\/)\bspec\/[a-z]+\.md|\bQ-[A-Z]+-[A-Z]/],
] as const;

type Figures = readonly (readonly [what: string, figure: number])[];

function figuresBelow(root: string): Figures {
  return [
    ...FOLDERS.flatMap((folder): Figures => {
      const { files, folders, crumbs, tooLong } = figuresOf(folder, root);
      return [
        [`${folder}: files`, files],
        [`${folder}: folders`, folders],
        [`${folder}: files of ${CRUMB_LINES} lines or less`, crumbs.length],
        [`${folder}: files of more than ${MAX_LINES} lines`, tooLong.length],
      ];
    }),
    ...GONE.map(([what, pattern]): Figures[number] => [
      what,
      ['src', 'workers'].reduce((sum, folder) => sum + linesWith(pattern, folder, root), 0),
    ]),
  ];
}

/** The same figures of a commit; undefined where it cannot be had, as in a shallow clone. */
function figuresAt(commit: string): Figures | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'phlow-house-'));
  try {
    const stdio: StdioOptions = ['ignore', 'pipe', 'ignore'];
    const archive = execFileSync('git', ['archive', commit, 'src', 'workers'], {
      cwd: ROOT,
      maxBuffer: 2 ** 28,
      stdio,
    });
    execFileSync('tar', ['x', '-C', folder], { input: archive });
    return figuresBelow(folder);
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function row(what: string, before: string | number, after: string | number): void {
  console.log(`${what.padEnd(48)}${String(before).padStart(10)}${String(after).padStart(8)}`);
}

const place = args.indexOf('--before');
const commit = place === -1 ? BEFORE : (args[place + 1] ?? BEFORE);
const before = figuresAt(commit);
row('', before === undefined ? 'unknown' : commit.slice(0, 10), 'now');
for (const [index, [what, figure]] of figuresBelow(ROOT).entries())
  row(what, before?.[index]?.[1] ?? '-', figure);
row(
  'files that hand a package on and back',
  commit === BEFORE ? CALL_CHAIN_BEFORE.length : '-',
  CALL_CHAIN.length,
);
console.log('\nThe chain from module.call() to the handler and back:');
for (const { file, does } of CALL_CHAIN) console.log(`  ${file}: ${does}`);
console.log('What it asks on the way:');
for (const { file, does } of CALL_HELPERS) console.log(`  ${file}: ${does}`);
if (args.includes('--crumbs')) {
  for (const folder of ['src', 'workers']) {
    console.log(`${folder}, ${CRUMB_LINES} lines or less:`);
    for (const name of figuresOf(folder).crumbs) console.log(`  ${name}`);
  }
}
