import { renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { readFileSync } from 'node:fs';

/** Which file is swapped, and for what. */
export interface SwapFile {
  readonly file: string;
  readonly other: string;
  /** How long each of the two stays. */
  readonly waitMs: number;
}

const { file, other, waitMs } = workerData as SwapFile;
const honest = readFileSync(file);
const evil = readFileSync(other);
const aside = `${other}.next`;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** By another file, in place, and by a link: three ways to be another file in the next moment. */
const WAYS: readonly ((content: Buffer) => void)[] = [
  (content) => {
    writeFileSync(aside, content);
    renameSync(aside, file);
  },
  (content) => {
    writeFileSync(file, content);
  },
  (content) => {
    if (content === honest) {
      writeFileSync(aside, content);
      renameSync(aside, file);
      return;
    }
    symlinkSync(other, aside);
    renameSync(aside, file);
  },
];

parentPort?.postMessage('swapping');
// Until the thread is ended.
for (let round = 0; ; round++) {
  const way = WAYS[round % WAYS.length];
  for (const content of [evil, honest]) {
    try {
      way?.(content);
    } catch {
      try {
        unlinkSync(aside);
      } catch {
        // It was not there.
      }
    }
    Atomics.wait(sleeper, 0, 0, waitMs);
  }
}
