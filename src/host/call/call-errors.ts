import { PhlowError } from '../../errors.js';
import type { CallSignal } from '../module.js';

/** The error for a package whose caller gave it up; `where` says where it was then, such as "while it waited". */
export function cancelledError(
  module: string,
  { reason }: Pick<CallSignal, 'reason'>,
  where = '',
): PhlowError {
  const message = `Cancelled a call of module "${module}": the caller gave up${where === '' ? '' : ` ${where}`}`;
  return new PhlowError('PHLOW_CALL_CANCELLED', message, { cause: reason, details: { module } });
}

/** The error for a package whose deadline has passed; `missing` is what did not come in time. */
export function timedOutError(module: string, timeoutMs: number | undefined, missing: string): PhlowError {
  const message = `Cannot wait longer for module "${module}": no ${missing} within ${timeoutMs ?? 0} ms`;
  return new PhlowError('PHLOW_CALL_TIMED_OUT', message, { details: { module, timeoutMs } });
}

/** The error for a value that cannot be copied to the module. */
export function unclonableError(module: string, cause: unknown): PhlowError {
  const message = `Cannot send to module "${module}": ${String(cause)}; pass plain data`;
  return new PhlowError('PHLOW_INPUT_UNCLONABLE', message, { cause, details: { module } });
}
