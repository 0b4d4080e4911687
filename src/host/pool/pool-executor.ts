import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { PhlowError } from '../../errors.js';
import { isMap } from '../../values.js';
import { toFault } from '../../wire/fault.js';
import { DOWN, UP, type Batch, type CallRecord, type Ready } from '../../wire/protocol.js';
import type { ReplicaAnswer, ReplicaTask } from '../../wire/replica-task.js';
import { idOf, isTag, opOf, tagOf } from '../../wire/tag.js';
import type { Executor, ExecutorEvents, ExecutorExit, ExecutorVitals, Inspection } from '../executor.js';
import { causeOf, readReady } from '../read-posted.js';
import type { ThreadSpec } from '../thread-executor.js';
import { placeFor, type KeyOf } from './affinity.js';
import { PoolLines } from './pool-lines.js';
import type { PoolPackage } from './pool-package.js';
import { readAnnouncement } from './read-announcement.js';
import { Replica } from './replica.js';
import { sumVitals } from './sum-vitals.js';

/** What a pool is asked to be. */
export interface PoolSpec extends ThreadSpec {
  readonly replicas: number;
  /** Packages with equal keys go to the same replica; undefined: to the least loaded. */
  readonly keyOf: KeyOf | undefined;
  /** How long a handler may take to end after its package was given up, before its thread is ended. */
  readonly graceMs: number;
}

const REPLICA_FILE = fileURLToPath(new URL('../../../workers/replica.bundle.cjs', import.meta.url));
/** More deaths of replicas than this for each of them within the window, and the module as a whole is ended: its restart policy decides. */
const DEATHS_EACH = 5;
const DEATHS_WINDOW_MS = 60_000;
const ANSWERS: readonly number[] = [UP.reply, UP.fault, UP.refusal];

/** A stateless module in several equal threads. Piscina keeps the threads; which package goes where is decided here. */
export class PoolExecutor implements Executor {
  readonly threadId = undefined;
  readonly #spec: PoolSpec;
  readonly #replicas = new Map<number, Replica>();
  readonly #lines: PoolLines;
  /** Whom to answer what the host has done for a replica: ids of a replica's own are not unique among replicas. */
  readonly #asked = new Map<number, { readonly replica: Replica; readonly id: number }>();
  #pool: Piscina<ReplicaTask, ReplicaAnswer> | undefined;
  #events: ExecutorEvents | undefined;
  #isReady = false;
  #end: Promise<void> | undefined;
  #deaths: number[] = [];
  #lastAsked = 0;
  #handled = 0;
  #pastCpuMs = 0;
  readonly #startedAt = performance.now();

  constructor(spec: PoolSpec) {
    this.#spec = spec;
    this.#lines = new PoolLines(spec.replicas);
  }

