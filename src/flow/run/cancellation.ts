import { setMaxListeners } from 'node:events';
import { isPhlowError, messageOf, PhlowError } from '../../errors.js';

/**
 * A signal of its own that also follows a parent's. Its reason is always a PhlowError. Whoever makes one disposes of it, so that nothing
 * stays behind at the parent.
 */
export class Cancellation {
  readonly #controller = new AbortController();
  readonly #parent: AbortSignal | undefined;
  readonly #follow = (): void => this.cancel(reasonOf(this.#parent));
  #timer: NodeJS.Timeout | undefined;

  constructor(parent?: AbortSignal) {
    this.#parent = parent;
    // Many runs may follow one signal; each takes its listener away again.
    if (parent !== undefined) setMaxListeners(0, parent);
    if (parent?.aborted === true) this.#follow();
    else parent?.addEventListener('abort', this.#follow, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  cancel(reason: PhlowError): void {
    this.#controller.abort(reason);
  }

  /** Cancels after a while, unless disposed of before. */
  cancelAfter(timeoutMs: number, makeReason: () => PhlowError): void {
    this.#timer = setTimeout(() => this.cancel(makeReason()), Math.min(timeoutMs, LONGEST_TIMER_MS));
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#parent?.removeEventListener('abort', this.#follow);
  }
}

/** Node's timers fire at once when they are asked for more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Why a signal was aborted, as a PhlowError. */
export function reasonOf(signal: AbortSignal | undefined): PhlowError {
  const reason: unknown = signal?.reason;
  if (reason instanceof PhlowError) return reason;
  if (isPhlowError(reason)) return new PhlowError(reason.code, reason.message, { cause: reason });
  return new PhlowError(
    'PHLOW_FLOW_CANCELLED',
    `Cannot finish the run: it was cancelled: ${messageOf(reason)}`,
    {
      cause: reason,
    },
  );
}

/** Waits for a promise, but no longer than until the signal aborts. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(reasonOf(signal));
    if (signal.aborted) {
      onAbort();
      // The outcome no longer matters to anyone; unhandled it would end the process.
      promise.catch(() => undefined);
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** Waits for a time, or until the signal aborts. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (ms <= 0) return;
  let timer: NodeJS.Timeout | undefined;
  const elapsed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.min(ms, LONGEST_TIMER_MS));
  });
  try {
    await untilAborted(elapsed, signal);
  } finally {
    clearTimeout(timer);
  }
}

/** Lets timers, signals and other runs have their turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
