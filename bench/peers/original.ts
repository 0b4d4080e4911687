import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { Histogram } from '../../src/measure/histogram.js';
import type { Round } from '../../src/measure/suite.js';
import { peakIn } from '../peak-memory.js';

/*
 * The original Phlow, in Rust, as a process. Its binary is the one that PHLOW_ORIGINAL names; its modules lie in `phlow_packages` beside it: cache,
 * sleep, log, and a main module `load` that keeps `in_flight` packages under way, with `mains` in turn, and prints one line of JSON when `ms`
 * milliseconds after a warm-up of `warmup_ms` are over: { "runs", "ms", "timesUs", "first" }, the times being up to a thousand of them in order, from the
 * shortest to the longest, and `first` what the first run ended with.
 */

/** How its runs are started. */
export interface Load {
  readonly inFlight: number;
  readonly durationMs: number;
  /** What runs start with, in turn. */
  readonly mains: readonly unknown[];
  /** Threads that take runs: PHLOW_PACKAGE_CONSUMERS_COUNT. */
  readonly consumers: number;
  readonly env: NodeJS.ProcessEnv;
}

/** What a round of it did. */
export interface OriginalRound extends Round {
  /** What the first run ended with. */
  readonly first: unknown;
}

/** The original, ready to be started. */
export interface Original {
  /** Runs the flow as often as it can for a while. Rejects when the process fails. */
  load(flow: string, load: Load): Promise<OriginalRound>;
  /** Runs a file from start to end. */
  run(file: string, env: NodeJS.ProcessEnv): Promise<{ readonly ms: number; readonly peakBytes: number }>;
}

const WARMUP_MS = 300;
/** How often a process is asked for the most memory that it has held: it ends within milliseconds. */
const LOOK_EVERY_MS = 2;
/** Of one process; it runs for seconds. */
const TIMEOUT_MS = 60_000;

/** The original that PHLOW_ORIGINAL names; undefined where it names none. Flows that are made up are written into `folder`. */
export function findOriginal(folder: string): Original | undefined {
  const binary = process.env.PHLOW_ORIGINAL;
  if (binary === undefined || binary === '') return undefined;
  return {
    async load(flow, { inFlight, durationMs, mains, consumers, env }) {
      const file = join(folder, 'load.phlow');
      const settings = { in_flight: inFlight, ms: durationMs, warmup_ms: WARMUP_MS, mains };
      await writeFile(file, withLoad(flow, settings));
      const said = await ended(binary, file, {
        ...env,
        PHLOW_PACKAGE_CONSUMERS_COUNT: String(consumers),
      });
      const { runs, ms, timesUs, first } = JSON.parse(said.stdout.trim()) as {
        runs: number;
        ms: number;
        timesUs: readonly number[];
        first: unknown;
      };
      const latency = new Histogram();
      for (const us of timesUs) latency.record(us / 1_000);
      const figures = { peakBytes: said.peakBytes };
      return { operations: runs, elapsedMs: ms, latency, figures, first };
    },
    async run(file, env) {
      const { ms, peakBytes } = await ended(binary, file, env);
      return { ms, peakBytes };
    },
  };
}

/** The flow with `load` as its main module. */
function withLoad(flow: string, settings: object): string {
  const entry = `  - module: load\n    with: ${JSON.stringify(settings)}\n`;
  const modules = flow.replace(/^modules:\n/m, `modules:\n${entry}`);
  return `main: load\n${modules === flow ? `modules:\n${entry}` : ''}${modules}`;
}

interface Ended {
  readonly stdout: string;
  readonly ms: number;
  readonly peakBytes: number;
}

async function ended(binary: string, file: string, env: NodeJS.ProcessEnv): Promise<Ended> {
  const begun = performance.now();
  const child = spawn(binary, [file], {
    cwd: dirname(binary),
    env: { ...env, PHLOW_LOG: 'error' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
  });
  let peakBytes = 0;
  const look = (): void => {
    peakBytes = Math.max(peakBytes, peakOf(child.pid) ?? 0);
  };
  const looking = setInterval(look, LOOK_EVERY_MS);
  const exit = once(child, 'exit') as Promise<[number | null, string | null]>;
  const texts = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code, signal] = await exit.finally(() => clearInterval(looking));
  const ms = performance.now() - begun;
  const [stdout, stderr] = await texts;
  if (code !== 0)
    throw new Error(`${binary} ${file} has ended with ${code ?? signal}: ${stderr.slice(-500)}`);
  return { stdout, ms, peakBytes };
}

/** The most memory that a process has held until now; undefined once it is gone, and where the system does not tell. */
function peakOf(pid: number | undefined): number | undefined {
  try {
    return peakIn(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return undefined;
  }
}
