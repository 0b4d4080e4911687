import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createHost } from '../../../src/index.js';
import type { Jail } from '../../../src/index.js';

// A host that was handed a descriptor: tells what the process of its isolated module holds, by number.
const [folder = '', jail = 'off'] = process.argv.slice(2);
const host = await createHost({ logLevel: 'off', warmPool: false });
const module = await host.load(folder, { isolation: 'isolated', jail: jail as Jail, restart: 'never' });
await module.call(1);
const guest = family(process.pid).at(-1) ?? 0;
const held = readdirSync(`/proc/${guest}/fd`).map((fd) => [fd, readlinkSync(`/proc/${guest}/fd/${fd}`)]);
const own = readlinkSync('/proc/self/fd/40');
await host.close();
process.stdout.write(JSON.stringify({ own, held: Object.fromEntries(held) as unknown }));

/** A process and those that it has started, the youngest generation last. */
function family(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').map(Number);
  return [pid, ...children.filter((child) => child !== 0).flatMap(family)];
}
