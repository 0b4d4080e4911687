import { messageOf, PhlowError } from '../../errors.js';
import { cancelledError } from './call-errors.js';
import type { CallSignal } from '../module-types.js';

/**
 * Why a package with this signal is not sent: it has aborted already (PHLOW_CALL_CANCELLED), or it is no signal, or it throws when it is touched
 * (PHLOW_OPTION_INVALID): it is an object of the caller's own making. Undefined when it is fine.
 */
export function refusalBy(
  module: string,
  signal: CallSignal | undefined,
  where?: string,
): PhlowError | undefined {
  if (signal === undefined) return undefined;
  try {
    return attempt(module, () => signal.aborted) ? cancelledError(module, signal, where) : undefined;
  } catch (error) {
    return error as PhlowError;
  }
}

/** Those who follow one signal, and the one listener that serves them all: a thousand calls with one signal must not look like a leak. */
interface Followed {
  readonly all: Set<() => void>;
  readonly listener: () => void;
}

const followed = new WeakMap<CallSignal, Followed>();

/** Calls `onAbort` when the signal aborts, until the function that it returns is called. Throws PHLOW_OPTION_INVALID. */
export function followSignal(
  module: string,
  signal: CallSignal | undefined,
  onAbort: () => void,
): () => void {
  if (signal === undefined) return () => undefined;
  const { all, listener } = followed.get(signal) ?? listenTo(module, signal);
  all.add(onAbort);
  return () => {
    all.delete(onAbort);
    if (all.size > 0 || followed.get(signal)?.all !== all) return;
    followed.delete(signal);
    try {
      signal.removeEventListener('abort', listener);
    } catch {
      // The package has ended: its outcome is worth more than this complaint.
    }
  };
}

function listenTo(module: string, signal: CallSignal): Followed {
  const all = new Set<() => void>();
  const listener = (): void => {
    followed.delete(signal);
    for (const notify of [...all]) notify();
  };
  attempt(module, () => signal.addEventListener('abort', listener, { once: true }));
  followed.set(signal, { all, listener });
  return { all, listener };
}

function attempt<T>(module: string, use: () => T): T {
  try {
    return use();
  } catch (cause) {
    const message = `Cannot call module "${module}": its signal cannot be listened to (${messageOf(cause)}); pass an AbortSignal`;
    throw new PhlowError('PHLOW_OPTION_INVALID', message, { cause, details: { module } });
  }
}
