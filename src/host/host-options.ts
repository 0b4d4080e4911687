import type { CapabilityUse } from '../sandbox/broker/broker.js';
import type { NatsOptions } from '../nats/nats-options.js';
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
  /**
   * The NATS server by which modules of other hosts are reached (`host.load('nats:NAME')`) and modules of this one are served (`host.serve`); connected to when
   * that is first needed. Default: `PHLOW_NATS`, with `PHLOW_NATS_TOKEN` or `PHLOW_NATS_USER` and `PHLOW_NATS_PASSWORD`. Needs the package
   * `@nats-io/transport-node`.
   */
  readonly nats?: string | NatsOptions;
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

/** How a module is offered to other hosts. */
export interface ServeOptions {
  /** The name of the service, 1 to 64 letters, digits, "_" and "-"; default: the instance's name. */
  readonly as?: string;
}

/** A module that other hosts can call. */
export interface ServedModule {
  /** The name of the service: others load it as `nats:NAME`. */
  readonly service: string;
  /** Names this host among all that serve it. */
  readonly instance: string;
  /** Calls of other hosts that are not answered. */
  readonly inFlight: number;
  /**
   * Takes no more calls, lets those that are here finish within `graceMs`, and cancels what is left: resolves with how many calls that were. The module
   * stays loaded.
   */
  close(graceMs: number): Promise<number>;
}
