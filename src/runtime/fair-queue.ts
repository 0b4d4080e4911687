import { PhlowError } from '../errors.js';
import { follow, reasonOf, type CancelSignal } from '../flow/engine/cancellation.js';

/**
 * Lets at most this many things go on at once. Those that wait belong to runs, which take turns: one run that has thousands of calls to make
 * does not keep another one from its only call.
 */
export class FairQueue {
  readonly #atOnce: number;
  readonly #maxWaiting: number;
  readonly #what: string;
  /** What waits, by run; the run whose turn is next comes first. */
  readonly #runs = new Map<number, Set<() => void>>();
  #waiting = 0;
  #running = 0;

  constructor(what: string, atOnce: number, maxWaiting: number) {
    this.#what = what;
    this.#atOnce = atOnce;
    this.#maxWaiting = maxWaiting;
  }

  /** What waits. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Does the work when its turn has come, or rejects as soon as the signal aborts. */
  run<T>(run: number, signal: CancelSignal | undefined, work: () => Promise<T>): Promise<T> {
    if (this.takesPlace()) return this.holds(work());
    return this.#turn(run, signal).then(() => this.holds(work()));
  }

  /** True when there is a place, which is taken then: what is done in it is given to `holds`. */
  takesPlace(): boolean {
    if (this.#running >= this.#atOnce) return false;
    this.#running++;
    return true;
  }

  /** Gives the place back when the work has ended. */
  holds<T>(work: Promise<T>): Promise<T> {
    work.then(this.#release, this.#release);
    return work;
  }

  /** Waits for a place; a run that leaves hands its place over. */
  #turn(run: number, signal: CancelSignal | undefined): Promise<void> {
    if (this.#waiting >= this.#maxWaiting) {
      const message = `Cannot ${this.#what}: ${this.#running} calls are in progress and ${this.#waiting} are already waiting; start fewer at once`;
      return Promise.reject(new PhlowError('PHLOW_MODULE_BUSY', message));
    }
    if (signal?.aborted === true) return Promise.reject(reasonOf(signal));
    return new Promise((resolve, reject) => {
      const start = (): void => {
        unfollow();
        resolve();
      };
      const unfollow = follow(signal, () => {
        this.#leave(run, start);
        reject(reasonOf(signal));
      });
      const line = this.#runs.get(run) ?? new Set();
      line.add(start);
      this.#runs.set(run, line);
      this.#waiting++;
    });
  }

  #leave(run: number, start: () => void): void {
    const line = this.#runs.get(run);
    if (line?.delete(start) !== true) return;
    this.#waiting--;
    if (line.size === 0) this.#runs.delete(run);
  }

  readonly #release = (): void => {
    for (const [run, line] of this.#runs) {
      // The next time it is another run's turn.
      this.#runs.delete(run);
      for (const start of line) {
        line.delete(start);
        this.#waiting--;
        if (line.size > 0) this.#runs.set(run, line);
        start();
        return;
      }
    }
    this.#running--;
  };
}
