import { abortStateOf } from './abort-state.js';
import { domError } from './dom-exception.js';
import { eventState, type EventState } from './event.js';
import { reportError } from './report-error.js';
import { asInterface, needArguments, toDomString } from './webidl.js';

type Callback = object;

interface Listener {
  readonly callback: Callback;
  readonly isOnce: boolean;
  readonly isPassive: boolean;
  readonly onAbort: (() => void) | undefined;
  readonly signal: unknown;
  isRemoved: boolean;
}

/** Keyed by callback: the same one is added only once for each of the two. */
interface Listeners {
  readonly capture: Map<Callback, Listener>;
  readonly bubble: Map<Callback, Listener>;
}

let watchListeners: (target: EventTarget, type: string, changed: (hasAny: boolean) => void) => void;
let dispatch: (target: EventTarget, event: object) => boolean;

/** Takes listeners and calls them. There is no tree here: an event meets its target and nothing else. */
class EventTarget {
  readonly #listeners = new Map<string, Listeners>();
  #watched: { readonly type: string; readonly changed: (hasAny: boolean) => void } | undefined;

  static {
    watchListeners = (target, type, changed) => {
      target.#watched = { type, changed };
    };
    dispatch = (target, event) => target.#dispatch(event);
  }

  addEventListener(type: unknown, callback: unknown, options?: unknown): void {
    needArguments(arguments.length, 2, 'EventTarget.addEventListener()');
    const text = toDomString(type);
    const wanted = toCallback(callback);
    const flags = toFlags(options);
    const state = abortStateOf(flags.signal);
    if (flags.signal !== undefined && state === undefined)
      throw new TypeError('Cannot add a listener: the option "signal" is not an AbortSignal');
    if (wanted === null || state?.isAborted === true) return;
    // From here on no code of the module runs.
    let listeners = this.#listeners.get(text);
    if (listeners === undefined) {
      listeners = { capture: new Map(), bubble: new Map() };
      this.#listeners.set(text, listeners);
    }
    const phase = flags.capture ? 'capture' : 'bubble';
    if (listeners[phase].has(wanted)) return;
    const onAbort = state && (() => this.#remove(text, phase, wanted));
    if (onAbort !== undefined) state?.add(onAbort);
    listeners[phase].set(wanted, {
      callback: wanted,
      isOnce: flags.once,
      isPassive: flags.passive,
      onAbort,
      signal: flags.signal,
      isRemoved: false,
    });
    this.#notifyWatcher(text);
  }

  removeEventListener(type: unknown, callback: unknown, options?: unknown): void {
    needArguments(arguments.length, 2, 'EventTarget.removeEventListener()');
    const text = toDomString(type);
    const wanted = toCallback(callback);
    const isCapture = isObject(options) ? Boolean(options['capture']) : Boolean(options);
    if (wanted !== null) this.#remove(text, isCapture ? 'capture' : 'bubble', wanted);
  }

  dispatchEvent(event: unknown): boolean {
    needArguments(arguments.length, 1, 'EventTarget.dispatchEvent()');
    const state = isObject(event) ? eventState(event) : undefined;
    if (!isObject(event) || state === undefined)
      throw new TypeError('Cannot dispatch an event: the argument is not an Event');
    if (state.isDispatching || !state.isInitialized)
      throw domError('InvalidStateError', 'Cannot dispatch an event: it is being dispatched already');
    state.isTrusted = false;
    return this.#dispatch(event);
  }

  #dispatch(event: object): boolean {
    const state = eventState(event);
    if (state === undefined) return true;
    state.isDispatching = true;
    state.target = this;
    for (const phase of ['capture', 'bubble'] as const) this.#call(event, state, phase);
    state.phase = 0;
    state.currentTarget = null;
    state.isDispatching = state.isStopped = state.isStoppedAtOnce = false;
    return !state.isCanceled;
  }

  #call(event: object, state: EventState, phase: 'capture' | 'bubble'): void {
    if (state.isStopped) return;
    const listeners = this.#listeners.get(state.type)?.[phase];
    if (listeners === undefined || listeners.size === 0) return;
    state.phase = 2;
    state.currentTarget = this;
    // A copy: listeners that are added meanwhile wait for the next event, those that are removed are passed over.
    for (const listener of [...listeners.values()]) {
      if (listener.isRemoved) continue;
      if (listener.isOnce) this.#remove(state.type, phase, listener.callback);
      state.inPassiveListener = listener.isPassive;
      try {
        callListener(listener.callback, this, event);
      } catch (error) {
        reportError(error);
      }
      state.inPassiveListener = false;
      if (state.isStoppedAtOnce) return;
    }
  }

  #remove(type: string, phase: 'capture' | 'bubble', callback: Callback): void {
    const listeners = this.#listeners.get(type);
    const listener = listeners?.[phase].get(callback);
    if (listeners === undefined || listener === undefined) return;
    listener.isRemoved = true;
    listeners[phase].delete(callback);
    if (listener.onAbort !== undefined) abortStateOf(listener.signal)?.remove(listener.onAbort);
    if (listeners.capture.size + listeners.bubble.size === 0) this.#listeners.delete(type);
    this.#notifyWatcher(type);
  }

  #notifyWatcher(type: string): void {
    if (this.#watched?.type === type) this.#watched.changed(this.#listeners.has(type));
  }
}

function callListener(callback: Callback, target: object, event: object): void {
  if (typeof callback === 'function') {
    Reflect.apply(callback, target, [event]);
    return;
  }
  const handle = (callback as { readonly handleEvent: unknown }).handleEvent;
  if (typeof handle !== 'function')
    throw new TypeError('Cannot call a listener: its handleEvent is not a function');
  Reflect.apply(handle, callback, [event]);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function toCallback(value: unknown): Callback | null {
  if (value === null || value === undefined) return null;
  if (!isObject(value))
    throw new TypeError('Cannot use a listener: it is neither a function nor an object with handleEvent');
  return value;
}

interface Flags {
  readonly capture: boolean;
  readonly once: boolean;
  readonly passive: boolean;
  readonly signal: unknown;
}

function toFlags(options: unknown): Flags {
  if (!isObject(options))
    return { capture: Boolean(options), once: false, passive: false, signal: undefined };
  // In the standard's order: reading may run code of the module.
  const capture = Boolean(options['capture']);
  const once = Boolean(options['once']);
  const passive = Boolean(options['passive']);
  return { capture, once, passive, signal: options['signal'] };
}

asInterface(EventTarget, 'EventTarget');

export { EventTarget, dispatch, watchListeners };
