import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { Ready } from '../../wire/protocol.js';
import { DEFAULT_TIMES } from '../default-times.js';
import type { ExecutorExit, ExecutorVitals } from '../executor.js';
import { isDoneWithin } from '../is-done-within.js';
import { causeOf } from '../read-posted.js';
import type { ThreadSpec } from '../thread-executor.js';
import { readAnnouncement } from './read-announcement.js';
import { Replica, type ReplicaEvents } from './replica.js';
import { sumVitals } from './sum-vitals.js';

/** What a crew tells the pool that it works for, besides what its replicas do. */
export interface CrewEvents extends Omit<ReplicaEvents, 'exit'> {
  /** All are ready for the first time. */
  ready(ready: Ready): void;
  /** One has ended; its packages are to be told. */
  lost(replica: Replica, exit: ExecutorExit): void;
  /** All have ended. */
  ended(exit: ExecutorExit): void;
}

const REPLICA_FILE = fileURLToPath(new URL('../../../workers/replica.bundle.cjs', import.meta.url));
/** More deaths of replicas than this for each of them within the window, and the module as a whole is ended: its restart policy decides. */
const DEATHS_EACH = 5;
const DEATHS_WINDOW_MS = 60_000;

/**
 * The equal threads of a module. Piscina starts them and replaces those that end; it runs no tasks, since a task of its own for each package
 * costs more than the package does on our wire.
 */
export class Crew {
  readonly #replicas = new Map<number, Replica>();
  readonly #size: number;
  readonly #events: CrewEvents;
  readonly #pool: Piscina;
  #isReady = false;
  #end: Promise<void> | undefined;
  #deaths: number[] = [];
  #pastCpuMs = 0;

  constructor({ boot, maxHeapMb, options }: ThreadSpec, size: number, events: CrewEvents) {
    this.#size = size;
    this.#events = events;
    this.#pool = new Piscina({
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
    // Without a listener an error event would end the host; the thread's own end is told by its exit.
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

  /** A thread has told that it takes packages, or, with undefined, that the module could not be loaded in it. */
  noteReady(replica: Replica, ready: Ready | undefined): boolean {
    if (ready === undefined) {
      if (this.#isReady) void replica.terminate(new Error('a replacement could not be loaded'));
      return this.#isReady;
    }
    replica.vitals.osThreadId = ready.osThreadId;
    replica.isReady = true;
    const all = [...this.#replicas.values()];
    if (!this.#isReady && all.length === this.#size && all.every(({ isReady }) => isReady)) {
      this.#isReady = true;
      this.#events.ready({ ...ready, osThreadId: undefined });
    }
    return this.#isReady;
  }

  vitals(): ExecutorVitals {
    return sumVitals(
      [...this.#replicas.values()].map(({ vitals }) => vitals.now()),
      this.#pastCpuMs,
    );
  }

  async sample(): Promise<ExecutorVitals> {
    const all = await Promise.all([...this.#replicas.values()].map(({ vitals }) => vitals.sample()));
    return sumVitals(all, this.#pastCpuMs);
  }

  /** Ends all threads; told once. */
  end(exit: ExecutorExit): Promise<void> {
    this.#end ??= this.#endAll(exit);
    return this.#end;
  }

  async #endAll(exit: ExecutorExit): Promise<void> {
    // A thread that does not go in time is left behind.
    await isDoneWithin(DEFAULT_TIMES.terminateMs, this.#pool.destroy());
    this.#pool.removeAllListeners();
    this.#events.ended(exit);
  }

  /** Takes up threads that Piscina has started. */
  #adopt(): void {
    const known = new Set([...this.#replicas.values()].map(({ worker }) => worker));
    for (const worker of this.#pool.threads) {
      if (known.has(worker) || this.#replicas.size === this.#size) continue;
      let place = 0;
      while (this.#replicas.has(place)) place++;
      const exit = (from: Replica, how: ExecutorExit): void => this.#onExit(from, how);
      this.#replicas.set(place, new Replica(worker, place, { ...this.#events, exit }));
    }
  }

  #onAnnouncement(message: unknown): void {
    const { threadId, ports } = readAnnouncement(message) ?? {};
    for (const replica of this.#replicas.values()) {
      if (ports !== undefined && replica.worker.threadId === threadId && replica.isNew)
        replica.connect(ports);
    }
  }

  #onExit(replica: Replica, exit: ExecutorExit): void {
    if (this.isEnding) return;
    this.#pastCpuMs += replica.vitals.now().cpuMs ?? 0;
    this.#replicas.delete(replica.place);
    this.#adopt();
    const now = performance.now();
    this.#deaths = [...this.#deaths.filter((at) => now - at < DEATHS_WINDOW_MS), now];
    // One that never was ready will not be the next time either; and Piscina gives up at times: packages would wait for nobody.
    const isAlive = this.#isReady && replica.isReady && this.#replicas.size === this.#size;
    if (!isAlive || this.#deaths.length > DEATHS_EACH * this.#size) {
      // First, so that whoever hears of a lost package finds a pool that ends, not one that is ready.
      void this.end(exit);
      this.#events.lost(replica, exit);
      return;
    }
    this.#events.lost(replica, exit);
    const message = `replica ${replica.place + 1} of ${this.#size} ended and is replaced: ${causeOf(exit)}`;
    this.#events.log({ level: 'error', time: Date.now(), message, fields: undefined });
  }
}
