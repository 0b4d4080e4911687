import { PhlowError } from '../../errors.js';
import type { Place } from '../../wire/obstacle.js';
import { DOWN, opOf } from '../../wire/protocol.js';
import type { CallSignal } from '../module-types.js';

/**
 * A promise that rejects in a later turn of the event loop. A caller who tries again at once, over and over, would otherwise keep replies,
 * exits and timers from ever coming in.
 */
export function rejectLater(error: unknown): Promise<never> {
  return new Promise((_, reject) => setImmediate(reject, error));
}

/** The error for a package whose caller gave it up; `where` says where it was then, such as "while it waited". */
export function cancelledError(
  module: string,
  { reason }: Pick<CallSignal, 'reason'>,
  where = '',
): PhlowError {
  const message = `Cancelled a call to module "${module}": the caller gave up${where === '' ? '' : ` ${where}`}`;
  return new PhlowError('PHLOW_CALL_CANCELLED', message, { cause: reason, details: { module } });
}

/** The error for a package whose deadline has passed; `missing` is what did not come in time. */
export function timedOutError(module: string, timeoutMs: number | undefined, missing: string): PhlowError {
  const remedy = 'give the call another timeoutMs, or the module another timeouts.call in its phlow.yaml';
  const message = `Cannot wait longer for module "${module}": no ${missing} within ${timeoutMs ?? 0} ms; if it needs longer, ${remedy}`;
  return new PhlowError('PHLOW_CALL_TIMED_OUT', message, { details: { module, timeoutMs } });
}

/** The error for a value that cannot be copied to the module. */
export function unclonableError(
  module: string,
  cause: unknown,
  tag?: number,
  placeIn?: (name: string) => Place,
): PhlowError {
  // What it found, the limit and what to do are in its sentence.
  if (cause instanceof PhlowError && cause.code === 'PHLOW_REPLY_TOO_LARGE')
    return new PhlowError('PHLOW_INPUT_TOO_LARGE', `Cannot send to module "${module}": ${cause.message}`, {
      cause,
      details: { ...cause.details, module },
    });
  const op = tag === undefined ? undefined : opOf(tag);
  // The record of a call has its input as a member.
  const found = placeIn?.(op === DOWN.call ? 'input' : op === DOWN.item ? 'item' : '');
  const path = found?.path?.replace(/^\./, '');
  const problem = found?.path === undefined ? String(cause) : found.problem.replace(/^\./, '');
  const message = `Cannot send to module "${module}": ${problem}; pass plain data`;
  const details = path === undefined ? { module } : { module, path };
  return new PhlowError('PHLOW_INPUT_UNCLONABLE', message, { cause, details });
}
