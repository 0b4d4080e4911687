import { CONTAINERS } from './bare-guest.js';
import { GIFTS } from './guest-script.js';
import type { Got } from './host.js';
import { STANDING } from './standing.js';
import { POWER_NAMES, tryPowers } from './try-powers.js';
import useOwnCache from '../../support/own-cache.js';

useOwnCache();

if (process.argv.includes('--help')) {
  process.stdout.write(`npm run given-away [-- --ways]

Gives away more and more of what stands around a guest, and prints which powers it then gets in a thread, a process and a jail.
--ways  also says by what way it got each
Exit code 1: a guest got more through standing walls than is documented.
`);
  process.exit();
}

// Prints which powers a guest gets when more and more is given away: `npm run given-away`, under each Node.
const columns: (readonly [head: string, got: Got])[] = [];
let unexpected = 0;
for (const container of CONTAINERS) {
  for (const gift of GIFTS) {
    const got = await tryPowers({ container, gift, without: [] });
    columns.push([`${container} ${gift}`, got]);
    const documented = STANDING.find(([at, given]) => at === container && given === gift)?.[2] ?? [];
    unexpected += POWER_NAMES.filter((name) => got[name] !== undefined && !documented.includes(name)).length;
  }
  const walls = { container, gift: 'internals', without: ['inner'] } as const;
  columns.push([`${container} internals, no inner walls`, await tryPowers(walls)]);
}
columns.push([
  'thread internals, no walls',
  await tryPowers({ container: 'thread', gift: 'internals', without: ['inner', 'scuttle', 'permission'] }),
]);
console.log(`Node ${process.version}: powers that a guest gets`);
columns.forEach(([head], i) => console.log(`  ${i + 1}: ${head}`));
console.log(`${''.padEnd(26)}${columns.map((_, i) => String(i + 1).padStart(4)).join('')}`);
for (const name of POWER_NAMES) {
  const cells = columns.map(([, got]) => (got[name] === undefined ? '.' : 'GOT').padStart(4));
  console.log(`${name.padEnd(26)}${cells.join('')}`);
}
if (process.argv.includes('--ways')) console.log(JSON.stringify(columns, null, 1));
console.log(`${unexpected} powers got through standing walls, beside those that docs/security.md names`);
process.exitCode = unexpected === 0 ? 0 : 1;
