import type { PhlowError } from '../../errors.js';
import type { LogRecord } from '../../wire/log-record.js';
import type { Crossing } from '../../wire/outbox.js';
import type { HostRequestEvents } from '../call/host-requests.js';
import type { Lost } from '../diagnostics/exit-report.js';
import type { ModuleMetrics } from '../diagnostics/module-metrics.js';
import type { ExecutorExit, Part, ReplicaChange } from '../executors/executor.js';

/** What an instance reports to its module. */
export interface InstanceEvents extends HostRequestEvents {
  log(record: LogRecord): void;
  mainEnded(error: PhlowError | undefined): void;
  /** Replies have come in: there may be room for packages that wait. */
  replied(): void;
  /** This event loop is blocked and a package is overdue: find out why, end it, and resolve with the error to report. */
  hung(part: Part): Promise<PhlowError>;
  /** One of several threads has ended, and another takes its place, or that one takes packages. */
  replica(change: ReplicaChange): void;
  ended(exit: ExecutorExit, lost: Lost): void;
}

/** What an instance knows about its module. */
export interface InstanceOptions {
  readonly name: string;
  readonly metrics: ModuleMetrics;
  /** How long the module may take to show that its event loop turns, after a package was not answered in time. */
  readonly graceMs: number;
  /** How long the executor may take to go once it was ended. */
  readonly terminateTimeoutMs: number;
  readonly crossing: Crossing;
}
