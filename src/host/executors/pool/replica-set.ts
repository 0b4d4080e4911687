import { type Worker, MessagePort } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import { PhlowError } from '../../../errors.js';
import { piscina } from '../../../piscina-package.js';
import type { Ready } from '../../../wire/protocol.js';
import type { ExecutorExit, ExecutorVitals, ReplicaChange } from '../executor.js';
import { isDoneWithin } from '../../waiting.js';
import { startFile } from '../own-folders.js';
import { causeOf } from '../read-posted.js';
import type { ThreadSpec } from '../thread-executor.js';
import { Replica, type ReplicaEvents, type ReplicaOptions } from './replica.js';
import { isMap } from '../../../values.js';
import type { ReplicaPorts } from '../../../wire/boot-data.js';

/** The figures of several threads as those of one: the busiest event loop, heap and CPU together; undefined is what none of them reports. */
function aggregateVitals(all: readonly ExecutorVitals[], pastCpuMs: number): ExecutorVitals {
  const cpuMs = total(all.map((one) => one.cpuMs));
  return {
    eventLoopUtilization: Math.max(0, ...all.map((one) => one.eventLoopUtilization)),
    heapUsedBytes: total(all.map((one) => one.heapUsedBytes)),
    // What ended threads have used still counts, also while no thread is there to report more.
    cpuMs: cpuMs === undefined && pastCpuMs === 0 ? undefined : (cpuMs ?? 0) + pastCpuMs,
  };
}

function total(figures: readonly (number | undefined)[]): number | undefined {
  const known = figures.filter((figure) => figure !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, figure) => sum + figure, 0);
}

/** Reads what a replica's thread posts when it is born; undefined for anything else. */
function readAnnouncement(
  message: unknown,
): { readonly threadId: number; readonly ports: ReplicaPorts<MessagePort> } | undefined {
  if (!isMap(message) || typeof message['replica'] !== 'number' || !isMap(message['ports'])) return undefined;
  const { data, control, log } = message['ports'];
  if (!(data instanceof MessagePort && control instanceof MessagePort && log instanceof MessagePort))
    return undefined;
  return { threadId: message['replica'], ports: { data, control, log } };
}

/** What a replica set is to be. */
export interface ReplicaSetSpec extends ThreadSpec {
  readonly replicas: number;
  readonly terminateTimeoutMs: number;
}

/** What a replica set reports to its pool, besides what its replicas report. */
export interface ReplicaSetEvents extends Omit<ReplicaEvents, 'exit' | 'gone'> {
  /** All are ready for the first time. */
  ready(ready: Ready): void;
  /** One has ended; its packages have to be rejected. */
  lost(replica: Replica, exit: ExecutorExit): void;
  replica(change: ReplicaChange): void;
  /** All have ended. */
  ended(exit: ExecutorExit): void;
}

const REPLICA_FILE = startFile('replica.bundle.cjs');
/** More exits of replicas than this for each of them within the window, and the module as a whole is ended: its restart policy decides. */
const EXITS_EACH = 5;
const EXITS_WINDOW_MS = 60_000;

/**
 * The equal threads of a module. Piscina starts them and replaces those that end; it runs no tasks, since a task of its own for each package
 * costs more than the package does on our wire.
 */
export class ReplicaSet {
  readonly #replicas = new Map<number, Replica>();
  readonly #module: string;
  readonly #size: number;
  readonly #replicaOptions: ReplicaOptions;
  /** Threads that were ended and have not gone: Piscina replaces them when they do. */
  readonly #zombies = new Set<Worker>();
  readonly #events: ReplicaSetEvents;
  readonly #pool: Piscina;
  #isReady = false;
  #end: Promise<void> | undefined;
  #exits: number[] = [];
  #pastCpuMs = 0;

