const WINDOW_MS = 1_000;

/** What a log window counts with. */
export interface LogWindowOptions {
  readonly maxLines: number;
  readonly maxCharacters: number;
  /** Milliseconds of a monotonic clock: the wall clock may step back, and the log would be silent until it has caught up. */
  readonly now: () => number;
  /** Calls back once after so many milliseconds. */
  readonly later: (ms: number, call: () => void) => unknown;
  /** Called at the end of a second with the number of lines that were too many in it. */
  readonly dropped: (lines: number) => void;
}

/** Counts what a module logs in a second. */
export class LogWindow {
  readonly #options: LogWindowOptions;
  #startedAt = -Infinity;
  #lines = 0;
  #characters = 0;
  #dropped = 0;

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
      this.#report();
    }
    this.#lines++;
    this.#characters += length;
    if (this.#lines <= maxLines && this.#characters <= maxCharacters) return true;
    if (this.#dropped++ === 0) later(WINDOW_MS, () => this.#report());
    return false;
  }

  #report(): void {
    if (this.#dropped === 0) return;
    const lines = this.#dropped;
    this.#dropped = 0;
    this.#options.dropped(lines);
  }
}
