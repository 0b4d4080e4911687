import { once } from 'node:events';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { createHost } from '../../../src/index.js';
import { modulePath } from '../../module-path.js';

/*
 * A process of its own: starts ten bare workers or ten modules, lets them settle, and prints what each added to the resident
 * memory, and how long each took to start. One goes before, so that what is shared by all of them is not charged to the ten.
 */

const COUNT = 10;
const SETTLE_MS = 300;
const FIRST_MESSAGE = new URL('../../peers/threads/first-message.js', import.meta.url);

/** Starts one at a time, and ends all of them. */
interface Subject {
  startOne(): Promise<void>;
  stopAll(): Promise<void>;
}

function bareWorkers(): Subject {
  const workers: Worker[] = [];
  return {
    startOne: async () => {
      const worker = new Worker(FIRST_MESSAGE);
      workers.push(worker);
      await once(worker, 'message');
    },
    stopAll: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

async function modules(): Promise<Subject> {
  const host = await createHost({ logLevel: 'off' });
  let loads = 0;
  return {
    startOne: async () => {
      const module = await host.load(modulePath('echo-integer'), { name: `probe${loads++}` });
      await module.call(1);
    },
    stopAll: async () => {
      await host.close();
    },
  };
}

async function settledBytes(): Promise<number> {
  globalThis.gc?.();
  await wait(SETTLE_MS);
  return process.memoryUsage.rss();
}

const subject = process.argv[2] === 'phlow' ? await modules() : bareWorkers();
await subject.startOne();
const before = await settledBytes();
const begun = performance.now();
for (let i = 0; i < COUNT; i++) await subject.startOne();
const ms = (performance.now() - begun) / COUNT;
const idleBytes = Math.round(((await settledBytes()) - before) / COUNT);
console.log(JSON.stringify({ ms, idleBytes }));
await subject.stopAll();
