import { lengthWithin } from '../../wire/bounded-value.js';
import type { LogRecord } from '../../wire/log-record.js';
import { MAX_FIELDS } from './log-line.js';

/** What a module may write before lines are cut. */
export interface LogRate {
  readonly linesPerSecond: number;
  /** Lines that may come at once. */
  readonly burst: number;
}

export const DEFAULT_LOG_RATE: LogRate = Object.freeze({ linesPerSecond: 1_000, burst: 5_000 });

/** Lines are written and escaped character by character: so many a second, however few lines they are, and as many again at once. */
const CHARACTERS_PER_SECOND = 1_048_576;

/** Lets a module's log lines through at a bounded rate; what is cut is counted and told when the flood ends. */
export class LogGate {
  readonly #rate: LogRate;
  readonly #pass: (record: LogRecord) => void;
  readonly #onCut: (lines: number) => void;
  readonly #now: () => number;
  #tokens: number;
  #characters = CHARACTERS_PER_SECOND;
  #at: number;
  #cut = 0;

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
    const now = this.#now();
    const { linesPerSecond, burst } = this.#rate;
    const seconds = (now - this.#at) / 1000;
    this.#tokens = Math.min(burst, this.#tokens + seconds * linesPerSecond);
    this.#characters = Math.min(CHARACTERS_PER_SECOND, this.#characters + seconds * CHARACTERS_PER_SECOND);
    this.#at = now;
    if (this.#tokens < 1 || this.#characters <= 0) {
      this.#cut++;
      return;
    }
    this.#tokens--;
    this.#characters -= lengthOf(record);
    this.flush();
    this.#pass(record);
  }

  /** Tells of lines that were cut so far. */
  flush(): void {
    if (this.#cut === 0) return;
    const lines = this.#cut;
    this.#cut = 0;
    this.#onCut(lines);
  }
}

function lengthOf({ message, fields }: LogRecord): number {
  const fieldsLength = fields === undefined ? 0 : (lengthWithin(fields, MAX_FIELDS) ?? MAX_FIELDS.characters);
  return message.length + fieldsLength;
}
