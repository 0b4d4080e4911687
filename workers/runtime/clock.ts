import { followAbort } from '../../src/follow-abort.js';
import type { Clock } from '../../src/sdk/context.js';

/** The longest delay that Node's timers take; longer sleeps are chained. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** How soon a change of the machine's clock is noticed: timers go by another one, which neither is set nor runs while the machine is suspended. */
const MAX_DATE_DRIFT_MS = 60_000;

/** Time of the machine. */
export const realClock: Clock = {
  now: () => performance.now(),
  async sleep(ms, signal) {
    const until = performance.now() + Math.max(0, ms);
    for (let left = ms; left > 0; left = until - performance.now()) {
      await pause(Math.min(Math.ceil(left), MAX_TIMER_MS), signal);
    }
    signal?.throwIfAborted();
  },
  date: () => Date.now(),
  async sleepUntil(date, signal) {
    for (let left = date - Date.now(); left > 0; left = date - Date.now()) {
      await pause(Math.min(Math.ceil(left), MAX_DATE_DRIFT_MS), signal);
    }
    signal?.throwIfAborted();
  },
};

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = (): void => {
      clearTimeout(timer);
      reject(reasonOf(signal));
    };
    const timer = setTimeout(() => {
      unfollow();
      resolve();
    }, ms);
    const unfollow = followAbort(signal, stop);
  });
}

/** Time that stands still until a test moves it. */
export class ManualClock implements Clock {
  #now = 0;
  readonly #sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();

  // Functions of its own, like those of the real clock: modules take them out of it.
  readonly now = (): number => this.#now;

  readonly date = (): number => this.#now;

  readonly sleepUntil = (date: number, signal?: AbortSignal): Promise<void> =>
    this.sleep(date - this.date(), signal);

  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (ms <= 0) {
        resolve();
        return;
      }
      const stop = (): void => {
        this.#sleepers.delete(sleeper);
        reject(reasonOf(signal));
      };
      const sleeper = {
        until: this.#now + ms,
        wake: (): void => {
          unfollow();
          resolve();
        },
      };
      this.#sleepers.add(sleeper);
      const unfollow = followAbort(signal, stop);
    });

  /**
   * Moves time by `ms`, waking sleepers in the order of their deadlines; what a woken sleeper starts is given a turn each time.
   *
   * @param settle waits for what a sleeper has started outside of the module and ends at once.
   */
  async advance(ms: number, settle: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    await turn();
    const target = this.#now + ms;
    for (let next = this.#earliest(target); next !== undefined; next = this.#earliest(target)) {
      this.#now = Math.max(this.#now, next.until);
      this.#sleepers.delete(next);
      next.wake();
      await turn();
      await settle();
      // What a sleeper does when that has ended.
      await turn();
    }
    this.#now = target;
  }

  #earliest(target: number): { readonly until: number; readonly wake: () => void } | undefined {
    let first: { readonly until: number; readonly wake: () => void } | undefined;
    for (const sleeper of this.#sleepers) {
      if (sleeper.until <= target && (first === undefined || sleeper.until < first.until)) first = sleeper;
    }
    return first;
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function reasonOf(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error(String(reason));
}
