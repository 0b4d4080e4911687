/**
 * Says how far the cache's estimate of an entry is off what the entry really takes: fills a store in a thread with entries that came over a
 * port, and compares with the heap. Run: node --expose-gc dist/test/workers/modules/cache/weight/main.js
 */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Store } from '../../../../../workers/modules/cache/store.js';
import { weightOf } from '../../../../../workers/modules/cache/weight.js';
import useOwnCache from '../../../../support/own-cache.js';

useOwnCache();

const PER_MESSAGE = 500;

function list<T>(length: number, item: (i: number) => T): T[] {
  return Array.from({ length }, (_, i) => item(i));
}

/** Kinds of values, each with the number of entries that makes it visible. No two values of a kind are equal. */
const SHAPES: Readonly<Record<string, { readonly count: number; readonly value: (i: number) => unknown }>> = {
  'an integer': { count: 100_000, value: (i) => i },
  'a float': { count: 100_000, value: (i) => i + 0.5 },
  'ten integers': { count: 100_000, value: () => ({ big: list(10, (j) => j) }) },
  'a text of 20': { count: 100_000, value: (i) => `some text ${String(i).padStart(10, '0')}` },
  'a user': { count: 100_000, value: (i) => ({ name: `Ann ${100_000 + i}`, age: i, admin: false }) },
  'a session': {
    count: 100_000,
    value: (i) => ({
      user_id: i,
      email: `user${i}@example.com`,
      roles: ['admin', 'user'],
      since: '2025-01-01',
      look: { theme: 'dark', size: 12 },
    }),
  },
  'a text of 1 000': { count: 20_000, value: (i) => String(i).padEnd(1_000, 'x') },
  'a wide text of 500': { count: 20_000, value: (i) => String(i).padEnd(500, '～') },
  '128 integers': { count: 20_000, value: (i) => list(128, (j) => i * j) },
  '128 floats': { count: 20_000, value: (i) => list(128, (j) => i + j / 3) },
  '40 members': {
    count: 10_000,
    value: (i) => Object.fromEntries(list(40, (j) => [`member${j}`, `value ${i} ${j}`])),
  },
  '20 rows': {
    count: 5_000,
    value: (i) =>
      list(20, (j) => ({ id: i * j, name: `row ${j} of ${i}`, price: j * 1.25, tags: ['a', 'b'] })),
  },
  '200 rows': { count: 1_000, value: (i) => list(200, (j) => ({ id: i * j, name: `row ${j} of ${i}` })) },
  '200 names of their own': {
    count: 1_000,
    value: (i) => Object.fromEntries(list(200, (j) => [`name:${i}:${j}`, j])),
  },
};

function heapBytes(): number {
  if (globalThis.gc === undefined) throw new Error('Run with --expose-gc');
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** In the thread: stores what arrives; at the end posts the bytes per entry, real and estimated. */
function store(): void {
  const entries = new Store({ capacity: 131_072, maxBytes: Infinity, now: () => 0 });
  const before = heapBytes();
  parentPort?.on('message', (batch: [string, unknown][]) => {
    for (const [key, value] of batch) entries.set(key, value, weightOf(key, value), Infinity);
    if (batch.length > 0) return;
    parentPort?.postMessage([(heapBytes() - before) / entries.size, entries.bytes / entries.size]);
  });
}

async function measure(name: string): Promise<string> {
  const { count, value } = SHAPES[name] ?? { count: 0, value: () => undefined };
  const worker = new Worker(new URL(import.meta.url), { workerData: { isStore: true } });
  for (let i = 0; i < count; i += PER_MESSAGE) {
    worker.postMessage(list(PER_MESSAGE, (j) => [`user:${i + j}`, value(i + j)]));
  }
  worker.postMessage([]);
  const [real, estimate] = await new Promise<[number, number]>((resolve) => worker.once('message', resolve));
  await worker.terminate();
  const error = Math.round((estimate / real - 1) * 100);
  return `${name.padEnd(24)} real ${real.toFixed(0).padStart(6)}  estimate ${estimate.toFixed(0).padStart(6)}  off by ${String(error).padStart(3)} %`;
}

if (isMainThread) for (const name of Object.keys(SHAPES)) console.log(await measure(name));
else if ((workerData as { isStore?: boolean } | null)?.isStore === true) store();
