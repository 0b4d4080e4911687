import { NO_JAIL, settleJail } from '../../../src/sandbox/jail.js';
import { findOnPath } from '../../../src/sandbox/find-on-path.js';
import { namespacesCommand } from '../../../src/sandbox/jail/namespaces.js';
import { POWERS, type Power } from './powers.js';
import { tryPowers } from './try-powers.js';
import useOwnCache from '../../support/own-cache.js';

useOwnCache();

if (process.argv.includes('--help')) {
  process.stdout.write(`npm run powers

Gives all of Node to the code in a guest's process, and prints what each of the walls around it still denies.
Ends with 1 when anything gets through a jail.
`);
  process.exit();
}

// What code that holds all of Node can do in a guest's process, by the walls that are left. Exits with 1 when anything gets through a jail.
const jail = await settleJail('auto', 'powers');
const unshare = findOnPath('unshare') ?? 'unshare';
const namespaces = { ...NO_JAIL, kind: 'namespaces', command: namespacesCommand(unshare) } as const;
const columns = [
  { title: 'nothing', walls: { jail: NO_JAIL, hasPermissions: false } },
  { title: 'permissions', walls: { jail: NO_JAIL, hasPermissions: true } },
  { title: `jail (${jail.kind})`, walls: { jail, hasPermissions: false } },
  { title: 'both', walls: { jail, hasPermissions: true } },
  { title: 'namespaces only', walls: { jail: namespaces, hasPermissions: false } },
];
const came = await Promise.all(columns.map(({ walls }) => tryPowers(walls)));
console.log(`Node ${process.versions.node}: what stands between all of Node and the machine`);
console.log(['', ...columns.map(({ title }) => title)].map((word) => word.padEnd(40)).join(''));
for (const power of Object.keys(POWERS) as Power[]) {
  const row = came.map((found) => found[power].replaceAll('\n', ' ').slice(0, 36));
  console.log([power, ...row].map((word) => word.padEnd(40)).join(''));
}
if (jail.missing !== undefined) console.log(`no jail: ${jail.missing}`);
const isHeld = Object.values(came[2] ?? {}).every((said) => said.startsWith('denied'));
process.exitCode = jail.kind === 'none' || isHeld ? 0 : 1;
