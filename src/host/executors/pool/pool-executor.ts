import type { Inspection } from '../../../wire/control.js';
import { PhlowError } from '../../../errors.js';
import { EVENT_WINDOW } from '../../../wire/event.js';
import { toFault } from '../../../wire/fault.js';
import { DOWN, UP, type Batch, type CallRecord, idOf, opOf, tagOf } from '../../../wire/protocol.js';
import { unclonableError } from '../../call/call-errors.js';
import type { Executor, ExecutorEvents, ExecutorExit, ExecutorVitals, Part } from '../executor.js';
import { lostError } from '../exit-errors.js';
import { isResponsive } from '../../waiting.js';
import { readReady } from '../read-posted.js';
import type { ThreadSpec } from '../thread-executor.js';
import { EventCredits } from './event-credits.js';
import { replicaFor, type KeyOf } from './plan-pool.js';
import { ReplicaSet } from './replica-set.js';
import { ReplicaQueues, type PoolPackage } from './replica-queues.js';
import type { Replica } from './replica.js';
import { streamRefusal, unheedingError } from './pool-errors.js';
import { Timer } from '../../../timer.js';

/** What a pool is asked to be. */
export interface PoolSpec extends ThreadSpec {
  readonly replicas: number;
  /** Packages with equal keys go to the same replica; undefined: to the least loaded. */
  readonly keyOf: KeyOf | undefined;
  /** How long a handler may take to end after its package was given up, before its thread is ended. */
  readonly graceMs: number;
  /** How long a thread may take to go once it was ended. */
  readonly terminateTimeoutMs: number;
}

/** A stateless module in several equal threads: decides which package goes where, and reports those that were lost. */
export class PoolExecutor implements Executor {
  readonly threadId = undefined;
  readonly eventWindow: number;
  readonly #spec: PoolSpec;
  readonly #queues: ReplicaQueues;
  /** Most packages that one replica has at a time. */
  readonly #most: number;
  /** Whom to answer what the host has done for a replica: ids of a replica's own are not unique among replicas. */
  readonly #asked = new Map<number, { readonly replica: Replica; readonly id: number }>();
  readonly #credits = new EventCredits();
  #set: ReplicaSet | undefined;
  #events: ExecutorEvents | undefined;
  #lastAsked = 0;
  #handled = 0;
  #startedAt = 0;

  constructor(spec: PoolSpec) {
    this.#spec = spec;
    this.eventWindow = spec.replicas * EVENT_WINDOW;
    this.#queues = new ReplicaQueues(spec.replicas);
    this.#most = Math.max(1, spec.boot.concurrency);
  }

