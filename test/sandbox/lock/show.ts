import { BYPASSES, LOCK_LEVELS, tryBypass, tryRace, tryRestart, type Verdict } from './bypasses.js';

// Prints what comes of each way to run other code than was accepted: node dist/test/sandbox/lock/show.js [TIMINGS]
const timings = Number(process.argv[2] ?? 100);
const DOORS = ['lock --frozen', 'audit', ...LOCK_LEVELS];
let failures = 0;

function line(name: string, cells: readonly string[]): void {
  process.stdout.write(`| ${[name.padEnd(40), ...cells.map((cell) => cell.padEnd(19))].join(' | ')} |\n`);
}

function judged(verdict: Verdict | undefined): string {
  if (verdict !== 'refused' && verdict !== 'accepted bytes ran') failures++;
  return verdict ?? 'MISSING';
}

line('after it was accepted', DOORS);
for (const bypass of BYPASSES) {
  const { verdicts } = await tryBypass(bypass, LOCK_LEVELS);
  line(
    bypass.name,
    DOORS.map((door) => judged(verdicts[door])),
  );
}
const restarts: string[] = [];
for (const level of LOCK_LEVELS) restarts.push(judged(await tryRestart(level)));
line('re-read at restart and replacement', ['-', '-', ...restarts]);
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
process.exitCode = failures === 0 ? 0 : 1;
