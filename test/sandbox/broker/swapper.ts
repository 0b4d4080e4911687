import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';

/** Where the swapping goes on, as a thread beside the broker. */
export interface SwapJob {
  /** The folder in which `name` is a folder of its own one moment and a link to `target` the next. */
  readonly folder: string;
  readonly name: string;
  readonly target: string;
}

const { folder, name, target } = workerData as SwapJob;
const swapped = join(folder, name);
const honest = join(folder, '.honest');
const link = join(folder, '.link');

symlinkSync(target, link);
mkdirSync(swapped, { recursive: true });
parentPort?.postMessage('swapping');
/** Renames, and clears away what the broker has made in its place between two steps. */
function put(from: string, to: string): void {
  while (!attempt(() => renameSync(from, to))) attempt(() => rmSync(to, { recursive: true, force: true }));
}

function attempt(step: () => void): boolean {
  try {
    step();
    return true;
  } catch {
    return false;
  }
}

// Until the thread is ended.
for (;;) {
  put(swapped, honest);
  put(link, swapped);
  put(swapped, link);
  put(honest, swapped);
}
