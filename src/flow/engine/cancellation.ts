import { isPhlowError, messageOf, PhlowError } from '../../errors.js';
import { followAbort } from '../../follow-abort.js';
import { Timer } from '../../timer.js';
import { OwnSignal } from '../../wire/own-signal.js';

/** What a run listens to in order to know that it is to end. */
export type CancelSignal = AbortSignal | Cancellation;

/**
 * A signal of its own that also follows a parent's. Its reason is always a PhlowError. Its creator disposes of it, so that nothing
 * stays behind at the parent. Looks like an AbortSignal to those who listen; a real one takes longer to make than most steps to run, so
 * there is one only where somebody asks for it.
 */
export class Cancellation extends OwnSignal {
  #controller: AbortController | undefined;
  #timer: Timer | undefined;
  #unfollow: (() => void) | undefined;

  constructor(parent?: CancelSignal) {
    super();
    if (parent === undefined) return;
    const end = (): void => this.cancel(reasonOf(parent));
    if (parent.aborted) end();
    else this.#unfollow = follow(parent, end);
  }

  /** The same as an AbortSignal, for those who hand it on. */
  get abortSignal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.reason !== undefined) this.#controller.abort(this.reason);
    }
    return this.#controller.signal;
  }

  protected override onCancel(reason: PhlowError): void {
    this.#controller?.abort(reason);
  }

  /** Cancels after a while, unless disposed of before. */
  cancelAfter(timeoutMs: number, makeReason: () => PhlowError): void {
    this.#timer = new Timer(timeoutMs, () => this.cancel(makeReason()));
  }

  /** Takes its time, however long. */
  stopTimer(): void {
    this.#timer?.clear();
  }

  dispose(): void {
    this.stopTimer();
    this.#unfollow?.();
  }
}

/** Calls `onAbort` when the signal aborts, until the function that it returns is called. Many may follow one signal. */
export function follow(signal: CancelSignal | undefined, onAbort: () => void): () => void {
  // One of ours has a list that warns of nothing.
  if (!(signal instanceof Cancellation)) return followAbort(signal, onAbort);
  signal.addEventListener('abort', onAbort);
  return () => signal.removeEventListener('abort', onAbort);
}

/** A signal as an AbortSignal. */
export function abortSignalOf(signal: CancelSignal | undefined): AbortSignal | undefined {
  return signal instanceof Cancellation ? signal.abortSignal : signal;
}

/** Why a signal was aborted, as a PhlowError. */
export function reasonOf(signal: CancelSignal | undefined): PhlowError {
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
export function untilAborted<T>(promise: Promise<T>, signal: CancelSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(reasonOf(signal));
    if (signal.aborted) {
      onAbort();
      // The outcome no longer matters to anyone; unhandled it would end the process.
      promise.catch(() => undefined);
      return;
    }
    promise.then(resolve, reject).finally(follow(signal, onAbort));
  });
}

/** Waits for a time, or until the signal aborts. */
export async function pause(ms: number, signal: CancelSignal | undefined): Promise<void> {
  if (ms <= 0) return;
  let timer: Timer | undefined;
  const elapsed = new Promise<void>((resolve) => {
    timer = new Timer(ms, resolve);
  });
  try {
    await untilAborted(elapsed, signal);
  } finally {
    timer?.clear();
  }
}

/** Lets timers, signals and other runs have their turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
