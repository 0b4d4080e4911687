const WINDOW_MS = 1_000;

/** What a log window counts with. */
export interface LogWindowOptions {
  readonly maxLines: number;
  readonly maxCharacters: number;
  /** Milliseconds of a monotonic clock: the wall clock may step back, and the log would be silent until it has caught up. */
  readonly now: () => number;
  /** Calls back once after this many milliseconds. */
  readonly later: (ms: number, call: () => void) => unknown;
  /** Called within a second of the first line that was too many, with the number of such lines so far. */
  readonly dropped: (lines: number) => void;
}

/** Counts what a module logs in a second. */
export class LogWindow {
  readonly #options: LogWindowOptions;
  #startedAt = -Infinity;
  #lines = 0;
  #characters = 0;
  #dropped = 0;
  #isTimed = false;

  constructor(options: LogWindowOptions) {
    this.#options = options;
  }

  /** False for a line that is one too many. */
  admits(length: number): boolean {
    const { maxLines, maxCharacters, now, later } = this.#options;
    const at = now();
    if (at - this.#startedAt >= WINDOW_MS) {
      this.#startedAt = at;
      this.#lines = 0;
      this.#characters = 0;
      this.flush();
    }
    this.#lines++;
    this.#characters += length;
    if (this.#lines <= maxLines && this.#characters <= maxCharacters) return true;
    this.#dropped++;
    if (!this.#isTimed) {
      this.#isTimed = true;
      later(WINDOW_MS, this.#onTime);
    }
    return false;
  }

  readonly #onTime = (): void => {
    this.#isTimed = false;
    this.flush();
  };

  /** Reports the lines that were too many so far. */
  flush(): void {
    if (this.#dropped === 0) return;
    const lines = this.#dropped;
    this.#dropped = 0;
    this.#options.dropped(lines);
  }
}
