import { PhlowError } from '../errors.js';
import { AS, readOptions, type Rules } from '../options.js';
import { MAX_REPLY_BYTES, type ModuleLimits } from '../sandbox/limits.js';
import type { Value } from '../values.js';
import { visibleLine } from '../visible-text.js';
import type { HangReportOptions } from './diagnostics/hang-inspection.js';
import { Faults } from './executors/faults.js';
import type { AnyFunctionOptions } from './function-types.js';
import type { HostOptions, ReplaceOptions, ServeOptions } from './host-options.js';
import type { IsolationOptions } from './isolation-options.js';
import type { LogRate } from './log/log-gate.js';
import type {
  CallOptions,
  LoadOptions,
  RecyclePolicy,
  RedeliverOptions,
  RestartPolicy,
  LoadEntry,
} from './module-types.js';

const HOST_OPTIONS: Rules<HostOptions> = {
  logLevel: AS.oneOf('trace', 'debug', 'info', 'warn', 'error', 'off'),
  log: AS.callback,
  warmPool: AS.yesOrNo,
  openTelemetry: AS.object,
  // Each is looked at by itself.
  functions: AS.object,
  onCapability: AS.callback,
  // Its members are read when there is something to connect for.
  nats: AS.either(AS.text, AS.object),
};

const SERVE_OPTIONS: Rules<ServeOptions> = { as: AS.text };

const FUNCTION_OPTIONS: Rules<AnyFunctionOptions> = {
  description: AS.text,
  // Validators may be functions.
  input: AS.either(AS.object, AS.callback),
  output: AS.either(AS.object, AS.callback),
  parameters: AS.texts,
  concurrency: AS.count(1),
  callTimeoutMs: AS.milliseconds,
  drainTimeoutMs: AS.milliseconds,
  maxInFlight: AS.count(1),
  maxWaiting: AS.count(0),
  whenFull: AS.oneOf('reject', 'wait'),
};

export const CALL_OPTIONS: Rules<CallOptions> = {
  payload: AS.given,
  signal: AS.signal,
  timeoutMs: AS.milliseconds,
  transfer: AS.list,
  items: AS.items,
  traceparent: AS.text,
  priority: AS.oneOf('high', 'normal', 'low'),
};

const LIMITS: Rules<ModuleLimits> = {
  memoryBytes: AS.number(1, Number.MAX_SAFE_INTEGER),
  callMs: AS.milliseconds,
  cpuMsPerSecond: AS.number(1),
  replyBytes: AS.number(1, MAX_REPLY_BYTES),
  logBytesPerSecond: AS.number(0),
  messagesPerSecond: AS.number(1),
  bytesPerSecond: AS.number(1),
  hostMsPerSecond: AS.number(1),
  depth: AS.number(1),
  lifetimeCpuSeconds: AS.number(1, Number.MAX_SAFE_INTEGER),
};

export const ISOLATION_OPTIONS: Rules<IsolationOptions> = {
  // Levels, and what a module may do, are read by those who know the words.
  isolation: AS.given,
  grant: AS.given,
  grantPlace: AS.object,
  permissions: AS.object,
  jail: AS.optionsOr({ command: AS.texts }, AS.oneOf('off', 'auto', 'required')),
  installRoots: AS.texts,
  limits: AS.options(LIMITS),
  onPermissionUse: AS.callback,
};

const REPLACE_OPTIONS: Rules<ReplaceOptions> = {
  ...ISOLATION_OPTIONS,
  module: AS.text,
  with: AS.given,
  check: AS.callback,
  signal: AS.signal,
};

const RESTART: Rules<RestartPolicy> = {
  when: AS.oneOf('always', 'on_crash', 'never'),
  backoffMs: AS.milliseconds,
  maxBackoffMs: AS.milliseconds,
  jitter: AS.number(0, 1),
  maxRestarts: AS.count(0),
  windowMs: AS.milliseconds,
  coolDownMs: AS.milliseconds,
};

const REDELIVER: Rules<RedeliverOptions> = {
  turnMs: AS.milliseconds,
  contents: AS.yesOrNo,
  redact: AS.pattern,
};

const RECYCLE: Rules<RecyclePolicy> = {
  afterPackages: AS.count(1),
  afterMs: AS.milliseconds,
  heapBytes: AS.number(1),
};

