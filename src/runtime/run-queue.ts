import { PhlowError } from '../errors.js';
import { follow, reasonOf, type CancelSignal } from '../flow/engine/cancellation.js';
import { LinkedList } from '../linked-list.js';
import { RUN_LIMITS } from '../flow/limits.js';

/** Lets at most `atOnce` things go on at the same time; the others wait in order of arrival. */
export class RunQueue {
  #atOnce: number;
  readonly #waiting = new LinkedList<() => void>();
  #running = 0;
  #onIdle: (() => void) | undefined;

  constructor(atOnce: number) {
    this.#atOnce = Math.max(1, atOnce);
  }

  /** True when there is a place, which is taken then. */
  takesPlace(): boolean {
    if (this.#running >= this.#atOnce) return false;
    this.#running++;
    return true;
  }

  /** Resolves when nothing runs and nothing waits. */
  idle(): Promise<void> {
    if (this.#running === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const before = this.#onIdle;
      this.#onIdle = () => {
        before?.();
        resolve();
      };
    });
  }

  /** Waits for a place; who leaves hands its own over. */
  turn(signal: CancelSignal | undefined): Promise<void> {
    if (this.#waiting.size >= RUN_LIMITS.waitingRuns) {
      const message = `Cannot start another run: ${this.#waiting.size} are already waiting`;
      return Promise.reject(new PhlowError('PHLOW_MODULE_BUSY', message));
    }
    if (signal?.aborted === true) return Promise.reject(reasonOf(signal));
    return new Promise((resolve, reject) => {
      const start = (): void => {
        unfollow();
        resolve();
      };
      const unfollow = follow(signal, () => {
        this.#waiting.remove(link);
        reject(reasonOf(signal));
      });
      const link = this.#waiting.add(start);
    });
  }

  /** What goes on from here waits more than it works: it keeps no other from starting, until `takeBack`. It still counts for `idle`. */
  makeRoom(): void {
    this.#atOnce++;
    const next = this.#waiting.first;
    if (next === undefined) return;
    this.#running++;
    this.#waiting.remove(next);
    next.value();
  }

  /** The room that was made is gone. */
  takeBack(): void {
    this.#atOnce--;
  }

  /** Gives a place back. */
  leave(): void {
    const next = this.#waiting.first;
    if (next === undefined || this.#running > this.#atOnce) {
      this.#end();
      return;
    }
    this.#waiting.remove(next);
    next.value();
  }

  #end(): void {
    this.#running--;
    if (this.#running > 0) return;
    this.#onIdle?.();
    this.#onIdle = undefined;
  }
}

/** How many runs go on at once (docs/spec/runtime.md 3). */
export function consumers(text: string | undefined): number {
  const count = text === undefined || text.trim() === '' ? NaN : Number(text);
  return Number.isInteger(count) && count >= 0 ? Math.max(1, count) : 10;
}

/** The error of a run that was given a time, and has not come to its end in it. */
export function outOfTime(timeoutMs: number): PhlowError {
  return new PhlowError('PHLOW_FLOW_TIMED_OUT', `Cannot finish the run: it took longer than ${timeoutMs} ms`);
}
