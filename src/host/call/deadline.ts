/** How often its own length a deadline may be put off in all: a module that keeps the host busy for ever must not make its caller wait for ever. */
const MOST_STRETCH = 10;

/** The deadline of one package. It stands still while the module waits for the host to do something in its place. */
export class Deadline {
  readonly #timeoutMs: number;
  readonly #onPassed: () => void;
  #timer: NodeJS.Timeout | undefined;
  #leftMs: number;
  #since: number;
  #pauses = 0;
  #pauseLeftMs: number;

  constructor(timeoutMs: number, onPassed: () => void) {
    this.#timeoutMs = timeoutMs;
    this.#leftMs = timeoutMs;
    this.#pauseLeftMs = timeoutMs * (MOST_STRETCH - 1);
    this.#onPassed = onPassed;
    this.#since = performance.now();
    this.#timer = setTimeout(onPassed, timeoutMs);
  }

  /** What the caller asked for, in milliseconds. */
  get timeoutMs(): number {
    return this.#timeoutMs;
  }

  /** What is left of it, in milliseconds; at least 1. */
  get leftMs(): number {
    const spent = this.#pauses > 0 ? 0 : performance.now() - this.#since;
    return Math.max(1, this.#leftMs - spent);
  }

  /** The module waits for the host from now on. Pauses nest. */
  pause(): void {
    if (this.#timer === undefined || this.#pauses++ > 0) return;
    this.#leftMs = this.leftMs;
    this.#rest(this.#pauseLeftMs);
  }

  /** The host has answered. */
  resume(): void {
    if (this.#timer === undefined || --this.#pauses > 0) return;
    this.#pauseLeftMs = Math.max(1, this.#pauseLeftMs - (performance.now() - this.#since));
    this.#rest(this.#leftMs);
  }

  /** The package is settled. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #rest(ms: number): void {
    clearTimeout(this.#timer);
    this.#since = performance.now();
    this.#timer = setTimeout(this.#onPassed, ms);
  }
}
