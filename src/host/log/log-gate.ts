import type { LogRecord } from '../../wire/log-record.js';

/** What a module may write before lines are cut. */
export interface LogRate {
  readonly linesPerSecond: number;
  /** Lines that may come at once. */
  readonly burst: number;
}

export const DEFAULT_LOG_RATE: LogRate = Object.freeze({ linesPerSecond: 1_000, burst: 5_000 });

/** Lets a module's log lines through at a bounded rate; what is cut is counted and told when the flood ends. */
export class LogGate {
  readonly #rate: LogRate;
  readonly #pass: (record: LogRecord) => void;
  readonly #onCut: (lines: number) => void;
  readonly #now: () => number;
  #tokens: number;
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
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#at) / 1000) * linesPerSecond);
    this.#at = now;
    if (this.#tokens < 1) {
      this.#cut++;
      return;
    }
    this.#tokens--;
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
