import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { residentGrowth } from './growth.js';
import type { Found } from './live-and-die.js';
import { soakTable } from './soak-table.js';
import { CONTROL, wayOf, WAYS } from './ways.js';
import useOwnCache from '../support/own-cache.js';

useOwnCache();

/**
 * Lets modules live and die in every way over and over and counts what there is before, in the middle and after: heap, listeners, ports,
 * timers, handles, descriptors, threads, processes, temporary files. Exits with 1 when something grew. A loop of plain Node workers runs as
 * well, since a process that starts and ends thousands of threads grows without phlow too.
 */
const { values } = parseArgs({
  options: {
    restarts: { type: 'string', default: '10000' },
    only: { type: 'string', multiple: true, default: Object.keys(WAYS) },
    json: { type: 'boolean', default: false },
  },
});
/**
 * Resident memory, without V8's young generation, may grow by so much more than the control's does; looked at when no module is up, since each
 * thread has a young generation of its own.
 */
const RSS_ROOM_MB = 16;
const LEAST_ROUNDS = 8;
const ONE_WAY = fileURLToPath(new URL('./one-way.js', import.meta.url));

values.only.forEach(wayOf);
const found: Found[] = [];
for (const [name, { share }] of Object.entries(WAYS)) {
  if (!values.only.includes(name)) continue;
  const one = await inProcess(name, Math.max(LEAST_ROUNDS, Math.round(Number(values.restarts) * share)));
  found.push(one);
  if (!values.json) console.log(soakTable(one));
}

const control = found.find(({ way }) => way === CONTROL);
const room =
  (control === undefined ? 0 : Math.max(0, residentGrowth(control.closedBefore, control.closedAfter))) +
  RSS_ROOM_MB;
const grew = found.flatMap((one) => [
  ...one.grew.map((kind) => `${one.way}: ${kind}`),
  ...(residentGrowth(one.closedBefore, one.closedAfter) > room ? [`${one.way}: resident memory`] : []),
]);
if (values.json) console.log(JSON.stringify({ node: process.version, found, grew }));
else console.log(grew.length === 0 ? 'flat' : `not flat: ${grew.join(', ')}`);
process.exitCode = grew.length === 0 ? 0 : 1;

async function inProcess(way: string, rounds: number): Promise<Found> {
  const temporary = await mkdtemp(join(tmpdir(), 'phlow-soak-'));
  try {
    const child = spawn(process.execPath, [ONE_WAY, way, String(rounds)], {
      env: { ...process.env, TMPDIR: temporary },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const code = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const printed = await text(child.stdout);
    if ((await code) !== 0) throw new Error(`${way}: the process ended with code ${String(await code)}`);
    return JSON.parse(printed) as Found;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