const HANG_REPORT: Rules<HangReportOptions> = {
  locals: AS.yesOrNo,
  redact: AS.pattern,
  timeoutMs: AS.milliseconds,
};

const LOG_RATE: Rules<LogRate> = { linesPerSecond: AS.number(0), burst: AS.number(0) };

const LOAD_OPTIONS: Rules<LoadOptions> = {
  ...ISOLATION_OPTIONS,
  // What a name may be is said where names are read.
  name: AS.given,
  with: AS.given,
  baseDir: AS.text,
  clock: AS.oneOf('real', 'manual'),
  dispatch: AS.callback,
  describe: AS.callback,
  // Its members are used one by one.
  terminal: AS.object,
  loadTimeoutMs: AS.milliseconds,
  signal: AS.signal,
  callTimeoutMs: AS.milliseconds,
  drainTimeoutMs: AS.milliseconds,
  stopTimeoutMs: AS.milliseconds,
  maxInFlight: AS.count(1),
  whenFull: AS.oneOf('reject', 'wait'),
  maxWaiting: AS.count(0),
  checkOutput: AS.yesOrNo,
  restart: AS.optionsOr(RESTART, RESTART.when),
  redeliver: AS.optionsOr(REDELIVER, AS.yesOrNo),
  terminateTimeoutMs: AS.milliseconds,
  recycle: AS.options(RECYCLE),
  idleStopMs: AS.milliseconds,
  hangTimeoutMs: AS.milliseconds,
  graceMs: AS.milliseconds,
  hangReport: AS.optionsOr(HANG_REPORT, AS.yesOrNo),
  logRate: AS.options(LOG_RATE),
  busyPollUs: AS.number(0, 1_000),
  replicas: AS.either(AS.count(1), AS.oneOf('auto')),
  affinity: AS.text,
  maxHeapMb: AS.number(1, Number.MAX_SAFE_INTEGER),
  program: AS.object,
  fakes: AS.functions,
  faults: AS.instanceOf(Faults, 'Faults of phlow/testing'),
};

const LOAD_ENTRY: Rules<LoadEntry> = {
  ...LOAD_OPTIONS,
  module: AS.text,
  after: AS.texts,
  optional: AS.yesOrNo,
};

/** Which of the packages that wait are meant; without a word all of them. */
export interface PendingFilter {
  readonly module?: string;
  readonly input?: (input: Value) => boolean;
}

const PENDING_FILTER: Rules<PendingFilter> = { module: AS.text, input: AS.callback };

// Each of these throws PHLOW_OPTION_INVALID.

export function readHostOptions(options: HostOptions | undefined): HostOptions {
  return readOptions('Cannot open a host', options, HOST_OPTIONS);
}

export function readFunctionOptions(
  name: unknown,
  handler: unknown,
  options: AnyFunctionOptions | undefined,
): AnyFunctionOptions {
  const attempt = `Cannot provide function "${visibleLine(String(name).slice(0, 80))}"`;
  const refuse = (why: string): never => {
    throw new PhlowError('PHLOW_OPTION_INVALID', `${attempt}: ${why}`, { details: { module: name } });
  };
  if (typeof name !== 'string') refuse(`its name must be text, found ${typeof name}`);
  if (typeof handler !== 'function') refuse(`it must be a function, found ${typeof handler}`);
  return readOptions(attempt, options, FUNCTION_OPTIONS, { module: name });
}

export function readLoadOptions(module: string, options: LoadOptions | undefined): LoadOptions {
  return readOptions(`Cannot load module "${visibleLine(module)}"`, options, LOAD_OPTIONS, { module });
}

export function readLoadEntry(entry: LoadEntry, index: number): LoadEntry {
  return readOptions(`Cannot load module ${index + 1} of a list`, entry, LOAD_ENTRY);
}

export function readReplaceOptions(module: string, options: ReplaceOptions | undefined): ReplaceOptions {
  return readOptions(`Cannot replace module "${visibleLine(module)}"`, options, REPLACE_OPTIONS, { module });
}

export function readServeOptions(module: string, options: ServeOptions | undefined): ServeOptions {
  return readOptions(`Cannot serve module "${visibleLine(module)}"`, options, SERVE_OPTIONS, { module });
}

export function readFilter(filter: PendingFilter | undefined): PendingFilter {
  return readOptions('Cannot cancel what waits', filter, PENDING_FILTER);
}
