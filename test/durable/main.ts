import useOwnCache from '../support/own-cache.js';
import { killedRuns, ONCE_PER_RUN } from './killed-runs.js';

/** Shows what becomes of 1 000 runs whose process is killed 200 times: `npm run durable`, with other numbers `npm run durable -- RUNS KILLS`. */

useOwnCache();
const [runs = 1_000, kills = 200] = process.argv.slice(2).map(Number);
const found = await killedRuns(runs, kills, Math.random);
const once = runs * ONCE_PER_RUN;
const rows: readonly (readonly [string, number, string])[] = [
  ['runs', runs, ''],
  ['times the process was killed', kills, ''],
  ['runs that are done', found.done, `of ${runs}`],
  ['results equal to undisturbed ones', found.equal, `of ${runs}`],
  ['steps marked once that took place', found.once, `of ${once}`],
  ['... more than once', found.onceRepeated, 'of 0'],
  ['other steps that took place', found.others, ''],
  ['... again after a kill', found.othersRepeated, 'allowed'],
];
for (const [name, value, of] of rows)
  console.log(`${name.padEnd(36)} ${String(value).padStart(6)}  ${of}`.trimEnd());
const isRight =
  found.done === runs && found.equal === runs && found.once === once && found.onceRepeated === 0;
console.log(isRight ? 'as promised' : 'NOT as promised');
process.exitCode = isRight ? 0 : 1;
