import { types } from 'node:util';
import { messageOf } from '../../errors.js';

/**
 * Calls a function of the owner's whose own failures are the owner's matter: whether it throws, or resolves to a rejection, nothing of the
 * host's ends, and `onFailure` gets to know.
 */
export function callOwner<T>(
  callback: (value: T) => unknown,
  value: T,
  onFailure: (error: unknown) => void,
): void {
  try {
    const result = callback(value);
    if (types.isPromise(result)) result.catch(onFailure);
  } catch (error) {
    onFailure(error);
  }
}

/** The same as a function that says once what is wrong with `name`; undefined for none. */
export function warnOnce<T>(
  name: string,
  callback: ((value: T) => unknown) | undefined,
  warn: (message: string) => void,
): ((value: T) => void) | undefined {
  if (callback === undefined) return undefined;
  let hasFailed = false;
  const onFailure = (error: unknown): void => {
    if (!hasFailed) warn(`${name} fails, which is reported once: ${messageOf(error)}`);
    hasFailed = true;
  };
  return (value) => callOwner(callback, value, onFailure);
}
