import { Worker } from 'node:worker_threads';
import { ProcessGrowth } from './process-growth.js';

/** A thread that may be the one that eats the memory of the process. */
export interface MemorySuspect {
  readonly utilization: number;
  /** Takes by how much the process has grown as far as it may be its doing. True when it was ended for it. */
  lookAtGrowth(bytes: number, now: number): boolean;
}

const TICK_MS = 20;
const BUSY = 0.5;
/**
 * Where Node reports the heap of a thread that spins, that figure comes first, and this one only counts what lies outside of every heap: a
 * thread of the owner's own may grow meanwhile, so it takes more to be believed.
 */
const ROOM_BYTES = 'getHeapStatistics' in Worker.prototype ? 512 * 1_048_576 : 0;

/**
 * Finds the thread that makes the process grow in a way that no heap shows (the platform's own objects), or that Node cannot read while the
 * thread spins: when the process has grown by more than a module may hold, without the host's own heap, the busiest suspect is ended.
 */
class ProcessMemory {
  /** The process must have grown by this much more than the limit before a thread is ended for it. */
  readonly roomBytes = ROOM_BYTES;
  readonly #suspects = new Set<MemorySuspect>();
  #timer: NodeJS.Timeout | undefined;
  #growth: ProcessGrowth | undefined;

  /** Adds a suspect. */
  add(suspect: MemorySuspect): void {
    this.#suspects.add(suspect);
    this.#restart();
  }

  /** Takes a suspect off the list. */
  remove(suspect: MemorySuspect): void {
    if (!this.#suspects.delete(suspect)) return;
    if (this.#suspects.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #restart(): void {
    this.#growth = new ProcessGrowth(process.memoryUsage(), performance.now());
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
    this.#timer.unref();
  }

  #tick(): void {
    const now = performance.now();
    const growth = this.#growth?.read(process.memoryUsage(), now) ?? 0;
    const suspects = [...this.#suspects];
    const [busiest] = suspects
      .filter(({ utilization }) => utilization > BUSY)
      .sort((a, b) => b.utilization - a.utilization);
    for (const suspect of suspects)
      if (suspect.lookAtGrowth(suspect === busiest ? growth : 0, now)) this.#growth?.forget();
  }
}

/** There is one process, so there is one of these. */
export const processMemory = new ProcessMemory();
