import { createHook, type AsyncHook } from 'node:async_hooks';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';
import { collectGarbage } from '../support/collect-garbage.js';

/** What there is of each kind of thing in this process. What the platform does not tell is 0. */
export interface Counts {
  readonly heapMb: number;
  readonly rssMb: number;
  /**
   * Resident memory of V8's young generation, part of `rssMb`. V8 widens it to up to 48 MB while a program allocates, and gives nothing back
   * for a collection on request: with it, resident memory grows in every busy process.
   */
  readonly youngMb: number;
  /** Global objects of V8 in the main thread: what a leaked isolate or a leaked vm context would show in. */
  readonly contexts: number;
  /** Listeners on `process` and on the signals that were handed in. */
  readonly listeners: number;
  readonly ports: number;
  readonly timers: number;
  /** Everything else that Node's async hooks know as begun and not destroyed: sockets, pipes, processes, file requests. */
  readonly handles: number;
  readonly descriptors: number;
  readonly threads: number;
  readonly children: number;
  /** Files and folders below the folder for temporary files. */
  readonly files: number;
}

const POLL_MS = 50;
/** How long something may take to go before it counts as left behind. */
const PATIENCE_MS = 10_000;

/** Counts everything that a host could leave behind. */
export class Census {
  readonly #live = new Map<number, string>();
  readonly #hook: AsyncHook;
  readonly #temporary: string;

  /** `temporary` is the folder for temporary files of this process, which nobody else uses. */
  constructor(temporary: string) {
    this.#temporary = temporary;
    this.#hook = createHook({
      init: (id, type) => {
        if (type !== 'PROMISE') this.#live.set(id, type);
      },
      destroy: (id) => {
        this.#live.delete(id);
      },
    }).enable();
  }

  /** Waits until `isDone`, or until the patience is over; resolves with the last counts either way. */
  async until(isDone: (counts: Counts) => boolean): Promise<Counts> {
    const givenUpAt = performance.now() + PATIENCE_MS;
    for (;;) {
      const counts = await this.#count();
      if (isDone(counts) || performance.now() > givenUpAt) return counts;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** The counts once they have stayed the same for half a second: nothing is starting or ending any more. */
  settled(): Promise<Counts> {
    let last = '';
    let times = 0;
    return this.until((counts) => {
      const text = JSON.stringify({ ...counts, heapMb: 0, rssMb: 0, youngMb: 0 });
      times = text === last ? times + 1 : 0;
      last = text;
      return times === 10;
    });
  }

  end(): void {
    this.#hook.disable();
  }

  async #count(): Promise<Counts> {
    // Twice, with a turn between: finalisers of ports run after the first collection.
    for (let i = 0; i < 2; i++) {
      collectGarbage();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { heapUsed, rss } = process.memoryUsage();
    const { number_of_native_contexts, number_of_detached_contexts } = getHeapStatistics();
    const types = [...this.#live.values()];
    const ports = types.filter((type) => type === 'MESSAGEPORT').length;
    const timers = types.filter((type) => type === 'Timeout').length;
    return {
      heapMb: Math.round((heapUsed / 1_048_576) * 10) / 10,
      rssMb: Math.round(rss / 1_048_576),
      youngMb: Math.round(youngBytes() / 1_048_576),
      contexts: number_of_native_contexts + number_of_detached_contexts,
      listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
      ports,
      timers,
      handles: types.length - ports - timers,
      descriptors: entriesOf('/proc/self/fd'),
      threads: entriesOf('/proc/self/task'),
      children: childCount(),
      files: entriesOf(this.#temporary, true),
    };
  }
}

function youngBytes(): number {
  return getHeapSpaceStatistics()
    .filter((space) => space.space_name.startsWith('new_'))
    .reduce((sum, space) => sum + space.physical_space_size, 0);
}

function entriesOf(folder: string, recursive = false): number {
  try {
    return readdirSync(folder, { recursive }).length;
  } catch {
    // Not Linux.
    return 0;
  }
}

/** Processes whose parent this one is, also those that have ended and were not waited for. */
function childCount(): number {
  let count = 0;
  try {
    for (const name of readdirSync('/proc'))
      if (/^\d+$/.test(name) && parentOf(name) === process.pid) count++;
  } catch {
    // Not Linux.
  }
  return count;
}

function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(join('/proc', pid, 'stat'), 'utf8');
    // The name in brackets may hold blanks; after it come the state and the parent.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    // It has just ended.
    return undefined;
  }
}
