import { isPhlowError, messageOf, PhlowError, type PhlowErrorCode } from '../../errors.js';
import { isJson } from '../../wire/tagged.js';
import type { ErrorRecord } from './records.js';

/** Causes of an error that are kept. */
const MAX_CAUSES = 8;
const MAX_DEPTH = 50;

/** An error as it is written: what steps can see of it, and no stack. */
export function recordOf(error: unknown, causes = MAX_CAUSES): ErrorRecord {
  const cause = error instanceof Error ? error.cause : undefined;
  const details = isPhlowError(error) && isJson(error.details, MAX_DEPTH) ? error.details : undefined;
  return {
    code: isPhlowError(error) ? error.code : '',
    message: messageOf(error),
    ...(details === undefined ? {} : { details }),
    ...(cause === undefined || causes === 0 ? {} : { cause: recordOf(cause, causes - 1) }),
  };
}

/** The error that was written. */
export function errorOf({ code, message, details, cause }: ErrorRecord): Error {
  const inner = cause === undefined ? undefined : errorOf(cause);
  if (code === '') return new Error(message, inner === undefined ? undefined : { cause: inner });
  // Written from an error of ours.
  return new PhlowError(code as PhlowErrorCode, message, { cause: inner, ...(details && { details }) });
}
