import type { IsolationLevel } from '../../manifest/isolation.js';
import type { SettledJail } from '../../sandbox/jail.js';
import type { DeadLetter } from '../diagnostics/dead-letters.js';
import type { Executor } from '../executors/executor.js';
import type { ModuleState, Circuit } from '../module-types.js';
import type { LoadedModule } from './loaded-module.js';
import { within } from '../waiting.js';

/** The usual figures of many durations, in microseconds. */
export interface Durations {
  readonly count: number;
  readonly sumUs: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly p999Us: number;
  readonly maxUs: number;
}

/** What a module is doing and what it has cost. Plain data; the figures of a thread are read from its handle, so they answer while it spins. */
export interface ModuleInspection {
  readonly module: string;
  readonly state: ModuleState;
  readonly level: IsolationLevel;
  /** What its process is put into: bubblewrap, namespaces without it, a command of the owner's, or nothing; undefined where it has no process of its own. */
  readonly jail: SettledJail['kind'] | undefined;
  /** The id of its thread; undefined where it runs elsewhere or not at all. */
  readonly threadId: number | undefined;
  /** Milliseconds since the present instance was started; 0 when none is up. */
  readonly uptimeMs: number;
  /** How often it was started again since it was loaded. */
  readonly restarts: number;
  /** Whether it is trusted to stay up, see `restart.coolDownMs`. */
  readonly circuit: Circuit;
  /** Packages answered, over all instances. */
  readonly packages: number;
  /** Packages that ended with an error. */
  readonly failures: number;
  /** Packages that the module has now. */
  readonly inFlight: number;
  /** Packages that wait for room or for a restart. */
  readonly waiting: number;
  /** From posting a package to its reply. */
  readonly roundTrip: Durations;
  /** In the host's admission queue. */
  readonly queue: Durations;
  /** Share of time that the event loop was busy since the last look, 0 to 1. */
  readonly eventLoopUtilization: number;
  /** CPU milliseconds over all instances; undefined where the platform does not report it. */
  readonly cpuMs: number | undefined;
  /** Bytes of heap in use; undefined where that is not known. */
  readonly heapUsedBytes: number | undefined;
  /** Threads and processes that were ended and have not gone in time: inside native code, most likely. */
  readonly zombies: number;
  /** Packages that were put aside, see `redeliver`. */
  readonly quarantined: number;
  /** The last of them, at most 20. */
  readonly deadLetters: readonly DeadLetter[];
  /** Log lines that were cut. */
  readonly cutLines: number;
  /** Events that the module has emitted and the host has handled. */
  readonly events: number;
  /** Events that were dropped: too many at once, or with data that break the manifest. */
  readonly droppedEvents: number;
}

/** All modules of a host. */
export interface HostInspection {
  /** When this was read, in ISO 8601. */
  readonly at: string;
  /** Log lines that could not be written: the `log` function failed, or standard error did. */
  readonly lostLogLines: number;
  readonly modules: readonly ModuleInspection[];
}

const ANSWER_MS = 250;

/** Reads the figures of one module. */
export async function inspectModule(loaded: LoadedModule): Promise<ModuleInspection> {
  const { metrics, instance } = loaded;
  const isUp = loaded.state === 'ready' || loaded.state === 'draining';
  const executor = isUp ? instance?.executor : undefined;
  const vitals = await executor?.sample();
  const cpuMs = loaded.cpuMs(vitals?.cpuMs);
  return {
    module: loaded.name,
    state: loaded.state,
    level: loaded.level,
    jail: loaded.jail,
    threadId: loaded.threadId,
    uptimeMs: executor === undefined || instance === undefined ? 0 : performance.now() - instance.startedAt,
    restarts: loaded.restarts.count + metrics.replicaRestarts,
    circuit: loaded.restarts.circuit,
    packages: metrics.packages,
    failures: metrics.failures,
    inFlight: instance?.inFlight ?? 0,
    waiting: loaded.waiting,
    roundTrip: metrics.roundTrip.summary(),
    queue: metrics.queue.summary(),
    eventLoopUtilization: vitals?.eventLoopUtilization ?? 0,
    cpuMs,
    heapUsedBytes: vitals?.heapUsedBytes ?? (await heapOf(loaded.level, executor)),
    zombies: metrics.zombies,
    quarantined: loaded.deadLetters?.count ?? 0,
    deadLetters: loaded.deadLetters?.kept ?? [],
    cutLines: metrics.cutLines,
    events: metrics.events,
    droppedEvents: metrics.droppedEvents,
  };
}

/** Node 20 does not expose a thread's heap to other threads, so the thread is asked; without an answer the figure stays unknown. */
async function heapOf(level: IsolationLevel, executor: Executor | undefined): Promise<number | undefined> {
  // In the caller's thread, the heap is not the module's.
  if (executor === undefined || level === 'inline') return undefined;
  try {
    const { heapUsedBytes } = await within(
      ANSWER_MS,
      executor.inspect(),
      'PHLOW_CALL_TIMED_OUT',
      'no figures',
    );
    return heapUsedBytes;
  } catch {
    return undefined;
  }
}
