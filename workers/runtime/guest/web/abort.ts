import { AbortState, abortStateOf, bindAbortState } from './abort-state.js';
import { domError } from './dom-exception.js';
import { createTrustedEvent, eventState } from './event.js';
import { dispatch, EventTarget, watchListeners } from './event-target.js';
import { methodOf } from './intrinsics.js';
import { outside } from './outside.js';
import { asInterface, needArguments } from './webidl.js';

/** Only we have it: a signal comes from a controller or from the class's own functions. */
const OURS = Object.freeze({ __proto__: null });

/** What is assigned to `onabort`; an object that is no function is kept and never called. */
type Handler = (this: unknown, event: object) => unknown;

const MAX_MS = Number.MAX_SAFE_INTEGER;

// Whatever a module puts on a signal of its own, handlers are listeners of this class.
const add = methodOf<undefined, [type: string, callback: object]>(EventTarget.prototype, 'addEventListener');
const remove = methodOf<undefined, [type: string, callback: object]>(
  EventTarget.prototype,
  'removeEventListener',
);

/** Signals that something is to be given up. */
class AbortSignal extends EventTarget {
  readonly #state: AbortState;
  #handler: Handler | null = null;
  readonly #callHandler = (event: object): void => {
    const result: unknown =
      typeof this.#handler === 'function' ? Reflect.apply(this.#handler, this, [event]) : undefined;
    const state = result === false ? eventState(event) : undefined;
    if (state?.cancelable === true) state.isCanceled = true;
  };

  constructor(proof?: unknown, sources: readonly AbortState[] = []) {
    if (proof !== OURS)
      throw new TypeError('Cannot make an AbortSignal: ask an AbortController for its signal');
    super();
    this.#state = new AbortState(() => void dispatch(this, createTrustedEvent('abort')), sources);
    bindAbortState(this, this.#state);
    watchListeners(this, 'abort', (hasAny) => {
      this.#state.hasListeners = hasAny;
    });
  }

  static abort(reason?: unknown): AbortSignal {
    const signal = new AbortSignal(OURS);
    signal.#state.abort(reason === undefined ? abortError() : reason);
    return signal;
  }

  static timeout(ms: unknown): AbortSignal {
    needArguments(arguments.length, 1, 'AbortSignal.timeout()');
    const delay = Math.trunc(Number(ms));
    if (!(delay >= 0 && delay <= MAX_MS))
      throw new TypeError(`Cannot make a signal: a timeout is a number from 0 to ${MAX_MS}`);
    const signal = new AbortSignal(OURS);
    outside().startTimer(() => signal.#state.abort(timeoutError()), delay);
    return signal;
  }

  static any(signals: unknown): AbortSignal {
    needArguments(arguments.length, 1, 'AbortSignal.any()');
    const states = Array.from(signals as Iterable<unknown>, (signal) => {
      const state = abortStateOf(signal);
      if (state === undefined)
        throw new TypeError('Cannot follow signals: one of them is not an AbortSignal');
      return state;
    });
    return new AbortSignal(OURS, states);
  }

  get aborted(): boolean {
    return this.#state.isAborted;
  }
  get reason(): unknown {
    return this.#state.reason;
  }
  get onabort(): unknown {
    return this.#handler;
  }
  set onabort(value: unknown) {
    const handler =
      (typeof value === 'object' && value !== null) || typeof value === 'function' ? value : null;
    if (handler === null) remove(this, 'abort', this.#callHandler);
    else if (this.#handler === null) add(this, 'abort', this.#callHandler);
    this.#handler = handler as Handler | null;
  }

  throwIfAborted(): void {
    if (this.#state.isAborted) throw this.#state.reason as Error;
  }
}

/** Makes a signal and aborts it. */
class AbortController {
  readonly #signal = new AbortSignal(OURS);

  get signal(): AbortSignal {
    return this.#signal;
  }
  abort(reason?: unknown): void {
    abortStateOf(this.#signal)?.abort(reason === undefined ? abortError() : reason);
  }
}

asInterface(AbortSignal, 'AbortSignal');
asInterface(AbortController, 'AbortController');

/** What a signal's readers meet when nobody gave a reason. */
export function abortError(): Error {
  return domError('AbortError', 'The operation was aborted: its signal says so');
}

function timeoutError(): Error {
  return domError('TimeoutError', 'The operation was aborted: its time is up');
}

export { AbortController, AbortSignal };
