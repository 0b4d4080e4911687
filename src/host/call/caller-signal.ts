import { messageOf, PhlowError } from '../../errors.js';
import { followAbort } from '../../follow-abort.js';
import { cancelledError } from './call-errors.js';
import type { CallSignal } from '../module-types.js';
import { OwnSignal } from '../../wire/own-signal.js';

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
  if (signal instanceof OwnSignal) return signal.aborted ? cancelledError(module, signal, where) : undefined;
  try {
    return attempt(module, () => signal.aborted) ? cancelledError(module, signal, where) : undefined;
  } catch (error) {
    return error as PhlowError;
  }
}

/** Calls `onAbort` when the signal aborts, until the function that it returns is called. Throws PHLOW_OPTION_INVALID. */
export function followSignal(
  module: string,
  signal: CallSignal | undefined,
  onAbort: () => void,
): () => void {
  if (!(signal instanceof OwnSignal)) return attempt(module, () => followAbort(signal, onAbort));
  signal.listen(onAbort);
  return () => signal.ignore(onAbort);
}

function attempt<T>(module: string, use: () => T): T {
  try {
    return use();
  } catch (cause) {
    const message = `Cannot call module "${module}": its signal cannot be listened to (${messageOf(cause)}); pass an AbortSignal`;
    throw new PhlowError('PHLOW_OPTION_INVALID', message, { cause, details: { module } });
  }
}
