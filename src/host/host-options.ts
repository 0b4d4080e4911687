import type { CapabilityUse } from '../sandbox/broker/broker.js';
import type { LogLevel } from '../wire/log-record.js';
import type { OpenTelemetryApi } from './call/call-tracer.js';
import type { ApplicationFunctions } from './function-types.js';
import type { IsolationOptions } from './isolation-options.js';
import type { CallSignal, ReadinessCheck } from './module-types.js';
import type { LogSink } from './log/log-sink.js';

/** How a host behaves; everything is optional. */
export interface HostOptions {
  /** Lowest level that is written; default: the `PHLOW_LOG` variable, else `info`. */
  readonly logLevel?: LogLevel | 'off';
  /** Where log lines go; default: standard error, pretty on a terminal, JSON otherwise. */
  readonly log?: LogSink;
  /**
   * Whether a locked container waits for the next sandboxed or isolated module once there has been one of its kind: that one then starts in
   * milliseconds. Default true.
   */
  readonly warmPool?: boolean;
  /** The `@opentelemetry/api` package: each call becomes a span, whose trace context goes along with the package. Default: no spans. */
  readonly openTelemetry?: OpenTelemetryApi;
  /**
   * Functions of the application that modules and flows may call like modules, by name; see `host.provide`. A function with options is an object with the
   * function as its `handler`.
   */
  readonly functions?: ApplicationFunctions;
  /** Called for every capability that a module uses through the host, or tries to use. What it throws ends nothing and is logged once. */
  readonly onCapability?: (use: CapabilityUse & { readonly module: string }) => void;
}

/** What a hot swap changes. */
export interface ReplaceOptions extends IsolationOptions {
  /** Where the new version is; default: where the module was loaded from. */
  readonly module?: string;
  /** The new settings; default: the present ones. */
  readonly with?: unknown;
  /** Calls the new version before it gets packages; when this rejects, the old version stays up. */
  readonly check?: ReadinessCheck;
  /** Gives the replacement up until the new version has the packages: it rejects with PHLOW_LOAD_CANCELLED, and the old version stays up. */
  readonly signal?: CallSignal | undefined;
}
