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
  /** Messages of this turn, and of the one before. */
  #posts = 0;
  #lastPosts = 0;
  #isTicking = false;

  constructor(later: (work: () => void) => void = setImmediate) {
    this.#later = later;
  }

  /** True when a message of so many packages should wait for the end of the turn; it counts as sent otherwise. */
  shouldWait(packages: number): boolean {
    if (this.#posts + this.#lastPosts >= MAX_POSTS && packages < LARGE_BATCH) return true;
    if (++this.#posts >= MAX_POSTS) this.#tickLater();
    return false;
  }

  /** Calls `flush` at the end of the turn. */
  atEndOfTurn(flush: () => void): void {
    this.#waiting.push(flush);
    this.#tickLater();
  }

  #tickLater(): void {
    if (this.#isTicking) return;
    this.#isTicking = true;
    this.#later(this.#tick);
  }

  readonly #tick = (): void => {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#lastPosts = this.#posts + waiting.length;
    this.#posts = 0;
    this.#isTicking = false;
    for (const flush of waiting) flush();
    // Another turn is counted for as long as there is something to count.
    if (this.#lastPosts >= MAX_POSTS) this.#tickLater();
    else this.#lastPosts = 0;
  };
}

/** Each thread has one event loop, so there is one of these. */
export const postSchedule = new PostSchedule();