  constructor(spec: ReplicaSetSpec, events: ReplicaSetEvents) {
    const { boot, maxHeapMb, options, replicas: size } = spec;
    this.#module = boot.name;
    this.#size = size;
    this.#replicaOptions = {
      terminateTimeoutMs: spec.terminateTimeoutMs,
      isGuarded: boot.guard !== undefined,
    };
    this.#events = events;
    this.#pool = new (piscina().Piscina)({
      ...(options.env === undefined ? {} : { env: options.env }),
      ...(options.argv === undefined ? {} : { argv: options.argv as string[] }),
      ...(options.execArgv === undefined ? {} : { execArgv: options.execArgv }),
      ...(maxHeapMb === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: maxHeapMb } }),
      filename: REPLICA_FILE,
      workerData: boot,
      minThreads: size,
      maxThreads: size,
      // The default blocks an idle thread's event loop: its timers and ports would go deaf.
      atomics: 'disabled',
      recordTiming: false,
    });
    // Without a listener an error event would end the host; the thread's exit reports its end.
    this.#pool.on('error', () => undefined);
    this.#pool.on('message', (message: unknown) => this.#onAnnouncement(message));
    this.#adopt();
  }

  get replicas(): Iterable<Replica> {
    return this.#replicas.values();
  }

  /** True from the first request to end on. */
  get isEnding(): boolean {
    return this.#end !== undefined;
  }

  /** A thread has reported that it takes packages, or, with undefined, that the module could not be loaded in it. */
  onReady(replica: Replica, ready: Ready | undefined): boolean {
    if (ready === undefined) {
      if (this.#isReady) void replica.terminate(failedError(this.#module));
      return this.#isReady;
    }
    replica.vitals.osThreadId = ready.osThreadId;
    replica.isReady = true;
    if (this.#isReady)
      this.#events.replica({ kind: 'ready', place: replica.place + 1, threadId: replica.threadId });
    const all = [...this.#replicas.values()];
    if (!this.#isReady && all.length === this.#size && all.every(({ isReady }) => isReady)) {
      this.#isReady = true;
      this.#events.ready({ ...ready, osThreadId: undefined });
    }
    return this.#isReady;
  }

  vitals(): ExecutorVitals {
    return aggregateVitals(
      [...this.#replicas.values()].map(({ vitals }) => vitals.now()),
      this.#pastCpuMs,
    );
  }

  async sample(): Promise<ExecutorVitals> {
    const all = await Promise.all([...this.#replicas.values()].map(({ vitals }) => vitals.sample()));
    return aggregateVitals(all, this.#pastCpuMs);
  }

  /** Ends all threads; reported once. */
  end(exit: ExecutorExit): Promise<void> {
    this.#end ??= this.#endAll(exit);
    return this.#end;
  }

  async #endAll(exit: ExecutorExit): Promise<void> {
    // Settles when all have exited, which may never happen: each thread has its time to exit and is left behind after that.
    const destroyed = this.#pool.destroy().catch(() => undefined);
    await Promise.all([...this.#replicas.values()].map((replica) => replica.terminate(exit.error)));
    if (this.#zombies.size === 0) await isDoneWithin(this.#replicaOptions.terminateTimeoutMs, destroyed);
    this.#pool.removeAllListeners();
    this.#events.ended(exit);
  }

  /** Takes up threads that Piscina has started. */
  #adopt(): void {
    const known = new Set([...this.#replicas.values()].map(({ worker }) => worker));
    for (const worker of this.#pool.threads) {
      if (known.has(worker) || this.#zombies.has(worker) || this.#replicas.size === this.#size) continue;
      let place = 0;
      while (this.#replicas.has(place)) place++;
      const events: ReplicaEvents = {
        ...this.#events,
        exit: (from, how) => this.#onExit(from, how),
        gone: (from) => this.#onGone(from),
      };
      this.#replicas.set(place, new Replica(worker, place, this.#replicaOptions, events));
    }
  }

  #onAnnouncement(message: unknown): void {
    const { threadId, ports } = readAnnouncement(message) ?? {};
    for (const replica of this.#replicas.values()) {
      if (ports !== undefined && replica.worker.threadId === threadId && replica.isNew)
        replica.connect(ports);
    }
  }

  /** The thread of a zombie has gone, and Piscina has started another one. */
  #onGone(replica: Replica): void {
    this.#zombies.delete(replica.worker);
    if (!this.isEnding) this.#adopt();
  }

  #onExit(replica: Replica, exit: ExecutorExit): void {
    if (replica.isZombie) this.#zombies.add(replica.worker);
    if (this.isEnding) return;
    this.#pastCpuMs += replica.vitals.now().cpuMs ?? 0;
    this.#replicas.delete(replica.place);
    this.#adopt();
    const now = performance.now();
    this.#exits = [...this.#exits.filter((at) => now - at < EXITS_WINDOW_MS), now];
    // One that never was ready will not be the next time either; and Piscina gives up at times: packages would wait for nobody.
    const isFull = this.#replicas.size + this.#zombies.size === this.#size && this.#replicas.size > 0;
    const isAlive = this.#isReady && replica.isReady && isFull;
    if (!isAlive || this.#exits.length > EXITS_EACH * this.#size) {
      // First, so that a caller who learns of a lost package finds a pool that is ending, not one that is ready.
      void this.end(exit);
      this.#events.lost(replica, exit);
      return;
    }
    this.#events.lost(replica, exit);
    this.#events.replica({ kind: 'ended', place: replica.place + 1, exit });
    const next = replica.isZombie ? 'has not exited in time, the others stay up' : 'ended and is replaced';
    const message = `replica ${replica.place + 1} of ${this.#size} ${next}: ${causeOf(exit)}`;
    this.#events.log({ level: 'error', time: Date.now(), message, fields: undefined });
  }
}

function failedError(module: string): PhlowError {
  const message = `Cannot load module "${module}" in the place of a replica that ended; its log says why`;
  return new PhlowError('PHLOW_LOAD_FAILED', message, { details: { module } });
}
