import { constants, PerformanceObserver } from 'node:perf_hooks';

/** The longest that the end of marking is waited for: marking goes on while the thread is idle, at more than a gigabyte a second. */
const MAX_MARKING_MS = 1_000;

/**
 * Whether V8 marks this thread's heap, step by step and beside the thread. While it does, newer versions of V8 (from the one of Node 24 on) turn each
 * collection of young objects into the end of the marking: all that is left of it is done in one piece, a quarter of a second for a gigabyte.
 */
export class MarkingWatch {
  readonly #maxMs: number;
  #isMarking = false;
  #onEnd: (() => void) | undefined;
  readonly #observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      this.#note((entry as { readonly detail?: { readonly kind?: number } }).detail?.kind);
  });

  constructor(maxMs = MAX_MARKING_MS) {
    this.#maxMs = maxMs;
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  /** Settles when V8 is not marking, as far as it can be known; after a second in any case. */
  async ended(): Promise<void> {
    // What began before the first turn has been reported by the second.
    await nextTurn();
    await nextTurn();
    if (!this.#isMarking) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#maxMs).unref();
      this.#onEnd = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#onEnd = undefined;
    // Not waited for once more where it takes longer: each wait ends.
    this.#isMarking = false;
  }

  /** V8 reports the begin of marking as an incremental collection, and its end as a major one. */
  #note(kind: number | undefined): void {
    if (kind === constants.NODE_PERFORMANCE_GC_INCREMENTAL) this.#isMarking = true;
    if (kind !== constants.NODE_PERFORMANCE_GC_MAJOR) return;
    this.#isMarking = false;
    this.#onEnd?.();
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
