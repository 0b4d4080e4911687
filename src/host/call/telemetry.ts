import { channel } from 'node:diagnostics_channel';
import type { Value } from '../../values.js';
import type { CallOptions } from '../module-types.js';
import type { CallTracer } from './call-tracer.js';

/** A call as subscribers of `phlow:call:start` and `phlow:call:end` see it: the same object both times. */
export interface TracedCall {
  readonly module: string;
  /** The input, by reference: do not change it. */
  readonly input: Value;
  /** The trace context that goes along, if there is one. */
  traceparent: string | undefined;
  /** Set before `phlow:call:end`. */
  durationMs: number | undefined;
  /** What the call was rejected with; undefined while it runs and when it was answered. */
  error: unknown;
}

const START = channel('phlow:call:start');
const END = channel('phlow:call:end');

/** Publishes calls on diagnostics channels when somebody subscribes, and as spans when the host has a tracer; otherwise it costs one check. */
export class Telemetry {
  readonly #tracer: CallTracer | undefined;

  constructor(tracer: CallTracer | undefined) {
    this.#tracer = tracer;
  }

  /** True when somebody wants to know. */
  get isOn(): boolean {
    return this.#tracer !== undefined || START.hasSubscribers || END.hasSubscribers;
  }

  /** Sends a package by `send` and publishes the call. */
  async trace(
    module: string,
    input: Value,
    options: CallOptions | undefined,
    send: (options: CallOptions | undefined) => Promise<Value>,
  ): Promise<Value> {
    const startedAt = performance.now();
    const span = this.#tracer?.start(module, options?.traceparent);
    const traceparent = span?.traceparent ?? options?.traceparent;
    const call: TracedCall = { module, input, traceparent, durationMs: undefined, error: undefined };
    if (START.hasSubscribers) START.publish(call);
    try {
      return await send(traceparent === undefined ? options : { ...options, traceparent });
    } catch (error) {
      call.error = error;
      throw error;
    } finally {
      call.durationMs = performance.now() - startedAt;
      span?.end(call.error);
      if (END.hasSubscribers) END.publish(call);
    }
  }
}
