import { needArguments } from './webidl.js';

/** Runs a callback after the code that runs now. What it throws ends the module like any error that nobody catches. */
export function queueMicrotask(callback: unknown): void {
  needArguments(arguments.length, 1, 'queueMicrotask()');
  if (typeof callback !== 'function')
    throw new TypeError('Cannot queue a microtask: the callback must be a function');
  void Promise.resolve().then(() => {
    Reflect.apply(callback, undefined, []);
  });
}

/** Lets an error end the module as one that nobody catches, without stopping the code that runs now. */
export function reportError(error: unknown): void {
  needArguments(arguments.length, 1, 'reportError()');
  // Not Promise.reject: whatever was thrown is handed on as it is.
  void Promise.resolve().then(() => {
    throw error as Error;
  });
}
