import type { Value } from '../../values.js';
import type { CallOptions, CallSignal } from '../module-types.js';

/**
 * Options that the library makes for a call of its own. They are what they must be, and nobody changes them: they are not read like those of a
 * caller, whose every property may be anything. A flow makes one for each call.
 */
export class OwnOptions implements CallOptions {
  readonly payload: Value;
  readonly signal: CallSignal | undefined;
  readonly timeoutMs: number | undefined;
  readonly traceparent: string | undefined;

  constructor(payload: Value, signal: CallSignal | undefined, traceparent: string | undefined) {
    this.payload = payload;
    this.signal = signal;
    this.timeoutMs = undefined;
    this.traceparent = traceparent;
  }
}

/**
 * True for options that the library made. A caller has no way to them: the class is no part of the public API, and what looks like it is read
 * as all options are.
 */
export function areOwn(options: CallOptions): options is OwnOptions {
  return options instanceof OwnOptions;
}
