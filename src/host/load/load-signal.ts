import { messageOf, PhlowError } from '../../errors.js';
import { followAbort } from '../../follow-abort.js';
import type { CallSignal } from '../module-types.js';

/** What is given up when the caller's signal aborts. */
type Task = 'load' | 'replace';

/**
 * Does what the caller's signal ends, with a signal that has the error to reject with for its reason. Throws PHLOW_LOAD_CANCELLED when the caller's has
 * aborted already, and PHLOW_OPTION_INVALID when it cannot be listened to.
 */
export async function untilGivenUp<Result>(
  task: Task,
  module: string,
  given: CallSignal | undefined,
  work: (givenUp: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const own = new LoadSignal(task, module, given);
  try {
    return await work(own.signal);
  } finally {
    own.end();
  }
}

/** The caller's signal may be an object of any making: only here is it touched. */
class LoadSignal {
  readonly #abort = new AbortController();
  readonly #given: CallSignal | undefined;
  #unfollow: () => void = () => undefined;
  readonly #task: Task;
  readonly #module: string;

  constructor(task: Task, module: string, given: CallSignal | undefined) {
    this.#task = task;
    this.#module = module;
    this.#given = given;
    try {
      this.#unfollow = followAbort(given, () => this.#giveUp());
      // It was aborted from the start and sends no event.
      if (given?.aborted === true) this.#giveUp();
    } catch (cause) {
      this.end();
      const message = `Cannot ${task} module "${module}": its signal cannot be listened to (${messageOf(cause)}); pass an AbortSignal`;
      throw new PhlowError('PHLOW_OPTION_INVALID', message, { cause, details: { module } });
    }
    if (!this.signal.aborted) return;
    this.end();
    this.signal.throwIfAborted();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** The caller's signal is not listened to any more. */
  end(): void {
    this.#unfollow();
  }

  #giveUp(): void {
    const message = `Cannot ${this.#task} module "${this.#module}": the caller gave up`;
    const details = { module: this.#module };
    this.#abort.abort(
      new PhlowError('PHLOW_LOAD_CANCELLED', message, { cause: reasonOf(this.#given), details }),
    );
  }
}

function reasonOf(given: CallSignal | undefined): unknown {
  try {
    return given?.reason;
  } catch (error) {
    return error;
  }
}
