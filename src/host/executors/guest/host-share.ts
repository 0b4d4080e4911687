const WINDOW_MS = 1_000;

/** What may come in a second that nobody asked for. */
interface FrameLimits {
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

  /** Books messages and their bytes; the sentence that says what is wrong once it is too much. */
  book(messages: number, bytes: number, now: number): string | undefined {
    if (now - this.#windowStart >= WINDOW_MS) {
      this.#windowStart = now;
      this.#messages = 0;
      this.#bytes = 0;
    }
    this.#messages += messages;
    this.#bytes += bytes;
    const { messagesPerSecond, bytesPerSecond } = this.#limits;
    if (this.#messages > messagesPerSecond) return `more than ${messagesPerSecond} messages in a second`;
    if (this.#bytes > bytesPerSecond) return `more than ${bytesPerSecond} bytes in a second`;
    return undefined;
  }
}

/** What a module's messages may cost the host at once, in milliseconds of its thread, before they have to wait. */
const BURST_MS = 1_000;
/** As much, before work on answers to the module has to pause: less, so that its messages do not wait because of that. */
const ANSWERS_BURST_MS = 500;
/** A module whose messages have had to wait for this long without a pause is ended. */
const MAX_BEHIND_MS = 20_000;
/** A message that was asked for costs its module nothing up to here: ordinary replies are the host's own business. */
const FREE_MS = 0.5;

/**
 * What one module's messages, and the answers to them, cost the host: measured, not guessed from their length, because a megabyte of tiny objects takes as long as fifty
 * of text. A module above its share is slowed down, and ended when it stays there.
 */
export class HostShare {
  readonly #msPerSecond: number;
  #debtMs = 0;
  #at = 0;
  #behindSince: number | undefined;
  #spentMs = 0;

  constructor(msPerSecond: number) {
    this.#msPerSecond = msPerSecond;
  }

  /** Books what a message has cost, or a part of one. */
  book(ms: number, now: number, isAsked: boolean): void {
    const charged = isAsked ? ms - FREE_MS : ms;
    if (charged <= 0) return;
    this.#settle(now);
    this.#debtMs += charged;
    this.#spentMs += charged;
  }

  /** How long the next message has to wait. */
  waitMs(now: number): number {
    if (this.#debtMs <= BURST_MS && this.#behindSince === undefined) return 0;
    this.#settle(now);
    // What waits now does so for other reasons than its cost.
    if (this.#debtMs === 0) this.#behindSince = undefined;
    const over = this.#debtMs - BURST_MS;
    if (over <= 0) return 0;
    if (this.#behindSince === undefined) {
      this.#behindSince = now;
      this.#spentMs = 0;
    }
    return Math.ceil((over / this.#msPerSecond) * 1_000);
  }

  /** How long work on an answer to the module has to pause. */
  pauseMs(now: number): number {
    this.#settle(now);
    const over = this.#debtMs - ANSWERS_BURST_MS;
    return over <= 0 ? 0 : Math.ceil((over / this.#msPerSecond) * 1_000);
  }

  /** Nothing of the module waits any more. */
  caughtUp(): void {
    this.#behindSince = undefined;
  }

  /** The sentence that says what is wrong once it is too much. */
  found(now: number): string | undefined {
    if (this.#behindSince === undefined || now - this.#behindSince < MAX_BEHIND_MS) return undefined;
    const seconds = Math.round((now - this.#behindSince) / 1_000);
    return `messages that have cost the host ${Math.round(this.#spentMs)} ms in ${seconds} s with more waiting; they may cost ${this.#msPerSecond} ms a second`;
  }

  #settle(now: number): void {
    this.#debtMs = Math.max(0, this.#debtMs - ((now - this.#at) * this.#msPerSecond) / 1_000);
    this.#at = now;
  }
}