  start(events: ExecutorEvents): void {
    const { boot, replicas, maxHeapMb, options } = this.#spec;
    const most = Math.max(1, boot.concurrency);
    this.#events = events;
    const pool = new Piscina<ReplicaTask, ReplicaAnswer>({
      ...(options.env === undefined ? {} : { env: options.env }),
      ...(options.argv === undefined ? {} : { argv: options.argv as string[] }),
      ...(options.execArgv === undefined ? {} : { execArgv: options.execArgv }),
      ...(maxHeapMb === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: maxHeapMb } }),
      filename: REPLICA_FILE,
      workerData: boot,
      minThreads: replicas,
      maxThreads: replicas,
      concurrentTasksPerWorker: most,
      maxQueue: replicas * most,
      // The default blocks an idle thread's event loop: its timers and ports would go deaf.
      atomics: 'disabled',
      // The bill measures round trips already.
      recordTiming: false,
      loadBalancer: (task, workers) => {
        const wanted = targetOf(task);
        return workers.find(({ id }) => id === wanted) ?? null;
      },
    });
    this.#pool = pool;
    // Without a listener an error event would end the host; the thread's own end is told by its exit.
    pool.on('error', () => undefined);
    pool.on('message', (message: unknown) => this.#onAnnouncement(message));
    this.#adopt();
  }

  post(batch: Batch, transfer: readonly ArrayBuffer[]): void {
    // Piscina fails a task at once while it ends: a caller who tries again at once would never let the end happen. The exit tells of these packages.
    if (this.#end !== undefined) return;
    for (let i = 0; i < batch.length; i += 2) this.#take(batch[i] as number, batch[i + 1], transfer);
    this.#pump();
  }

  inspect(): Promise<Inspection> {
    const running = [...this.#replicas.values()].reduce((sum, replica) => sum + replica.running.size, 0);
    const queued = this.#lines.size;
    const heapUsedBytes = this.vitals().heapUsedBytes ?? 0;
    const uptimeMs = performance.now() - this.#startedAt;
    return Promise.resolve({ handled: this.#handled, running, queued, uptimeMs, heapUsedBytes });
  }

  /** A pool answers while single threads are busy; one that does not heed a deadline is ended alone. */
  ping(): Promise<true> {
    return Promise.resolve(true);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#replicas.values()].map((replica) => replica.stop()));
  }

  async terminate(error?: unknown): Promise<void> {
    await this.#finish({ reason: 'terminated', exitCode: undefined, error });
  }

  noteReady(): void {
    // Each replica has told of itself.
  }

  vitals(): ExecutorVitals {
    const all = [...this.#replicas.values()].map(({ vitals }) => vitals.now());
    return sumVitals(all, this.#pastCpuMs);
  }

  async sample(): Promise<ExecutorVitals> {
    const all = await Promise.all([...this.#replicas.values()].map(({ vitals }) => vitals.sample()));
    return sumVitals(all, this.#pastCpuMs);
  }

  /** Takes up threads that Piscina has started. */
  #adopt(): void {
    const known = new Set([...this.#replicas.values()].map(({ worker }) => worker));
    for (const worker of this.#pool?.threads ?? []) {
      if (known.has(worker) || this.#replicas.size === this.#spec.replicas) continue;
      let place = 0;
      while (this.#replicas.has(place)) place++;
      const replica = new Replica(worker, place, {
        batch: (from, batch) => this.#onBatch(from, batch),
        log: (record) => this.#events?.log(record),
        broken: (from, error) => void from.end(error),
        exit: (from, exit) => this.#onReplicaExit(from, exit),
      });
      this.#replicas.set(place, replica);
    }
  }

  #onAnnouncement(message: unknown): void {
    const { threadId, ports } = readAnnouncement(message) ?? {};
    for (const replica of this.#replicas.values()) {
      if (ports !== undefined && replica.worker.threadId === threadId && replica.isNew)
        replica.connect(ports);
    }
  }

  #onBatch(replica: Replica, batch: Batch): void {
    const others: unknown[] = [];
    for (let i = 0; i < batch.length; i += 2) {
      const tag = batch[i] as number;
      const value = batch[i + 1];
      switch (opOf(tag)) {
        case UP.ready:
          this.#onReady(replica, readReady(value));
          break;
        case UP.failed:
          if (this.#isReady) void replica.end(new Error('a replacement could not be loaded'));
          else others.push(tag, value);
          break;
        case UP.power:
        case UP.powerFor: {
          const id = ++this.#lastAsked;
          this.#asked.set(id, { replica, id: idOf(tag) });
          others.push(tagOf(id, opOf(tag)), value);
          break;
        }
        case UP.reply:
          // A reply that moves buffers; its package is this replica's or it is nobody's.
          if (this.#isExpected(replica, idOf(tag))) others.push(tag, value);
          break;
        default:
          void replica.end(new PhlowError('PHLOW_WIRE_VIOLATION', `operation ${opOf(tag)} of a replica`));
      }
    }
    if (others.length > 0) this.#events?.batch(others);
  }

  #isExpected(replica: Replica, id: number): boolean {
    const one = replica.running.get(id);
    if (one === undefined) return replica.moving.delete(id);
    const isFirst = !one.isAnswered;
    one.isAnswered = true;
    return isFirst;
  }

  #onReady(replica: Replica, ready: Ready): void {
    replica.vitals.osThreadId = ready.osThreadId;
    replica.isReady = true;
    const all = [...this.#replicas.values()];
    if (this.#isReady) this.#pump();
    else if (all.length === this.#spec.replicas && all.every(({ isReady }) => isReady)) {
      this.#isReady = true;
      this.#events?.batch([tagOf(0, UP.ready), { ...ready, osThreadId: undefined }]);
    }
  }

  #onReplicaExit(replica: Replica, exit: ExecutorExit): void {
    if (this.#end !== undefined) return;
    this.#pastCpuMs += replica.vitals.now().cpuMs ?? 0;
    this.#replicas.delete(replica.place);
    for (const [id, { replica: asker }] of this.#asked) if (asker === replica) this.#asked.delete(id);
    for (const one of [...replica.running.values(), ...replica.moving.values()])
      if (!one.isAnswered) this.#lose(replica, one, causeOf(exit));
    const now = performance.now();
    this.#deaths = [...this.#deaths.filter((at) => now - at < DEATHS_WINDOW_MS), now];
    // One that never was ready will not be the next time either, and Piscina does not try again.
    if (!this.#isReady || !replica.isReady || this.#deaths.length > DEATHS_EACH * this.#spec.replicas) {
      void this.#finish(exit);
      return;
    }
    const message = `replica ${replica.place + 1} of ${this.#spec.replicas} ended and is replaced: ${causeOf(exit)}`;
    this.#events?.log({ level: 'error', time: Date.now(), message, fields: undefined });
    this.#adopt();
  }

  #take(tag: number, value: unknown, transfer: readonly ArrayBuffer[]): void {
    const id = idOf(tag);
    switch (opOf(tag)) {
      case DOWN.call:
        this.#enqueue(this.#packageOf(tag, value, value, transfer));
        break;
      case DOWN.callWith: {
        const { input, budgetMs, wantsStream, hasItems } = value as CallRecord;
        if (wantsStream === true || hasItems === true) this.#refuseStream(id);
        else
          this.#enqueue({
            ...this.#packageOf(tag, value, input, transfer),
            isExclusive: budgetMs !== undefined,
          });
        break;
      }
      case DOWN.cancel:
        this.#cancel(id, String(value));
        break;
      case DOWN.powerReply:
      case DOWN.powerFault: {
        const asked = this.#asked.get(id);
        this.#asked.delete(id);
        asked?.replica.send([tagOf(asked.id, opOf(tag)), value]);
        break;
      }
    }
  }

  #packageOf(tag: number, value: unknown, input: unknown, transfer: readonly ArrayBuffer[]): PoolPackage {
    const { keyOf, replicas } = this.#spec;
    const key = keyOf?.(input);
    return {
      id: idOf(tag),
      tag,
      value,
      transfer,
      place: key === undefined ? undefined : placeFor(key, replicas),
      isExclusive: false,
      isAnswered: false,
      abort: undefined,
      graceTimer: undefined,
    };
  }

  #enqueue(one: PoolPackage): void {
    if (this.#lines.isFreeFor(one) && this.#start(one)) return;
    try {
      // It is copied now, as at any other module: the caller may change the input once the turn has ended.
      one.value = structuredClone(one.value, { transfer: [...one.transfer] });
      one.transfer = [];
      this.#lines.push(one);
    } catch (error) {
      this.#events?.rejected(one.id, this.#unclonable(error));
    }
  }

  /** Gives a package to a replica; false when none has room for it. */
  #start(one: PoolPackage): boolean {
    const replica = this.#replicaFor(one);
    if (replica === undefined) return false;
    this.#run(replica, one);
    return true;
  }

  #pump(): void {
    if (this.#end !== undefined) return;
    this.#lines.pump((one) => this.#start(one));
  }

  /** The replica of the package's key when it has room, or else the one with the fewest packages. */
  #replicaFor(one: PoolPackage): Replica | undefined {
    const most = Math.max(1, this.#spec.boot.concurrency);
    let least: Replica | undefined;
    for (const replica of this.#replicas.values()) {
      if (one.place !== undefined && one.place !== replica.place) continue;
      if (!replica.takes(one, most)) continue;
      if (least === undefined || replica.running.size < least.running.size) least = replica;
    }
    return least;
  }

  #run(replica: Replica, one: PoolPackage): void {
    one.abort = one.isExclusive ? new AbortController() : undefined;
    replica.running.set(one.id, one);
    const task = {
      tag: one.tag,
      value: one.value,
      [Piscina.queueOptionsSymbol]: { threadId: replica.worker.threadId },
    };
    const signal = one.abort?.signal ?? null;
    this.#pool?.run(task, { signal, transferList: [...one.transfer] }).then(
      (answer) => this.#onAnswer(replica, one, answer),
      (error: unknown) => this.#onFailure(replica, one, error),
    );
  }

  #onAnswer(replica: Replica, one: PoolPackage, answer: unknown): void {
    if (!this.#settle(replica, one)) return;
    if (isMap(answer) && isTag(answer['tag']) && ANSWERS.includes(opOf(answer['tag'])))
      this.#events?.batch([tagOf(one.id, opOf(answer['tag'])), answer['value']]);
    else if (answer !== undefined) this.#lose(replica, one, 'it sent an answer that makes no sense');
    else if (!one.isAnswered) replica.moving.set(one.id, one);
    this.#pump();
  }

  #onFailure(replica: Replica, one: PoolPackage, error: unknown): void {
    if (!this.#settle(replica, one) || this.#end !== undefined) return;
    if (toFault(error).name === 'DataCloneError') this.#events?.rejected(one.id, this.#unclonable(error));
    else if (!one.isAnswered) this.#lose(replica, one, toFault(error).message);
    this.#pump();
  }

  #settle(replica: Replica, one: PoolPackage): boolean {
    clearTimeout(one.graceTimer);
    this.#handled++;
    return replica.running.delete(one.id);
  }

  #lose({ place }: Replica, one: PoolPackage, cause: string): void {
    clearTimeout(one.graceTimer);
    const { name } = this.#spec.boot;
    const message = `Module "${name}" lost replica ${place + 1} with package ${one.id} in flight: ${cause}`;
    const details = { module: name, package: one.id, replica: place + 1 };
    this.#events?.rejected(one.id, new PhlowError('PHLOW_MODULE_CRASHED', message, { details }));
  }

  #cancel(id: number, reason: string): void {
    if (this.#lines.remove(id)) {
      const fault = toFault(new PhlowError('PHLOW_CALL_CANCELLED', reason));
      this.#events?.batch([tagOf(id, UP.fault), fault]);
      return;
    }
    for (const replica of this.#replicas.values()) {
      const one = replica.running.get(id);
      if (one === undefined) continue;
      replica.send([tagOf(id, DOWN.cancel), reason]);
      if (one.isExclusive) one.graceTimer = setTimeout(() => one.abort?.abort(), this.#spec.graceMs);
    }
  }

  #refuseStream(id: number): void {
    const { name } = this.#spec.boot;
    const message = `Cannot stream to or from module "${name}": it runs in replicas, which take single packages; load it with replicas: 1`;
    this.#events?.batch([tagOf(id, UP.refusal), { code: 'PHLOW_STREAM_UNSUPPORTED', message, details: {} }]);
  }

  #unclonable(error: unknown): PhlowError {
    const { name } = this.#spec.boot;
    const message = `Cannot send to module "${name}": ${String(error)}; pass plain data`;
    return new PhlowError('PHLOW_INPUT_UNCLONABLE', message, { cause: error, details: { module: name } });
  }

  /** Ends all threads; told once. */
  #finish(exit: ExecutorExit): Promise<void> {
    this.#end ??= this.#endAll(exit);
    return this.#end;
  }

  async #endAll(exit: ExecutorExit): Promise<void> {
    for (const replica of this.#replicas.values())
      for (const one of replica.running.values()) clearTimeout(one.graceTimer);
    await this.#pool?.destroy();
    this.#pool?.removeAllListeners();
    this.#events?.exit(exit);
  }
}

function targetOf(task: object): unknown {
  const options: unknown = (task as Record<symbol, unknown>)[Piscina.queueOptionsSymbol];
  return isMap(options) ? options['threadId'] : undefined;
}
