import { PhlowError } from '../../errors.js';
import { followAbort } from '../../follow-abort.js';
import { Timer } from '../../timer.js';

/** For the files of a module that are read and bundled before it starts, unless its owner gives less. */
const MAX_READING_MS = 30_000;

/** Ends the reading and the bundling of a module's files: when the host is closed, when the caller gives up, and after a time. */
export class LoadLimit {
  readonly #abort = new AbortController();
  readonly #unfollow: readonly (() => void)[];
  readonly #timer: Timer;

  /**
   * @param givenUp aborts with the error to end with
   * @param ms the owner's own limit
   */
  constructor(name: string, closing: AbortSignal, givenUp: AbortSignal, ms = MAX_READING_MS) {
    const end = (code: 'PHLOW_HOST_CLOSED' | 'PHLOW_LOAD_TIMED_OUT', why: string): void =>
      this.#abort.abort(
        new PhlowError(code, `Cannot load module "${name}": ${why}`, { details: { module: name } }),
      );
    this.#unfollow = [
      followAbort(closing, () => end('PHLOW_HOST_CLOSED', 'the host is closed')),
      followAbort(givenUp, () => this.#abort.abort(givenUp.reason)),
    ];
    this.#timer = new Timer(ms, () =>
      end('PHLOW_LOAD_TIMED_OUT', `its files were not read and bundled within ${ms} ms`),
    );
  }

  /** Aborts with a PhlowError. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Nothing ends any more. */
  end(): void {
    this.#timer.clear();
    for (const unfollow of this.#unfollow) unfollow();
  }
}