  start(events: ExecutorEvents): void {
    this.#events = events;
    this.#startedAt = performance.now();
    this.#set = new ReplicaSet(this.#spec, {
      ...events,
      batch: (replica, batch) => this.#onBatch(replica, batch),
      unsendable: (replica, tag, error) => this.#onUnsendable(replica, tag, error),
      ready: (ready) => events.batch([tagOf(0, UP.ready), ready]),
      lost: (replica, exit) => this.#onLost(replica, exit),
      ended: (exit) => events.exit(exit),
    });
  }

  post(batch: Batch, transfer: readonly ArrayBuffer[]): void {
    // The exit rejects these packages. If they failed here, a caller who retries at once could keep the end from happening.
    if (this.#set?.isEnding !== false) return;
    for (let i = 0; i < batch.length; i += 2) this.#take(batch[i] as number, batch[i + 1], transfer);
  }

  inspect(): Promise<Inspection> {
    const running = this.#replicas.reduce((sum, replica) => sum + replica.running.size, 0);
    const heapUsedBytes = this.vitals().heapUsedBytes ?? 0;
    const uptimeMs = performance.now() - this.#startedAt;
    const queued = this.#queues.size;
    return Promise.resolve({ handled: this.#handled, running, queued, uptimeMs, heapUsedBytes });
  }

  /** A pool answers while single threads are busy: those are its parts. */
  ping(): Promise<true> {
    return Promise.resolve(true);
  }

  partOf(id: number): Part | undefined {
    return this.#replicas.find(({ running }) => running.has(id));
  }

  partsBusySince(at: number, share: number): readonly Part[] {
    return this.#replicas.filter(
      ({ running, vitals }) =>
        vitals.utilization > share && [...running.values()].some(({ startedAt }) => startedAt <= at),
    );
  }

  async stop(): Promise<void> {
    await Promise.all(this.#replicas.map((replica) => replica.stop()));
  }

  async terminate(error?: unknown): Promise<void> {
    for (const { running } of this.#replicas)
      for (const { graceTimer } of running.values()) graceTimer?.clear();
    await this.#set?.end({ reason: 'terminated', exitCode: undefined, error });
  }

  onReady(): void {
    // Each replica has reported its own.
  }

  vitals(): ExecutorVitals {
    return this.#set?.vitals() ?? { eventLoopUtilization: 0, heapUsedBytes: undefined, cpuMs: undefined };
  }

  sample(): Promise<ExecutorVitals> {
    return this.#set?.sample() ?? Promise.resolve(this.vitals());
  }

  get #replicas(): Replica[] {
    return [...(this.#set?.replicas ?? [])];
  }

  #onBatch(replica: Replica, batch: Batch): void {
    const forwarded: unknown[] = [];
    for (let i = 0; i < batch.length; i += 2) {
      const tag = batch[i] as number;
      const value = batch[i + 1];
      const op = opOf(tag);
      switch (op) {
        case UP.reply:
        case UP.fault:
        case UP.refusal:
          // The package is this replica's or it is nobody's.
          if (this.#settle(replica, idOf(tag))) forwarded.push(tag, value);
          break;
        case UP.ready:
          this.#set?.onReady(replica, readReady(value));
          break;
        case UP.failed:
          if (this.#set?.onReady(replica, undefined) === false) forwarded.push(tag, value);
          break;
        case UP.capability:
        case UP.capabilityFor:
          this.#asked.set(++this.#lastAsked, { replica, id: idOf(tag) });
          forwarded.push(tagOf(this.#lastAsked, op), value);
          break;
        case UP.emit:
        case UP.eventsDropped:
          this.#credits.note(replica, op);
          forwarded.push(tag, value);
          break;
        default:
          void replica.terminate(new PhlowError('PHLOW_WIRE_VIOLATION', `operation ${op} of a replica`));
      }
    }
    if (forwarded.length > 0) this.#events?.batch(forwarded);
    this.#pump();
  }

  #take(tag: number, value: unknown, transfer: readonly ArrayBuffer[]): void {
    const id = idOf(tag);
    switch (opOf(tag)) {
      case DOWN.call:
        this.#enqueue(this.#packageOf(tag, value, value, transfer));
        break;
      case DOWN.callWith: {
        const { input, budgetMs, wantsStream, hasItems } = value as CallRecord;
        if (wantsStream === true || hasItems === true)
          this.#events?.batch([tagOf(id, UP.refusal), streamRefusal(this.#spec.boot.name)]);
        else this.#enqueue(this.#packageOf(tag, value, input, transfer, budgetMs !== undefined));
        break;
      }
      case DOWN.cancel:
        this.#cancel(id, String(value));
        break;
      case DOWN.advance:
        // As in one thread whose clock is the real one: nothing moves.
        this.#events?.batch([tagOf(id, UP.reply), undefined]);
        break;
      case DOWN.eventCredit:
        this.#credits.grant(Number(value), new Set(this.#replicas));
        break;
      case DOWN.capabilityReply:
      case DOWN.capabilityFault: {
        const asked = this.#asked.get(id);
        this.#asked.delete(id);
        asked?.replica.outbox.push(tagOf(asked.id, opOf(tag)), value);
        break;
      }
    }
  }

  #packageOf(
    tag: number,
    value: unknown,
    input: unknown,
    transfer: readonly ArrayBuffer[],
    isExclusive = false,
  ): PoolPackage {
    const { keyOf, replicas } = this.#spec;
    const key = keyOf?.(input);
    const place = key === undefined ? undefined : replicaFor(key, replicas);
    return { id: idOf(tag), tag, value, transfer, place, isExclusive, startedAt: 0, graceTimer: undefined };
  }

  #enqueue(one: PoolPackage): void {
    if (this.#queues.isFreeFor(one) && this.#start(one)) return;
    try {
      // It is copied now, as at any other module: the caller may change the input once the turn has ended.
      if (typeof one.value === 'object')
        one.value = structuredClone(one.value, { transfer: [...one.transfer] });
      else if (typeof one.value === 'function' || typeof one.value === 'symbol') structuredClone(one.value);
      one.transfer = [];
      this.#queues.push(one);
    } catch (error) {
      this.#events?.rejected(one.id, unclonableError(this.#spec.boot.name, error));
    }
  }

  /** Gives a package to a replica; false when none has room for it. */
  #start(one: PoolPackage): boolean {
    const replica = this.#replicaFor(one);
    if (replica === undefined) return false;
    one.startedAt = performance.now();
    replica.running.set(one.id, one);
    if (one.transfer.length === 0) replica.outbox.push(one.tag, one.value);
    else replica.outbox.move(one.tag, one.value, one.transfer);
    return true;
  }

  #pump(): void {
    if (this.#queues.size > 0 && this.#set?.isEnding === false) this.#queues.pump((one) => this.#start(one));
  }

  /** The replica of the package's key when there is one at its place, or else the one with the fewest packages; undefined without room. */
  #replicaFor(one: PoolPackage): Replica | undefined {
    let least: Replica | undefined;
    for (const replica of this.#set?.replicas ?? []) {
      const hasRoom = replica.takes(one, this.#most);
      if (one.place === replica.place) return hasRoom ? replica : undefined;
      if (hasRoom && (least === undefined || replica.running.size < least.running.size)) least = replica;
    }
    return least;
  }

  /** Forgets a package; false when the replica does not have it. */
  #settle(replica: Replica, id: number): boolean {
    const one = replica.running.get(id);
    if (one === undefined) return false;
    one.graceTimer?.clear();
    replica.running.delete(id);
    this.#handled++;
    return true;
  }

  #onLost(replica: Replica, exit: ExecutorExit): void {
    for (const [id, { replica: asker }] of this.#asked) if (asker === replica) this.#asked.delete(id);
    for (const { graceTimer } of replica.running.values()) graceTimer?.clear();
    // When all end, the exit rejects the packages.
    if (this.#set?.isEnding === true) return;
    const module = this.#spec.boot.name;
    const place = replica.place + 1;
    for (const { id } of replica.running.values()) {
      const ended = `Module "${module}" lost replica ${place} with package ${id} in flight`;
      this.#events?.rejected(id, lostError(exit, ended, { module, replica: place, package: id }));
    }
    this.#pump();
  }

  #cancel(id: number, reason: string): void {
    if (this.#queues.remove(id)) {
      const fault = toFault(new PhlowError('PHLOW_CALL_CANCELLED', reason));
      this.#events?.batch([tagOf(id, UP.fault), fault]);
      return;
    }
    for (const replica of this.#set?.replicas ?? []) {
      const one = replica.running.get(id);
      if (one === undefined) continue;
      replica.outbox.push(tagOf(id, DOWN.cancel), reason);
      if (one.isExclusive)
        one.graceTimer = new Timer(this.#spec.graceMs, () => void this.#endUnheeding(replica, one));
    }
  }

  /** Ends a thread whose handler keeps running long after its package was given up; one that does not even answer is examined first. */
  async #endUnheeding(replica: Replica, one: PoolPackage): Promise<void> {
    if (!(await isResponsive(replica, this.#spec.graceMs))) await this.#events?.hung(replica);
    else if (replica.running.has(one.id))
      await replica.terminate(unheedingError(this.#spec.boot.name, one.id));
  }

  #onUnsendable(replica: Replica, tag: number, error: unknown): void {
    if (opOf(tag) === DOWN.capabilityReply)
      replica.outbox.push(tagOf(idOf(tag), DOWN.capabilityFault), toFault(error));
    else if (this.#settle(replica, idOf(tag)))
      this.#events?.rejected(idOf(tag), unclonableError(this.#spec.boot.name, error));
    this.#pump();
  }
}
