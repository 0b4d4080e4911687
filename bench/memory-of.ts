import { execFile } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { IsolationLevel } from '../src/index.js';

const run = promisify(execFile);
const PROBE = fileURLToPath(new URL('./memory-probe.js', import.meta.url));

/** What `memoryOf` measures, in words. */
export const MEMORY_SETUP =
  'memory that 10 of them add to a process of their own and its children, shared pages in parts; the time is what one took to start';

/** How long one of them took to start, and what it holds while it does nothing. */
export interface Weight {
  readonly ms: number;
  readonly idleBytes: number;
}

/** Weighs bare workers, or modules of a level. */
export async function memoryOf(kind: 'bare' | IsolationLevel): Promise<Weight> {
  const { stdout } = await run(process.execPath, ['--expose-gc', PROBE, kind]);
  return JSON.parse(stdout) as Weight;
}
