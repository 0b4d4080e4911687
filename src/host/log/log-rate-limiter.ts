import type { LogRecord } from '../../wire/log-record.js';

const WINDOW_MS = 1_000;
/** The module's own end counts by a clock of its own: what is within its rate there may come as twice that here. */
const ROOM = 2;

/** Lets this many characters of log lines a second through before anybody reads them; the number of the others is reported with the next one. */
export class LogRateLimiter {
  readonly #maxPerWindow: number;
  readonly #report: (record: LogRecord) => void;
  #windowStart = 0;
  #characters = 0;
  #dropped = 0;

  constructor(charactersPerSecond: number, report: (record: LogRecord) => void) {
    this.#maxPerWindow = charactersPerSecond * ROOM;
    this.#report = report;
  }

  /** True when a line of that length may be read. */
  admit(length: number, now: number): boolean {
    if (now - this.#windowStart >= WINDOW_MS) {
      this.#windowStart = now;
      this.#characters = 0;
      this.#reportDropped();
    }
    this.#characters += length;
    if (this.#characters <= this.#maxPerWindow) return true;
    this.#dropped++;
    return false;
  }

  #reportDropped(): void {
    if (this.#dropped === 0) return;
    const message = `${this.#dropped} log lines were dropped: too many in a second`;
    this.#dropped = 0;
    this.#report({ level: 'warn', time: Date.now(), message, fields: undefined });
  }
}
