import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { IsolationLevel } from '../src/index.js';

const run = promisify(execFile);
const PROBE = fileURLToPath(new URL('./one-core-probe.js', import.meta.url));

const PROBE_MS = 60_000;

/** Median times of a small call, in microseconds, measured in turns. */
export interface SmallCalls {
  readonly plainUs: number;
  readonly levelUs: number;
}

/** Small calls of a plain worker and of a level, on one core where `taskset` can hold a process there. */
export async function smallCallsOnOneCore(level: IsolationLevel): Promise<SmallCalls> {
  const probe = [PROBE, level];
  const held = ['-c', firstCore(), process.execPath, ...probe];
  const limit = { timeout: PROBE_MS };
  // Where there is no `taskset`, or it may not be used, the scheduler decides.
  const { stdout } = await run('taskset', held, limit).catch(() => run(process.execPath, probe, limit));
  return JSON.parse(stdout) as SmallCalls;
}

/** The first core that this process may run on. */
function firstCore(): string {
  try {
    return /^Cpus_allowed_list:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  } catch {
    return '0';
  }
}
