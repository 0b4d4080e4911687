import { constants, PerformanceObserver } from 'node:perf_hooks';

/** The longest wait for the end of marking: V8 goes on with it while the thread is idle, at more than a gigabyte a second. */
const MAX_MARKING_MS = 1_000;

// As they were when this was loaded: tests of an application may put clocks of their own in their place.
const atNextTurn = setImmediate;
const after = setTimeout;
const clear = clearTimeout;

/** Reports the kinds of V8's collections until the function that it returns is called. */
export type ObserveCollections = (note: (kind: number | undefined) => void) => () => void;

/** Observes V8. */
export function observeCollections(note: (kind: number | undefined) => void): () => void {
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      note((entry as { readonly detail?: { readonly kind?: number } }).detail?.kind);
  });
  observer.observe({ entryTypes: ['gc'] });
  return () => observer.disconnect();
}

/**
 * Knows whether V8 is marking this thread's heap, which it does in steps and concurrently. From the V8 of Node 24 on, a collection of young objects
 * meanwhile finishes the marking in one pause: a quarter of a second for a gigabyte.
 */
export class MarkingWatch {
  readonly #observe: ObserveCollections;
  readonly #maxMs: number;
  #stop: (() => void) | undefined;
  #users = 0;
  #isMarking = false;
  #onEnd: (() => void) | undefined;

  constructor(observe = observeCollections, maxMs = MAX_MARKING_MS) {
    this.#observe = observe;
    this.#maxMs = maxMs;
  }

  /** As far as V8 has reported it. */
  get isMarking(): boolean {
    return this.#isMarking;
  }

  /** Observes V8 until `leave` has been called as often. Not always: an observer costs a turn of the loop for each collection. */
  use(): void {
    if (++this.#users === 1) this.#stop = this.#observe(this.#note);
  }

  leave(): void {
    if (--this.#users > 0) return;
    this.#stop?.();
    this.#stop = undefined;
    this.#isMarking = false;
    this.#onEnd?.();
  }

  /** Resolves when V8 is not marking, after a second in any case. */
  async ended(): Promise<void> {
    // What began before the first turn has been reported by the second.
    await nextTurn();
    await nextTurn();
    if (!this.#isMarking) return;
    await new Promise<void>((resolve) => {
      const timer = after(() => {
        // This marking is not waited for again.
        this.#isMarking = false;
        resolve();
      }, this.#maxMs);
      this.#onEnd = () => {
        clear(timer);
        resolve();
      };
    });
    this.#onEnd = undefined;
  }

  /** V8 reports the start of marking as an incremental collection, and its end as a major one. */
  readonly #note = (kind: number | undefined): void => {
    if (kind === constants.NODE_PERFORMANCE_GC_INCREMENTAL) this.#isMarking = true;
    if (kind !== constants.NODE_PERFORMANCE_GC_MAJOR) return;
    this.#isMarking = false;
    this.#onEnd?.();
  };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => atNextTurn(resolve));
}
