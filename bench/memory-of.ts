import { execFile } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { IsolationLevel } from '../src/index.js';
import type { Once } from './repeat.js';

const run = promisify(execFile);
const PROBE = fileURLToPath(new URL('./memory-probe.js', import.meta.url));

/** What `memoryOf` measures, in words. */
export const MEMORY_SETUP =
  'memory that 10 of them add to a process of their own and its children, shared pages in parts; the time is what one took to start';

/** Memory that one bare worker, or one module of a level, holds while it does nothing. */
export async function memoryOf(kind: 'bare' | IsolationLevel): Promise<Once> {
  const { stdout } = await run(process.execPath, ['--expose-gc', PROBE, kind]);
  const { ms, idleBytes } = JSON.parse(stdout) as { ms: number; idleBytes: number };
  return { ms, figures: { idleBytes } };
}
