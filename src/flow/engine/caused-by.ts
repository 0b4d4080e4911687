import { isPhlowError, PhlowError } from '../../errors.js';

/** Causes that are copied; what lies deeper gives way to the first failure. */
const MAX_CAUSES = 10;

/**
 * The failure of what dealt with another failure: the same error with the first one at the end of its causes, so that neither hides the
 * other. It is a copy, and so are its causes: a module of the application may throw one error again and again.
 */
export function causedBy(error: unknown, first: unknown, depth = 0): unknown {
  if (!(error instanceof Error) || depth >= MAX_CAUSES) return first;
  const cause = error.cause === undefined ? first : causedBy(error.cause, first, depth + 1);
  const copy = isPhlowError(error)
    ? new PhlowError(error.code, error.message, { cause, place: error.place, details: error.details })
    : Object.assign(new Error(error.message, { cause }), { name: error.name });
  if (error.stack !== undefined) copy.stack = error.stack;
  return copy;
}
