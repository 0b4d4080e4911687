import type { JsonSchema } from '../../manifest/dialect.js';
import type { Manifest } from '../../manifest/manifest.js';
import { DEFAULT_HANG_REPORT, type HangReportOptions } from '../diagnostics/hang-inspection.js';
import type { HostEvents } from '../host-events.js';
import type { Hops } from '../call/call-contexts.js';
import { DEFAULT_LOG_RATE, type LogRate } from '../log/log-gate.js';
import type { LogLine } from '../log/log-line.js';
import {
  type LoadOptions,
  type RecyclePolicy,
  DEFAULT_REDELIVER,
  type RedeliverOptions,
  DEFAULT_RESTART,
  type RestartPolicy,
} from '../module-types.js';
import type { Ticker } from '../ticker.js';
import type { Telemetry } from '../call/telemetry.js';
import type { Version } from './version.js';

/** Milliseconds that the host gives a module for what it has to do, where neither its owner nor its manifest says otherwise. */
export const DEFAULT_TIMES = Object.freeze({
  /** From start to "ready". */
  loadMs: 10_000,
  /** For packages in flight when the module is to end. */
  drainMs: 5_000,
  /** For the module's own `stop`, and for a blocked event loop when the module is to end. */
  stopMs: 2_000,
  /** To show that its event loop turns. */
  graceMs: 250,
  /** To go once it was ended. */
  terminateMs: 5_000,
  /** The same in a compartment, whose code is not trusted. */
  terminateGuestMs: 2_000,
  /** For a blocked event loop with packages in flight. */
  hangMs: 30_000,
  /** Code of others gets less: nobody waits long for a loop without an end. */
  hangGuestMs: 5_000,
});

const MAX_IN_FLIGHT = 1_000;
const MAX_WAITING = 1_000;

/** What a loaded module is made of. */
export interface ModuleOptions {
  readonly name: string;
  readonly version: Version;
  readonly hops: Hops;
  readonly loadTimeoutMs: number;
  readonly drainTimeoutMs: number;
  readonly stopTimeoutMs: number;
  readonly callTimeoutMs: number | undefined;
  readonly maxInFlight: number;
  readonly whenFull: 'reject' | 'wait';
  readonly maxWaiting: number;
  readonly restart: RestartPolicy;
  /** Of the manifest: names what of an input is a secret. */
  readonly inputSchema: JsonSchema | undefined;
  readonly redeliver: RedeliverOptions | undefined;
  readonly terminateTimeoutMs: number;
  readonly recycle: RecyclePolicy;
  readonly idleStopMs: number | undefined;
  readonly hangTimeoutMs: number;
  readonly graceMs: number;
  readonly hangReport: HangReportOptions | undefined;
  readonly logRate: LogRate;
  readonly clock: LoadOptions['clock'];
  readonly dispatch: LoadOptions['dispatch'] | undefined;
  readonly describe: LoadOptions['describe'];
  readonly log: (line: LogLine) => void;
  readonly events: HostEvents;
  readonly ticker: Ticker;
  readonly telemetry: Telemetry;
  /** Called when the name is free again. */
  readonly onStopped: () => void;
}

/** The part of a module's options that the caller and the manifest decide: the caller's word, else the manifest's, else the default. */
export type Behaviour = Omit<
  ModuleOptions,
  'name' | 'version' | 'hops' | 'log' | 'events' | 'ticker' | 'telemetry' | 'onStopped'
>;

/** Reads the behaviour of a module from what the caller and its manifest say. */
export function behaviourOf(options: LoadOptions, manifest: Manifest): Behaviour {
  const stopTimeoutMs = options.stopTimeoutMs ?? manifest.timeouts.stopMs;
  return {
    loadTimeoutMs: options.loadTimeoutMs ?? manifest.timeouts.loadMs ?? DEFAULT_TIMES.loadMs,
    stopTimeoutMs: stopTimeoutMs ?? DEFAULT_TIMES.stopMs,
    drainTimeoutMs: options.drainTimeoutMs ?? stopTimeoutMs ?? DEFAULT_TIMES.drainMs,
    callTimeoutMs: options.callTimeoutMs ?? manifest.timeouts.callMs,
    maxInFlight: options.maxInFlight ?? MAX_IN_FLIGHT,
    whenFull: options.whenFull ?? 'reject',
    maxWaiting: options.maxWaiting ?? MAX_WAITING,
    restart: restartOf(options.restart),
    inputSchema: manifest.input,
    redeliver: redeliverOf(options.redeliver),
    terminateTimeoutMs: options.terminateTimeoutMs ?? DEFAULT_TIMES.terminateMs,
    recycle: options.recycle ?? {},
    idleStopMs: options.idleStopMs,
    hangTimeoutMs: options.hangTimeoutMs ?? DEFAULT_TIMES.hangMs,
    graceMs: options.graceMs ?? DEFAULT_TIMES.graceMs,
    hangReport: hangReportOf(options.hangReport),
    logRate: options.logRate ?? DEFAULT_LOG_RATE,
    clock: options.clock,
    dispatch: options.dispatch,
    describe: options.describe,
  };
}

function restartOf(restart: LoadOptions['restart']): RestartPolicy {
  return { ...DEFAULT_RESTART, ...(typeof restart === 'string' ? { when: restart } : restart) };
}

function hangReportOf(hangReport: LoadOptions['hangReport']): HangReportOptions | undefined {
  if (hangReport === false) return undefined;
  return {
    ...DEFAULT_HANG_REPORT,
    locals: mayDisclose(),
    ...(typeof hangReport === 'object' ? hangReport : {}),
  };
}

function redeliverOf(redeliver: LoadOptions['redeliver']): RedeliverOptions | undefined {
  if (redeliver === undefined || redeliver === false) return undefined;
  return {
    ...DEFAULT_REDELIVER,
    contents: mayDisclose(),
    ...(typeof redeliver === 'object' ? redeliver : {}),
  };
}

/** Values that a module handles can hold secrets: in production they are shown only on request. */
function mayDisclose(): boolean {
  return process.env['NODE_ENV'] !== 'production';
}
