import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BYPASSES, LOCK_LEVELS, tryBypass, tryRace, tryRestart, type Verdict } from './bypasses.js';
import { MAPPED_BYPASSES, OUTSIDE_IMPORTS, tryOutside } from './import-bypasses.js';
import { PLACE_BYPASSES, tryPlace } from './place-bypasses.js';
import { FLOW_CHANGES, tryFlow, tryRun } from './run-bypasses.js';
import useOwnCache from '../../support/own-cache.js';

useOwnCache();

const { values, positionals } = parseArgs({
  options: { help: { type: 'boolean', default: false } },
  allowPositionals: true,
});
if (values.help) {
  process.stdout.write(`npm run bypasses [-- TIMINGS]

Changes what was accepted with lock --accept in every way, and prints what lock --frozen, audit, load and run make of it at each level.
TIMINGS  how many times each race is run; default: 100
Ends with 1 when other code ran than was accepted, or a door said nothing.
`);
  process.exit();
}
const timings = Number(positionals[0] ?? 100);
const DOORS = ['lock --frozen', 'audit', ...LOCK_LEVELS, ...LOCK_LEVELS.map((level) => `run ${level}`)];
let failures = 0;

// Some Nodes hold nothing at guarded while the current folder has files.
process.chdir(realpathSync(mkdtempSync(join(tmpdir(), 'phlow-empty-'))));

function line(name: string, cells: readonly string[]): void {
  process.stdout.write(`| ${[name.padEnd(40), ...cells.map((cell) => cell.padEnd(14))].join(' | ')} |\n`);
}

function judged(verdict: Verdict | undefined): string {
  if (verdict !== 'refused' && verdict !== 'accepted bytes ran') failures++;
  return verdict ?? 'MISSING';
}

line(`${process.version}, after it was accepted`, DOORS);
for (const bypass of [...BYPASSES, ...MAPPED_BYPASSES]) {
  const { verdicts } = await tryBypass(bypass, LOCK_LEVELS);
  const { verdicts: ran } = await tryRun(bypass, LOCK_LEVELS);
  const cells = ['lock --frozen', 'audit', ...LOCK_LEVELS].map((door) => judged(verdicts[door]));
  line(bypass.name, [...cells, ...LOCK_LEVELS.map((level) => judged(ran[level]))]);
}
for (const bypass of PLACE_BYPASSES) {
  const { verdicts } = await tryPlace(bypass, LOCK_LEVELS);
  line(
    bypass.name,
    DOORS.map((door) => judged(verdicts[door])),
  );
}
const restarts: string[] = [];
for (const level of LOCK_LEVELS) restarts.push(judged(await tryRestart(level)));
line('re-read at restart and replacement', ['-', '-', ...restarts]);
line('imports that lead out of the module', LOCK_LEVELS);
for (const way of OUTSIDE_IMPORTS) {
  const verdicts: string[] = [];
  for (const level of LOCK_LEVELS) verdicts.push(judged((await tryOutside(way, level)).verdict));
  line(way.name, verdicts);
}
line('flows of a package', ['lock --frozen', 'audit', 'run']);
for (const change of FLOW_CHANGES) {
  const { verdicts } = await tryFlow(change);
  line(
    change.name,
    ['lock --frozen', 'audit', 'run'].map((door) => judged(verdicts[door])),
  );
}
for (const [name, levels] of [
  ['swap while bundling', ['sandboxed', 'isolated']],
  ['swap between check and load', ['trusted', 'guarded']],
] as const)
  for (const level of levels) {
    const counted = await tryRace(level, timings);
    if (counted.UNSEEN + counted['NEVER-ACCEPTED CODE RAN'] > 0) failures++;
    line(`${name}, ${level}, ${timings} timings`, [
      `${counted.refused} refused`,
      `${counted['accepted bytes ran']} accepted ran`,
      `${counted['NEVER-ACCEPTED CODE RAN']} other ran`,
    ]);
  }
process.stdout.write(`${failures} bypasses\n`);
process.exitCode = failures === 0 ? 0 : 1;
