import type { GuestPowers } from '../../src/wire/guest-boot.js';
import { harden } from './ses.js';

type Callback = (...args: unknown[]) => unknown;

/** What a module gets for a timer instead of the platform's own object: nothing can be reached from it. */
interface Handle {
  readonly ref: () => Handle;
  readonly unref: () => Handle;
  readonly hasRef: () => boolean;
}

/** A longer delay is none to the platform, and it says so where nothing can be printed any more. */
const LONGEST_MS = 2 ** 31 - 1;

/** The timer functions of one module: a bounded number at a time, none shorter than allowed. */
export function createTimers({ max, minDelayMs }: GuestPowers['timers']): Readonly<Record<string, unknown>> {
  const running = new Map<unknown, () => void>();

  const open = (callback: unknown, delay: unknown, args: unknown[], isRepeated: boolean): Handle => {
    if (typeof callback !== 'function')
      throw new TypeError('Cannot set a timer: the callback must be a function');
    // First of all: reading it may run code of the module, which may set timers.
    const ms = Math.min(LONGEST_MS, Math.max(minDelayMs, Number(delay) || 0));
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
    if (isRepeated) {
      const timer = setInterval(() => void call(...args), ms);
      running.set(handle, () => clearInterval(timer));
    } else {
      const timer = setTimeout(() => {
        running.delete(handle);
        call(...args);
      }, ms);
      running.set(handle, () => clearTimeout(timer));
    }
    return handle;
  };

  const clear = (handle: unknown): void => {
    running.get(handle)?.();
    running.delete(handle);
  };

  return {
    setTimeout: (callback: unknown, delay?: unknown, ...args: unknown[]) =>
      open(callback, delay, args, false),
    setInterval: (callback: unknown, delay?: unknown, ...args: unknown[]) =>
      open(callback, delay, args, true),
    setImmediate: (callback: unknown, ...args: unknown[]) => open(callback, 0, args, false),
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
  };
}
