import { messageOf } from '../../errors.js';
import { isThenable } from '../../values.js';

/**
 * Calls a function of the owner's whose own failures are the owner's matter: whether it throws, or resolves to a rejection, nothing of the
 * host's ends, and `onFailure` gets to know. Returns a promise that resolves when it has ended; undefined for one that has ended at once.
 */
export function callOwner<T>(
  callback: (value: T) => unknown,
  value: T,
  onFailure: (error: unknown) => void,
): Promise<void> | undefined {
  try {
    const result = callback(value);
    // A thenable of the owner's may settle more than once; a promise around it does not.
    if (isThenable(result)) return Promise.resolve(result).then(() => undefined, onFailure);
  } catch (error) {
    onFailure(error);
  }
  return undefined;
}

/** A function that calls `callback` in this way and warns of its first failure only; undefined where there is no callback. */
export function warningOnce<T>(
  name: string,
  callback: ((value: T) => unknown) | undefined,
  warn: (message: string) => void,
): ((value: T) => void) | undefined {
  if (callback === undefined) return undefined;
  const onFailure = reportedOnce(name, warn);
  return (value) => void callOwner(callback, value, onFailure);
}

/** Warns of the first failure of a function only. */
export function reportedOnce(name: string, warn: (message: string) => void): (error: unknown) => void {
  let hasFailed = false;
  return (error) => {
    if (!hasFailed) warn(`${name} fails, which is reported once: ${messageOf(error)}`);
    hasFailed = true;
  };
}
