import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers';

// The module's code may put others in their place.
const nowMs = performance.now.bind(performance);

/** A package that comes later than this after the one before is not waited for: its caller does something else in between. */
const MAX_GAP_MS = 0.25;
/** Waits in vain before packages are left alone for a while. */
const MAX_MISSES = 2;
const FIRST_REST = 64;
const MAX_REST = 4_096;

/**
 * Keeps a thread's event loop turning for a moment after a package that came alone, where the next one is likely to come at once: a loop that sleeps
 * takes tens of microseconds to wake up, which is most of the time of a small call. The loop goes round as ever meanwhile, so timers and I/O are not held
 * up. Where the next package keeps not coming in time, this is tried ever more seldom.
 */
export class BusyPoll {
  readonly #forMs: number;
  #arrivedAt = -Infinity;
  #until = 0;
  #isTurning = false;
  #misses = 0;
  /** Packages that are left alone before it is tried again, and how many it will be after that. */
  #rest = 0;
  #nextRest = FIRST_REST;

  /** @param forUs how long to look for the next package, in microseconds. */
  constructor(forUs: number) {
    this.#forMs = forUs / 1_000;
  }

  /** Notes that a package came alone, and has been given to the handler. */
  received(): void {
    const now = nowMs();
    const gapMs = now - this.#arrivedAt;
    this.#arrivedAt = now;
    if (this.#isTurning) {
      // It was worth it.
      this.#misses = 0;
      this.#nextRest = FIRST_REST;
      this.#until = now + this.#forMs;
    } else if (this.#rest > 0) this.#rest--;
    else if (gapMs <= MAX_GAP_MS) {
      this.#isTurning = true;
      this.#until = now + this.#forMs;
      setImmediate(this.#turn);
    }
  }

  readonly #turn = (): void => {
    if (nowMs() < this.#until) {
      setImmediate(this.#turn);
      return;
    }
    this.#isTurning = false;
    if (++this.#misses < MAX_MISSES) return;
    this.#rest = this.#nextRest;
    this.#nextRest = Math.min(MAX_REST, 2 * this.#nextRest);
  };
}
