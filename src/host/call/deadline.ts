import { Timer } from '../../timer.js';

/** How often its own length a deadline may be put off in all: a module that keeps the host busy forever must not make its caller wait forever. */
const MAX_EXTENSION = 10;

/** The deadline of one package. It stands still while the module waits for the host to do something in its place. */
export class Deadline {
  readonly #askedMs: number;
  readonly #onPassed: () => void;
  #timer: Timer | undefined;
  #leftMs: number;
  #since: number;
  #pauses = 0;
  #pauseLeftMs: number;
  /** Nothing is left of it: it passes, whatever the module waits for. */
  #isOver = false;

  constructor(timeoutMs: number, askedMs: number, onPassed: () => void) {
    this.#askedMs = askedMs;
    this.#leftMs = timeoutMs;
    this.#pauseLeftMs = timeoutMs * (MAX_EXTENSION - 1);
    this.#onPassed = onPassed;
    this.#since = performance.now();
    this.#timer = new Timer(timeoutMs, onPassed);
  }

  /** What the caller asked for, in milliseconds: more than the deadline's own length when some of that was over before it began. */
  get askedMs(): number {
    return this.#askedMs;
  }

  /** What is left of it, in milliseconds; at least 1. */
  get leftMs(): number {
    const spent = this.#pauses > 0 ? 0 : performance.now() - this.#since;
    return Math.max(1, this.#leftMs - spent);
  }

  /** The module waits for the host from now on. Pauses nest. */
  pause(): void {
    if (this.#timer === undefined || this.#isOver || this.#pauses++ > 0) return;
    this.#leftMs -= performance.now() - this.#since;
    // A module that asks often must not have the rest of a millisecond again and again.
    this.#rest(Math.min(this.#leftMs, this.#pauseLeftMs) <= 0 ? 0 : this.#pauseLeftMs);
  }

  /** The host has answered. */
  resume(): void {
    if (this.#timer === undefined || this.#isOver || --this.#pauses > 0) return;
    this.#pauseLeftMs -= performance.now() - this.#since;
    this.#rest(this.#leftMs);
  }

  /** The package is settled. */
  clear(): void {
    this.#timer?.clear();
    this.#timer = undefined;
  }

  #rest(ms: number): void {
    this.#timer?.clear();
    this.#since = performance.now();
    this.#isOver = ms <= 0;
    this.#timer = new Timer(Math.max(0, ms), this.#onPassed);
  }
}
