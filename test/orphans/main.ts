import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { inJobs } from '../support/in-jobs.js';
import { Journal } from '../support/journal.js';
import { GUESTS, HOLDS, type GuestKind, type Hold } from './guests.js';
import { leftAfter, type Left } from './left-after.js';
import { WAYS, type Way } from './ways.js';
import useOwnCache from '../support/own-cache.js';

useOwnCache();

/**
 * Ends a host in every way while a guest is at every kind of thing, at every level, and counts the processes that are left after a second.
 * Exits with 1 when any is. `processes` is how many there were, host included.
 */
const USAGE = `npm run orphans [-- --way WAY]... [--guest GUEST]... [--hold HOLD]... [--jobs N] [--resume FILE]

Ends a host in every way, a guest of every kind in it, held at every level, and counts the processes that are left after a second.
--way    ${WAYS.join(', ')}
--guest  ${GUESTS.join(', ')}
--hold   ${HOLDS.join(', ')}
--jobs   so many hosts at a time; default: one for each core
--resume a file that keeps what is done: the same command goes on where it was ended
Where processes are late beside other hosts, though gone soon, the same is done once more with no other host: that is what counts.
Ends with 1 when a process is left.
`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    way: { type: 'string', multiple: true, default: [...WAYS] },
    guest: { type: 'string', multiple: true, default: [...GUESTS] },
    hold: { type: 'string', multiple: true, default: [...HOLDS] },
    jobs: { type: 'string', default: String(availableParallelism()) },
    resume: { type: 'string' },
  },
});
if (values.help) {
  process.stdout.write(USAGE);
  process.exit();
}
const jobs = Math.max(1, Number(values.jobs) || 1);
const journal = new Journal<Left>(values.resume);
const kinds = GUESTS.filter((one) => values.guest.includes(one));
const ways = WAYS.filter((one) => values.way.includes(one));

interface Combination {
  readonly hold: Hold;
  readonly kind: GuestKind;
  readonly way: Way;
}

function keyOf({ hold, kind, way }: Combination): string {
  return `${process.version}, ${way}, guest ${kind}, ${hold}`;
}

/** Runs what is not in the journal. */
async function runAll(all: readonly Combination[]): Promise<void> {
  const late: Combination[] = [];
  const run = async (one: Combination, isAlone: boolean): Promise<void> => {
    const left = await leftAfter(one.way, one.kind, one.hold);
    if (!isAlone && left.left.length > 0 && left.stays.length === 0) late.push(one);
    else journal.set(keyOf(one), left);
  };
  const isOpen = (one: Combination): boolean => journal.get(keyOf(one)) === undefined;
  await inJobs(all.filter(isOpen), jobs, (one) => run(one, jobs === 1));
  for (const one of late) {
    console.error(`late, once more alone: ${keyOf(one)}`);
    await run(one, true);
  }
}

let orphans = 0;
let count = 0;
let slowestMs = 0;
for (const hold of HOLDS.filter((one) => values.hold.includes(one))) {
  const rows = kinds.filter((kind) => kind !== 'bundles' || hold === 'isolated');
  await runAll(rows.flatMap((kind) => ways.map((way) => ({ hold, kind, way }))));
  console.log(`\n${hold}: processes left after one second (of how many)`);
  console.log(['', ...ways].map((word) => word.padEnd(19)).join(''));
  for (const kind of rows) {
    const cells = ways.map((way) => {
      const key = keyOf({ hold, kind, way });
      const result = journal.get(key);
      if (result === undefined) return '';
      for (const line of result.left) console.error(`left after ${key}: ${line.slice(0, 200)}`);
      count++;
      orphans += result.left.length;
      slowestMs = Math.max(slowestMs, result.goneMs);
      return `${result.left.length} (${result.before})`;
    });
    console.log([kind, ...cells].map((word) => word.padEnd(19)).join(''));
  }
}
console.log(
  `\nNode ${process.versions.node}: ${orphans} left after ${count} ends; the slowest end took ${slowestMs.toFixed(0)} ms`,
);
process.exitCode = orphans === 0 ? 0 : 1;
