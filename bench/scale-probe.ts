import { setTimeout as wait } from 'node:timers/promises';
import process from 'node:process';
import { createHost, type Module } from '../src/index.js';
import { closedLoop } from '../src/measure/closed-loop.js';
import { modulePath } from './module-path.js';

/*
 * A process of its own: loads as many modules as it is told into one host, and prints what they have cost: to load, in memory, while they do
 * nothing, to look at, and how many packages a second they answer together.
 */

/** What `scale-probe` prints. */
export interface Scaled {
  readonly loadMs: number;
  readonly bytesEach: number;
  readonly callsPerSecond: number;
  readonly idleCpuUsPerSecond: number;
  readonly inspectMs: number;
  readonly closeMs: number;
}

/** Modules that are loaded at once. */
const AT_ONCE = 8;
const IN_FLIGHT = 256;
const CALLS_MS = 500;
/** V8 clears the garbage of a thread some eight seconds after it has started: with hundreds of them, that is what would be measured. */
const SETTLE_MS = 12_000;
const IDLE_MS = 2_000;

const count = Number(process.argv[2] ?? 1);
const bytesBefore = process.memoryUsage.rss();
const host = await createHost({ logLevel: 'off' });
const modules: Module[] = [];
const loads = performance.now();
let next = 0;
await Promise.all(
  Array.from({ length: Math.min(AT_ONCE, count) }, async () => {
    while (next < count) modules.push(await host.load(modulePath('echo-any'), { name: `m${next++}` }));
  }),
);
const loadMs = performance.now() - loads;

const call = (n: number): Promise<unknown> =>
  modules[n % modules.length]?.call(n) ?? Promise.reject(new Error('no module'));
await wait(SETTLE_MS);
await closedLoop(call, IN_FLIGHT, CALLS_MS);
const { operations, elapsedMs } = await closedLoop(call, IN_FLIGHT, CALLS_MS);

await wait(SETTLE_MS);
const bytesEach = (process.memoryUsage.rss() - bytesBefore) / count;
const cpuBefore = process.cpuUsage();
await wait(IDLE_MS);
const { user, system } = process.cpuUsage(cpuBefore);

const looks = performance.now();
await host.inspect();
const inspectMs = performance.now() - looks;
const closes = performance.now();
await host.close();
const scaled: Scaled = {
  loadMs,
  bytesEach,
  callsPerSecond: (operations * 1_000) / elapsedMs,
  idleCpuUsPerSecond: ((user + system) * 1_000) / IDLE_MS,
  inspectMs,
  closeMs: performance.now() - closes,
};
console.log(JSON.stringify(scaled));
