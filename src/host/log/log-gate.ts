import { lengthWithin } from '../../wire/bounded-value.js';
import { Timer } from '../../timer.js';
import type { LogRecord } from '../../wire/log-record.js';
import { MAX_FIELDS } from './log-line.js';

/** What a module may write before lines are cut. */
export interface LogRate {
  /** Lines a second in the long run. */
  readonly linesPerSecond: number;
  /** Lines that may come at once. */
  readonly burst: number;
}

export const DEFAULT_LOG_RATE: LogRate = Object.freeze({ linesPerSecond: 1_000, burst: 5_000 });

/** Lines are written and escaped character by character: the limit is characters per second, however few the lines, and the same number again in one burst. */
const CHARACTERS_PER_SECOND = 1_048_576;

/** A flood that goes on is reported this often, in milliseconds: one line gets through it every now and then. Without one it takes twice as long. */
const REPORT_EVERY_MS = 1_000;

/** Lets a module's log lines through at a bounded rate; what is cut is counted and reported with a line that gets through, or after a while. */
export class LogGate {
  readonly #rate: LogRate;
  readonly #pass: (record: LogRecord) => void;
  readonly #onCut: (lines: number) => void;
  readonly #now: () => number;
  #tokens: number;
  #characters = CHARACTERS_PER_SECOND;
  #at: number;
  #cut = 0;
  #reportedAt = -Infinity;
  #timer: Timer | undefined;

  constructor(
    rate: LogRate,
    pass: (record: LogRecord) => void,
    onCut: (lines: number) => void,
    now = () => performance.now(),
  ) {
    this.#rate = rate;
    this.#pass = pass;
    this.#onCut = onCut;
    this.#now = now;
    this.#tokens = rate.burst;
    this.#at = now();
  }

  write(record: LogRecord): void {
    if (record.dropped !== undefined) {
      this.#count(record.dropped);
      return;
    }
    const now = this.#now();
    const { linesPerSecond, burst } = this.#rate;
    const seconds = (now - this.#at) / 1000;
    this.#tokens = Math.min(burst, this.#tokens + seconds * linesPerSecond);
    this.#characters = Math.min(CHARACTERS_PER_SECOND, this.#characters + seconds * CHARACTERS_PER_SECOND);
    this.#at = now;
    if (this.#tokens < 1 || this.#characters <= 0) {
      this.#count(1);
      return;
    }
    this.#tokens--;
    this.#characters -= lengthOf(record);
    if (now - this.#reportedAt >= REPORT_EVERY_MS) this.flush();
    this.#pass(record);
  }

  /** They are reported with the next line that gets through, or without one. */
  #count(lines: number): void {
    this.#cut += lines;
    this.#timer ??= new Timer(2 * REPORT_EVERY_MS, () => this.flush()).unref();
  }

  /** Reports the lines that were cut so far. */
  flush(): void {
    this.#timer?.clear();
    this.#timer = undefined;
    if (this.#cut === 0) return;
    const lines = this.#cut;
    this.#cut = 0;
    this.#reportedAt = this.#now();
    this.#onCut(lines);
  }
}

function lengthOf({ message, fields }: LogRecord): number {
  const fieldsLength = fields === undefined ? 0 : (lengthWithin(fields, MAX_FIELDS) ?? MAX_FIELDS.characters);
  return message.length + fieldsLength;
}
