const WINDOW_MS = 1_000;

/** What may come in a second that nobody asked for. */
export interface FrameLimits {
  readonly messagesPerSecond: number;
  readonly bytesPerSecond: number;
}

/** Counts what a module sends without being asked: log lines, questions, events. Replies to packages are not counted, the host bounds those. */
export class FrameBudget {
  readonly #limits: FrameLimits;
  #windowStart = 0;
  #messages = 0;
  #bytes = 0;

  constructor(limits: FrameLimits) {
    this.#limits = limits;
  }

  /** Books one message; the sentence that says what is wrong once it is too much. */
  book(bytes: number, now: number): string | undefined {
    if (now - this.#windowStart >= WINDOW_MS) {
      this.#windowStart = now;
      this.#messages = 0;
      this.#bytes = 0;
    }
    this.#messages++;
    this.#bytes += bytes;
    const { messagesPerSecond, bytesPerSecond } = this.#limits;
    if (this.#messages > messagesPerSecond) return `more than ${messagesPerSecond} messages in a second`;
    if (this.#bytes > bytesPerSecond) return `more than ${bytesPerSecond} bytes in a second`;
    return undefined;
  }
}
