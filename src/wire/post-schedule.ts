/** Messages that are sent in one turn of the event loop, and the one before, before further small ones wait for the end of the turn. */
const MAX_POSTS = 8;
/** Packages in one message from which on waiting for more gains nothing. */
const LARGE_BATCH = 24;

/**
 * Decides when the outboxes of one thread send what they have collected: at the next microtask, which is the earliest, while few messages are
 * sent; at the end of the event loop's turn while many small ones are. A thread that talks to many others hears from them one by one, and
 * answers that are sent one by one cost it, and them, a message for each package.
 */
export class PostSchedule {
  readonly #later: (work: () => void) => void;
  #waiting: (() => void)[] = [];
  /** Messages since turns were counted last. */
  #uncounted = 0;
  /** While turns are counted: messages of this turn, and of the one before. */
  #posts = 0;
  #lastPosts = 0;
  #turns = 0;

  constructor(later: (work: () => void) => void = setImmediate) {
    this.#later = later;
  }

  /** True when a message of this many packages should wait for the end of the turn; otherwise it counts as sent. */
  shouldWait(packages: number): boolean {
    if (this.#turns === 0) {
      // A turn is counted now and then: to be called at the end of each would cost a thread that sends little more than it sends.
      if (++this.#uncounted >= MAX_POSTS) this.#count();
      return false;
    }
    if (this.#posts + this.#lastPosts >= MAX_POSTS && packages < LARGE_BATCH) return true;
    this.#posts++;
    return false;
  }

  /** Calls `flush` at the end of the turn; for a message that should wait. */
  atEndOfTurn(flush: () => void): void {
    this.#waiting.push(flush);
  }

  #count(): void {
    this.#uncounted = 0;
    this.#turns++;
    this.#later(this.#tick);
  }

  readonly #tick = (): void => {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#lastPosts = this.#posts + waiting.length;
    this.#posts = 0;
    for (const flush of waiting) flush();
    // The first turn was under way when counting began.
    if (this.#turns === 1 || this.#lastPosts >= MAX_POSTS) {
      this.#count();
      return;
    }
    this.#turns = 0;
    this.#lastPosts = 0;
  };
}

/** Each thread has one event loop, so there is one of these. */
export const postSchedule = new PostSchedule();
