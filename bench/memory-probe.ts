import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { createHost, type IsolationLevel } from '../src/index.js';
import { modulePath } from './module-path.js';

/*
 * A process of its own: starts ten bare workers or ten modules of a level, lets them settle, and prints what each added to the memory of
 * the process and its children, and how long each took to start. One goes before, so that what is shared by all of them is not charged
 * to the ten.
 */

const COUNT = 10;
const SETTLE_MS = 300;
const FIRST_MESSAGE = new URL('./peers/threads/first-message.js', import.meta.url);

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

async function modules(isolation: IsolationLevel): Promise<Subject> {
  const host = await createHost({ logLevel: 'off', warmPool: false });
  let loads = 0;
  return {
    startOne: async () => {
      const module = await host.load(modulePath('echo-any'), { name: `probe${loads++}`, isolation });
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
  return memoryBytes();
}

/** What this process and all that it has started hold; a page that several share counts in parts. Without Linux, this process's resident memory. */
function memoryBytes(): number {
  try {
    return familyOf(process.pid).reduce<number>((sum, pid) => sum + proportionalBytes(pid), 0);
  } catch {
    return process.memoryUsage.rss();
  }
}

/** A process and all that it has started: in a jail the module is the child of a child. */
function familyOf(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').map(Number);
  return [pid, ...children.filter((child) => child !== 0).flatMap(familyOf)];
}

function proportionalBytes(pid: number): number {
  const kib = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
  return Number(kib) * 1_024;
}

const kind = process.argv[2] ?? 'bare';
const subject = kind === 'bare' ? bareWorkers() : await modules(kind as IsolationLevel);
await subject.startOne();
const before = await settledBytes();
const begun = performance.now();
for (let i = 0; i < COUNT; i++) await subject.startOne();
const ms = (performance.now() - begun) / COUNT;
const idleBytes = Math.round(((await settledBytes()) - before) / COUNT);
console.log(JSON.stringify({ ms, idleBytes }));
await subject.stopAll();
