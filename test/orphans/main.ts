import { parseArgs } from 'node:util';
import { GUESTS, HOLDS } from './guests.js';
import { leftAfter } from './left-after.js';
import { WAYS } from './ways.js';
import useOwnCache from '../support/own-cache.js';

useOwnCache();

/**
 * Ends a host in every way while a guest is at every kind of thing, at every level, and counts the processes that are left after a second.
 * Exits with 1 when any is. `processes` is how many there were, host included.
 */
const USAGE = `npm run orphans [-- --way WAY]... [--guest GUEST]... [--hold HOLD]...

Ends a host in every way, a guest of every kind in it, held at every level, and counts the processes that are left after a second.
--way    ${WAYS.join(', ')}
--guest  ${GUESTS.join(', ')}
--hold   ${HOLDS.join(', ')}
Ends with 1 when a process is left.
`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    way: { type: 'string', multiple: true, default: [...WAYS] },
    guest: { type: 'string', multiple: true, default: [...GUESTS] },
    hold: { type: 'string', multiple: true, default: [...HOLDS] },
  },
});
if (values.help) {
  process.stdout.write(USAGE);
  process.exit();
}
let orphans = 0;
let slowestMs = 0;
for (const hold of HOLDS.filter((one) => values.hold.includes(one))) {
  console.log(`\n${hold}: processes left after one second (of how many)`);
  console.log(['', ...WAYS].map((word) => word.padEnd(19)).join(''));
  for (const kind of GUESTS.filter((one) => values.guest.includes(one))) {
    if (kind === 'bundles' && hold !== 'isolated') continue;
    const row: string[] = [kind];
    for (const way of WAYS) {
      if (!values.way.includes(way)) {
        row.push('');
        continue;
      }
      const { before, left, goneMs } = await leftAfter(way, kind, hold);
      for (const line of left)
        console.error(`left after ${way}, guest ${kind}, ${hold}: ${line.slice(0, 200)}`);
      orphans += left.length;
      slowestMs = Math.max(slowestMs, goneMs);
      row.push(`${left.length} (${before})`);
    }
    console.log(row.map((word) => word.padEnd(19)).join(''));
  }
}
console.log(
  `\nNode ${process.versions.node}: ${orphans} left; the slowest end took ${slowestMs.toFixed(0)} ms`,
);
process.exitCode = orphans === 0 ? 0 : 1;
