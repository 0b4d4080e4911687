import { constants, PerformanceObserver } from 'node:perf_hooks';

/** The longest wait for the end of marking: V8 goes on with it while the thread is idle, at more than a gigabyte a second. */
const MAX_MARKING_MS = 1_000;
/** V8 is not observed any longer when nobody has asked for this long. */
const IDLE_MS = 2_000;

// As they were when this was loaded: tests of an application may put clocks of their own in their place.
const atNextTurn = setImmediate;
const after = setTimeout;
const clear = clearTimeout;

/** Reports the kinds of V8's collections until the function that it returns is called. */
export type ObserveCollections = (note: (kind: number | undefined) => void) => () => void;

function observeCollections(note: (kind: number | undefined) => void): () => void {
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
  readonly #idleMs: number;
  #stop: (() => void) | undefined;
  #isUsed = false;
  #isMarking = false;
  #onEnd: (() => void) | undefined;

  constructor(observe = observeCollections, maxMs = MAX_MARKING_MS, idleMs = IDLE_MS) {
    this.#observe = observe;
    this.#maxMs = maxMs;
    this.#idleMs = idleMs;
  }

  /** As far as V8 has reported it. */
  get isMarking(): boolean {
    return this.#isMarking;
  }

  /** Observes V8 from now on, and for as long as this is called again and again. Not always: an observer costs a turn of the loop for each collection. */
  use(): void {
    this.#isUsed = true;
    if (this.#stop !== undefined) return;
    this.#stop = this.#observe(this.#note);
    this.#stopWhenIdle();
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

  #stopWhenIdle(): void {
    this.#isUsed = false;
    after(() => {
      if (this.#isUsed || this.#onEnd !== undefined) {
        this.#stopWhenIdle();
        return;
      }
      this.#stop?.();
      this.#stop = undefined;
      this.#isMarking = false;
    }, this.#idleMs).unref();
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => atNextTurn(resolve));
}
