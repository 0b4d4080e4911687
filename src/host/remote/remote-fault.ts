import { PhlowError, type PhlowErrorCode } from '../../errors.js';
import { isMap } from '../../values.js';
import type { Fault } from '../../wire/fault.js';
import { redactedFault } from '../call/redacted-fault.js';
import { readFault } from '../executors/read-posted.js';
import { fromFault } from '../../wire/fault.js';

/** An error of a call as it goes back to the host that has called: without stacks, which would show where the files of this one are. */
export function faultFor(error: unknown): Fault {
  return withoutStacks(redactedFault(error));
}

function withoutStacks(fault: Fault): Fault {
  return { ...fault, stack: undefined, cause: fault.cause && withoutStacks(fault.cause) };
}

/** Codes that say that the module has ended with the package; `redeliver` sends it again. */
const ENDS: readonly unknown[] = ['PHLOW_MODULE_CRASHED', 'PHLOW_MODULE_HUNG', 'PHLOW_REMOTE_LOST'];

/**
 * The error that another host has answered with, as it would have been thrown here: its code, message and details, with the service's host in
 * `details.host`.
 */
export function remoteError(
  posted: unknown,
  more: { readonly host: string; readonly module: string; readonly package: number },
): PhlowError {
  const fault = readFault(posted);
  const code = /^PHLOW_[A-Z_]{1,40}$/.test(fault.code ?? '')
    ? (fault.code as PhlowErrorCode)
    : 'PHLOW_MODULE_ERROR';
  const details = isMap(fault.data) ? fault.data : {};
  const { cause } = fromFault(fault, code, fault.message);
  const own = ENDS.includes(code) ? more : { host: more.host };
  return new PhlowError(code, fault.message, { cause, details: { ...details, ...own } });
}
