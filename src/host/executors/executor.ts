import type { PhlowError } from '../../errors.js';
import type { Inspection } from '../../wire/control.js';
import type { LogRecord } from '../../wire/log-record.js';
import type { Batch, Ready } from '../../wire/protocol.js';
import type { RecordWriter } from '../../wire/records/record-writer.js';

/** How a module's container ended. Reported exactly once, after everything that it had sent was handed on. */
export interface ExecutorExit {
  readonly reason: 'exited' | 'uncaught' | 'out_of_memory' | 'terminated' | 'violation';
  readonly exitCode: number | undefined;
  /** What was thrown, or why the host ended it. */
  readonly error: unknown;
  /** What to say of the limit of memory, where that was reached. */
  readonly memoryLimit?: string;
}

/** What happens to one of several equal threads, `place` counted from 1. */
export type ReplicaChange =
  | { readonly kind: 'ended'; readonly place: number; readonly exit: ExecutorExit }
  | { readonly kind: 'ready'; readonly place: number; readonly threadId: number };

/** What an executor reports to its owner. None of these may throw. */
export interface ExecutorEvents {
  batch(batch: Batch): void;
  log(record: LogRecord): void;
  /** This package has ended without a reply, and the executor stays up: one of several threads died, or the input could not cross to it. */
  rejected(id: number, error: PhlowError): void;
  /** This part does not answer although it should: finds out why, ends it, and resolves with the error to report. */
  hung(part: Part): Promise<PhlowError>;
  /** It does not keep to the protocol, and has to be ended for that. */
  broken(error: unknown): void;
  /** This many more of its threads or processes were ended and have not gone in time; fewer, when one has gone after all. */
  zombies(change: 1 | -1): void;
  /** One of its several threads has ended and is replaced, or the one in its place takes packages. */
  replica(change: ReplicaChange): void;
  exit(exit: ExecutorExit): void;
}

/** What can hang by itself: an executor as a whole, or one of its threads. */
export interface Part {
  /** The thread's id, where there is one. */
  readonly threadId: number | undefined;
  /** Resolves when its event loop turns; may never settle. */
  ping(): Promise<true>;
  /** For how long it has been ready to run without a core to run on, in milliseconds since its start; undefined where that is not known. */
  coreWaitMs?(): number | undefined;
  /** True while what it has sent waits to be read by the host: its answer may be among that. */
  isBehind?(): boolean;
  /** Ends it at once. Safe to call more than once. */
  terminate(error?: unknown): Promise<void>;
}

/** The figures of a container, read from its handle: they answer while its code spins. */
export interface ExecutorVitals {
  /** Share of the time since the last reading that the event loop was busy, 0 to 1. */
  readonly eventLoopUtilization: number;
  readonly heapUsedBytes: number | undefined;
  readonly cpuMs: number | undefined;
}

/**
 * Runs one instance of a module somewhere: in a thread, in a process, in the caller's own thread. One interface, so that nothing above
 * knows which. After `terminate` its `exit` follows.
 */
export interface Executor extends Part {
  /** Hands on what the module said of itself when it was ready. */
  onReady(ready: Ready): void;
  /** Starts the container. Called once. */
  start(events: ExecutorEvents): void;
  /** Sends a batch; throws when something in it cannot cross. */
  post(batch: Batch, transfer: readonly ArrayBuffer[]): void;
  /** Writes packages into memory that the module's thread reads, where it does. */
  readonly records?: RecordWriter;
  /**
   * Books milliseconds of the host's thread that an answer to the module has taken or will take; says how many milliseconds further work on it has to
   * pause. Absent where the code could cost the host as much without asking.
   */
  bookAnswer?(ms: number): number;
  /** How many events its module may have sent without their being handled; default: as many as one thread may. */
  readonly eventWindow?: number;
  inspect(): Promise<Inspection>;
  /** Runs a main module's own `drain`; absent where no main module runs. */
  drain?(): Promise<void>;
  /** Runs the module's own `stop`. */
  stop(): Promise<void>;
  vitals(): ExecutorVitals;
  /** Takes a fresh look where that needs waiting (heap, CPU); ends within a second whatever the container does. */
  sample(): Promise<ExecutorVitals>;
  /** Where there are several threads: the one that has this package. */
  partOf?(id: number): Part | undefined;
  /** Where there are several threads: those that were busy for more than `share` of the time at the last look, with a package from before `at`. */
  partsBusySince?(at: number, share: number): readonly Part[];
}
