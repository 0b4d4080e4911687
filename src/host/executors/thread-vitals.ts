import { readFile } from 'node:fs/promises';
import type { Worker } from 'node:worker_threads';
import { coreWaitMsOf } from './proc-figures.js';
import type { ExecutorVitals } from './executor.js';
import { within } from '../waiting.js';

/** What newer Node versions report about a thread from outside. */
interface TellingWorker {
  getHeapStatistics?(): Promise<{ readonly used_heap_size: number }>;
  cpuUsage?(): Promise<{ readonly user: number; readonly system: number }>;
}

const SAMPLE_MS = 1_000;
/** Linux counts CPU time of a thread in ticks of a hundredth of a second. */
const TICK_MS = 10;

/** Reads a thread's figures from its handle. What a Node version does not report stays undefined. */
export class ThreadVitals {
  readonly #worker: Worker;
  #lastUtilization: ReturnType<typeof performance.eventLoopUtilization> | undefined;
  #utilization = 0;
  #heapUsedBytes: number | undefined;
  #cpuMs: number | undefined;
  /** The kernel's id of the thread, as the thread reported it; for Node versions that do not report its CPU time. */
  osThreadId: number | undefined;

  constructor(worker: Worker) {
    this.#worker = worker;
  }

  /** The event loop's share as it was at the last look. */
  get utilization(): number {
    return this.#utilization;
  }

  /** The event loop's share since the last call, and the heap and CPU as last sampled. */
  now(): ExecutorVitals {
    const current = this.#worker.performance.eventLoopUtilization();
    const { utilization } = this.#worker.performance.eventLoopUtilization(current, this.#lastUtilization);
    this.#lastUtilization = current;
    // Its idle time is read a little later than its busy time: over a short while the share may come out below 0 or above 1.
    this.#utilization = Number.isFinite(utilization) ? Math.min(1, Math.max(0, utilization)) : 0;
    return this.#known();
  }

  coreWaitMs(): number | undefined {
    return this.osThreadId === undefined ? undefined : coreWaitMsOf('self', this.osThreadId);
  }

  async sample(): Promise<ExecutorVitals> {
    const worker: Worker & TellingWorker = this.#worker;
    const [heap, cpu] = await Promise.all([
      orNothing(worker.getHeapStatistics?.().then((it) => it.used_heap_size)),
      orNothing(worker.cpuUsage?.().then((it) => (it.user + it.system) / 1000) ?? this.#cpuFromKernel()),
    ]);
    this.#heapUsedBytes = heap ?? this.#heapUsedBytes;
    // Of two looks at the same time the earlier may come in last.
    this.#cpuMs = cpu === undefined ? this.#cpuMs : Math.max(cpu, this.#cpuMs ?? 0);
    return this.now();
  }

  #known(): ExecutorVitals {
    return {
      eventLoopUtilization: this.#utilization,
      heapUsedBytes: this.#heapUsedBytes,
      cpuMs: this.#cpuMs,
    };
  }

  async #cpuFromKernel(): Promise<number | undefined> {
    if (this.osThreadId === undefined) return undefined;
    const stat = await readFile(`/proc/self/task/${this.osThreadId}/stat`, 'utf8');
    // The name in brackets may hold blanks; utime and stime are the 14th and 15th field.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return Number.isFinite(ticks) ? ticks * TICK_MS : undefined;
  }
}

/** The figure, or undefined when it cannot be had or does not come in time. */
async function orNothing(figure: Promise<number | undefined> | undefined): Promise<number | undefined> {
  if (figure === undefined) return undefined;
  try {
    return await within(SAMPLE_MS, figure, 'PHLOW_CALL_TIMED_OUT', 'no figures');
  } catch {
    // The thread has just ended, or the platform does not report it.
    return undefined;
  }
}
