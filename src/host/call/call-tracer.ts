import { isPhlowError, messageOf } from '../../errors.js';
import { PHLOW_VERSION } from '../../version.js';

/** The part of `@opentelemetry/api` that phlow uses; pass the package itself: `createHost({ openTelemetry: api })`. */
export interface OpenTelemetryApi {
  readonly trace: {
    getTracer(name: string, version?: string): Tracer;
    setSpanContext(context: unknown, spanContext: SpanContext): unknown;
  };
  readonly context: { active(): unknown };
}

interface Tracer {
  startSpan(
    name: string,
    options: { readonly kind: number; readonly attributes: Record<string, string> },
    context: unknown,
  ): Span;
}

interface Span {
  spanContext(): SpanContext;
  setAttribute(name: string, value: string): unknown;
  setStatus(status: { readonly code: number; readonly message: string }): unknown;
  end(): void;
}

interface SpanContext {
  traceId: string;
  spanId: string;
  traceFlags: number;
  isRemote?: boolean;
}

/** The span of one call. */
export interface CallSpan {
  /** Its W3C trace context, for the package. */
  readonly traceparent: string;
  /** @param error what the call was rejected with, if it was. */
  end(error: unknown): void;
}

/** OpenTelemetry's number for a span that asks somebody else, and the one for "failed". */
const CLIENT = 2;
const ERROR = 2;
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Makes one span per call through OpenTelemetry. */
export class CallTracer {
  readonly #api: OpenTelemetryApi;
  readonly #tracer: Tracer;

  constructor(api: OpenTelemetryApi) {
    this.#api = api;
    this.#tracer = api.trace.getTracer('phlow', PHLOW_VERSION);
  }

  /** Starts a span below `parent`, or else below the active span. */
  start(module: string, parent: string | undefined): CallSpan {
    const options = { kind: CLIENT, attributes: { 'phlow.module': module } };
    const span = this.#tracer.startSpan(`phlow.call ${module}`, options, this.#contextOf(parent));
    const { traceId, spanId, traceFlags } = span.spanContext();
    const flags = (traceFlags & 0xff).toString(16).padStart(2, '0');
    return {
      traceparent: `00-${traceId}-${spanId}-${flags}`,
      end: (error) => {
        if (error !== undefined) {
          if (isPhlowError(error)) span.setAttribute('phlow.code', error.code);
          span.setStatus({ code: ERROR, message: messageOf(error) });
        }
        span.end();
      },
    };
  }

  #contextOf(parent: string | undefined): unknown {
    const active = this.#api.context.active();
    const [, traceId, spanId, flags] = TRACEPARENT.exec(parent ?? '') ?? [];
    if (traceId === undefined || spanId === undefined || flags === undefined) return active;
    const traceFlags = Number.parseInt(flags, 16);
    return this.#api.trace.setSpanContext(active, { traceId, spanId, traceFlags, isRemote: true });
  }
}
