import { followAbort } from '../../follow-abort.js';

interface Waiting {
  readonly bytes: number;
  readonly grant: () => void;
}

/** A number of bytes that those who need some of them share. Who comes first is served first, so that a large request is not overtaken for ever. */
export class ByteBudget {
  #free: number;
  readonly #waiting = new Set<Waiting>();

  constructor(bytes: number) {
    this.#free = bytes;
  }

  /** Waits for this many bytes, no more than there are in all; resolves with a function that gives them back. Rejects with the reason of the signal. */
  async take(bytes: number, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#waiting.size > 0 || bytes > this.#free) await this.#wait(bytes, signal);
    else this.#free -= bytes;
    return () => {
      this.#free += bytes;
      this.#serve();
    };
  }

  #wait(bytes: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        bytes,
        grant: () => {
          unfollow();
          resolve();
        },
      };
      const unfollow = followAbort(signal, () => {
        this.#waiting.delete(waiting);
        reject(signal.reason as Error);
        // Those behind it may fit.
        this.#serve();
      });
      this.#waiting.add(waiting);
    });
  }

  #serve(): void {
    for (const waiting of this.#waiting) {
      if (waiting.bytes > this.#free) return;
      this.#waiting.delete(waiting);
      this.#free -= waiting.bytes;
      waiting.grant();
    }
  }
}
