const WINDOW_MS = 1_000;
/** The module's own end counts by a clock of its own: what is within its rate there may come as twice that here. */
const ROOM = 2;

/** Lets this many characters of log lines a second through before anybody reads them. */
export class LogRateLimiter {
  readonly #maxPerWindow: number;
  #windowStart = 0;
  #characters = 0;

  constructor(charactersPerSecond: number) {
    this.#maxPerWindow = charactersPerSecond * ROOM;
  }

  /** True when a line of that length may be read. */
  admit(length: number, now: number): boolean {
    if (now - this.#windowStart >= WINDOW_MS) {
      this.#windowStart = now;
      this.#characters = 0;
    }
    this.#characters += length;
    return this.#characters <= this.#maxPerWindow;
  }
}
