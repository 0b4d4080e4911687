import { readOptions } from '../../options.js';
import type { CallOptions } from '../module-types.js';
import { CALL_OPTIONS } from '../option-rules.js';
import type { PackageOptions } from './call-contexts.js';
import { rejectLater } from './call-errors.js';
import { areOwn } from './own-options.js';

/** The caller's options as they are now. Throws PHLOW_OPTION_INVALID. */
export function readCallOptions(module: string, options: CallOptions | undefined): CallOptions {
  return readOptions(`Cannot call module "${module}"`, options, CALL_OPTIONS, { module });
}

/** Calls with the caller's options; rejects when there is something wrong with them. */
export function callWith<T>(
  module: string,
  options: CallOptions | undefined,
  call: (options: CallOptions | undefined) => Promise<T>,
): Promise<T> {
  if (options === undefined || areOwn(options)) return call(options);
  let read: CallOptions;
  try {
    read = readCallOptions(module, options);
  } catch (error) {
    return rejectLater(error);
  }
  return call(read);
}

/** The options with the deadline that holds: the caller's, else the module's. One that never passes is none. */
export function withDeadline(
  options: PackageOptions | undefined,
  callTimeoutMs: number | undefined,
): PackageOptions | undefined {
  const timeoutMs = options?.timeoutMs ?? callTimeoutMs;
  const settled = timeoutMs === Infinity ? undefined : timeoutMs;
  return settled === options?.timeoutMs ? options : { ...options, timeoutMs: settled };
}
