import process from 'node:process';
import { createHost, type IsolationLevel } from '../src/index.js';
import { Histogram } from '../src/measure/histogram.js';
import { modulePath } from './module-path.js';
import { startRaw } from './peers/raw.js';
import type { SmallCalls } from './one-core.js';

/*
 * A process of its own, which is held on one core: calls a plain worker and a module of a level, some of each in turns, and prints the median of
 * each. With a core of its own for each thread, what is measured is how long that core takes to wake up, in 15 or in 70 us as it happens.
 */

const CALLS_A_TURN = 32;
const WARMUP_TURNS = 200;
const TURNS = 300;

type Call = () => Promise<unknown>;

async function calls(call: Call, latency: Histogram): Promise<void> {
  for (let i = 0; i < CALLS_A_TURN; i++) {
    const begun = performance.now();
    await call();
    latency.record(performance.now() - begun);
  }
}

async function medians(one: Call, other: Call, turns: number): Promise<[number, number]> {
  const times: [Histogram, Histogram] = [new Histogram(), new Histogram()];
  for (let turn = 0; turn < turns; turn++) {
    await calls(one, times[0]);
    await calls(other, times[1]);
  }
  return [times[0].percentileUs(50), times[1].percentileUs(50)];
}

const isolation = process.argv[2] as IsolationLevel;
const host = await createHost({ logLevel: 'off', warmPool: false });
const module = await host.load(modulePath('echo-any'), { isolation });
const plain = await startRaw();
const callPlain = (): Promise<unknown> => plain.call(1);
const callModule = (): Promise<unknown> => module.call(1);
await medians(callPlain, callModule, WARMUP_TURNS);
const [plainUs, levelUs] = await medians(callPlain, callModule, TURNS);
console.log(JSON.stringify({ plainUs, levelUs } satisfies SmallCalls));
await plain.stop();
await host.close();
