import type { GuestCapabilities } from '../../../src/wire/guest-boot.js';
import { harden } from './ses.js';
import type { Natives } from './web/natives.js';

type Callback = (...args: unknown[]) => unknown;

/** What a module gets for a timer: nothing can be reached from it. */
interface Handle {
  readonly ref: () => Handle;
  readonly unref: () => Handle;
  readonly hasRef: () => boolean;
}

/** The timer functions of one module. */
export interface Timers {
  readonly setTimeout: (callback: unknown, delay?: unknown, ...args: unknown[]) => Handle;
  readonly setInterval: (callback: unknown, delay?: unknown, ...args: unknown[]) => Handle;
  readonly setImmediate: (callback: unknown, ...args: unknown[]) => Handle;
  readonly clearTimeout: (handle?: unknown) => void;
  readonly clearInterval: (handle?: unknown) => void;
  readonly clearImmediate: (handle?: unknown) => void;
}

/** A longer delay is none to the platform, and it says so where nothing can be printed any more. */
const MAX_MS = 2 ** 31 - 1;

/** The timer functions of one module: a bounded number at a time, none shorter than allowed. */
export function createTimers(natives: Natives, { max, minDelayMs }: GuestCapabilities['timers']): Timers {
  const running = new Map<unknown, number>();

  const open = (callback: unknown, delay: unknown, args: unknown[], isRepeated: boolean): Handle => {
    if (typeof callback !== 'function')
      throw new TypeError('Cannot set a timer: the callback must be a function');
    // First of all: reading it may run code of the module, which may set timers.
    const ms = Math.min(MAX_MS, Math.max(minDelayMs, Number(delay) || 0));
    if (running.size >= max)
      throw new RangeError(`Cannot set a timer: ${max} are running, the most that is granted`);
    const call = callback as Callback;
    const handle: Handle = harden({
      // No prototype and no fields: the handle is only a key.
      __proto__: null,
      ref: () => handle,
      unref: () => handle,
      hasRef: () => true,
    });
    const due = (): void => {
      if (!isRepeated) running.delete(handle);
      call(...args);
    };
    running.set(handle, natives.setTimer(ms, isRepeated, due));
    return handle;
  };

  const clear = (handle: unknown): void => {
    const id = running.get(handle);
    if (id === undefined) return;
    running.delete(handle);
    natives.clearTimer(id);
  };

  return {
    setTimeout: (callback, delay, ...args) => open(callback, delay, args, false),
    setInterval: (callback, delay, ...args) => open(callback, delay, args, true),
    setImmediate: (callback, ...args) => open(callback, 0, args, false),
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
  };
}
