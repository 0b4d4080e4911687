import type { Timers } from './timers.js';
import type { Natives } from './web/natives.js';
import * as web from './web/index.js';

/**
 * What our own code inside a guest's realm finds under the names of the platform: the build puts these in the place of globals that the
 * realm does not have.
 */
export const { AbortController, TextDecoder, atob, btoa, queueMicrotask } = web;

let natives: Natives | undefined;
let timers: Timers | undefined;

/** Connects what follows with the platform outside. Called once, before anything else. */
export function connectPlatform(to: Natives): void {
  natives = to;
}

/** Has the timers of our own code, the module's clock among it, count as the module's. */
export function countTimers(by: Timers): void {
  timers = by;
}

/** The platform outside. */
export function platform(): Natives {
  if (natives === undefined) throw new Error('Cannot use the platform: it is not connected yet');
  return natives;
}

export const performance = { now: (): number => platform().now() };

export const setTimeout = (call: () => void, ms: number): unknown => timers?.setTimeout(call, ms);
export const clearTimeout = (handle: unknown): void => timers?.clearTimeout(handle);
// A turn of the loop for tests that move the clock by hand.
export const setImmediate = (call: () => void): unknown => platform().setTimer(0, false, call);
