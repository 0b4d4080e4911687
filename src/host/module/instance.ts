import { PhlowError } from '../../errors.js';
import type { HttpRequest, HttpResponse } from '../../sdk/http.js';
import type { Value } from '../../values.js';
import { Deferred } from '../../wire/deferred.js';
import { postSchedule } from '../../wire/post-schedule.js';
import { Outbox } from '../../wire/outbox.js';
import type { Place } from '../../wire/obstacle.js';
import { OneShot } from '../../wire/one-shot.js';
import type { Waiting } from '../../wire/pending.js';
import { DOWN, UP, type Batch, type Ready, type UpOp, idOf, isOfRun, opOf } from '../../wire/protocol.js';
import { timedOutError, unclonableError } from '../call/call-errors.js';
import { handOver } from '../call/hand-over.js';
import { HeldResponses } from '../call/held-responses.js';
import { HostRequests } from '../call/host-requests.js';
import type { Executor, ExecutorExit, Part } from '../executors/executor.js';
import { assertTurned, endedEarlyError, lostError } from '../executors/exit-errors.js';
import { InFlight, type Wanted } from '../call/in-flight.js';
import { isDoneWithin, isResponsive } from '../waiting.js';
import { CallContexts } from '../call/call-contexts.js';
import type { CallOptions } from '../module-types.js';
import type { InstanceEvents, InstanceOptions } from './instance-options.js';
import { loadError, moduleError, readReady, refusalError } from '../executors/read-posted.js';

/** After this many malformed messages the module is terminated as broken or hostile. */
const MAX_VIOLATIONS = 20;

/**
 * One instance of a module: an executor from start to exit, with the packages that are in flight in it. A restarted module gets a new instance;
 * ids, tables and ports are never shared between instances.
 */
export class Instance implements Part {
  readonly startedAt = performance.now();
  /** What the module asks of the host. */
  readonly requests: HostRequests;
  readonly executor: Executor;
  readonly coreWaitMs = (): number | undefined => this.executor.coreWaitMs?.();
  readonly isBehind = (): boolean => this.executor.isBehind?.() === true;
  readonly #options: InstanceOptions;
  readonly #name: string;
  readonly #events: InstanceEvents;
  readonly #held = new HeldResponses();
  readonly #packages: InFlight;
  readonly #ready = new Deferred<Ready>();
  /** Settles when the module takes packages, or with the reason why it never will. */
  readonly ready = this.#ready.promise;
  readonly #ended = new OneShot<ExecutorExit>();
  /** Resolves when the executor is gone and every wait has been ended. */
  readonly ended = this.#ended.promise;
  #violations = 0;
  #drains = false;
  #draining: Promise<unknown> | undefined;
  #exit: ExecutorExit | undefined;

  constructor(options: InstanceOptions, executor: Executor, events: InstanceEvents) {
    const outbox = new Outbox(
      (batch, transfer) => {
        // What is sent after the end would never be answered.
        if (this.#exit !== undefined) throw endedEarlyError(options.name, this.#exit);
        executor.post(batch, transfer);
      },
      (tag, error, placeIn) => this.#onUnsendable(tag, error, placeIn),
      options.crossing,
      postSchedule,
      executor.records,
    );
    const late = (waiting: Waiting<Value>, timeoutMs: number): void => void this.#judge(waiting, timeoutMs);
    const contexts = new CallContexts(options.graceMs);
    this.executor = executor;
    this.#options = options;
    this.#name = options.name;
    this.#events = events;
    this.#packages = new InFlight({ module: options.name, metrics: options.metrics, outbox, contexts, late });
    this.requests = new HostRequests(outbox, events, contexts, (id) => this.#packages.standingOf(id));
    // Where nobody awaits it, a failure must not become an unhandled rejection.
    this.#ready.promise.catch(() => undefined);
    this.#start();
  }

  #start(): void {
    try {
      this.executor.start({
        batch: (batch) => this.#receive(batch),
        log: (record) => this.#events.log(record),
        rejected: (id, error) => this.#onRejected(id, error),
        hung: (part) => this.#events.hung(part),
        replica: (change) => this.#events.replica(change),
        broken: (error) => void this.terminate(error),
        zombies: (change) => (this.#options.metrics.zombies += change),
        exit: (exit) => this.#onExit(exit),
      });
    } catch (error) {
      // The machine has no thread or process left, say. In a later turn, when the owner knows this instance.
      setImmediate(() => this.#onExit({ reason: 'terminated', exitCode: undefined, error }));
    }
  }

  get threadId(): number | undefined {
    return this.executor.threadId;
  }

  get exit(): ExecutorExit | undefined {
    return this.#exit;
  }

  get inFlight(): number {
    return this.#packages.size;
  }

  get awaited(): number {
    return this.#packages.awaited;
  }

  get handled(): number {
    return this.#packages.handled;
  }

  oldestAgeMs(now: number): number {
    return this.#packages.oldestAgeMs(now);
  }

  /** Sends a package; the promise settles exactly once, at the latest when the instance ends. */
  call(input: Value, options: CallOptions | undefined): Promise<Value> {
    return this.#packages.call(input, options);
  }

  stream(input: Value, options: CallOptions): AsyncIterableIterator<Value, undefined> {
    return this.#packages.stream(input, options);
  }

  /** Hands a request to the module that one of its listeners has taken. */
  handOver(listener: number, request: HttpRequest, body?: Uint8Array): Promise<HttpResponse> {
    return handOver(this.#packages, this.#held, listener, request, body);
  }

  advance(ms: number): Promise<void> {
    return this.#packages.advance(ms);
  }

  drained(wanted: Wanted): Promise<void> {
    return this.#packages.drained(wanted);
  }

  /** Has a main module hand over what it has taken in; at once for any other. Resolves too when the instance ends, and when its `drain` throws. */
  drainMain(): Promise<unknown> {
    if (!this.#drains || this.#exit !== undefined) return Promise.resolve();
    this.#draining ??= Promise.race([this.executor.drain?.().catch(() => undefined), this.ended]);
    return this.#draining;
  }

  /** Resolves when the event loop responds, or when the instance exits without having hung. */
  ping(): Promise<true> {
    return this.#ended.during(this.executor.ping(), assertTurned);
  }

  /** Finds out where a blocked event loop is and ends the instance; callers of its packages get the error. */
  endHung(): Promise<PhlowError> {
    return this.#events.hung(this);
  }

  /** Ends the executor; resolves when it has gone, or when it has not gone in time: then the instance is over all the same. A `hang` has no report. */
  async terminate(error?: unknown, withinMs = this.#options.terminateTimeoutMs, hang = error): Promise<void> {
    if (this.exit !== undefined) return;
    const gone = this.executor.terminate(hang).then(() => this.ended);
    if ((await isDoneWithin(withinMs, gone)) || this.#exit !== undefined) return;
    const message = `Module "${this.#name}" was terminated and has not exited within ${Math.round(withinMs)} ms: it is inside native code`;
    const why = error ?? new PhlowError('PHLOW_MODULE_HUNG', message, { details: { module: this.#name } });
    this.#onExit({ reason: 'terminated', exitCode: undefined, error: why });
    this.#options.metrics.zombies++;
  }

  /** A deadline has passed: was the module merely slow, or does its event loop not turn at all? */
  async #judge(waiting: Waiting<Value>, timeoutMs: number): Promise<void> {
    const part = this.executor.partOf?.(waiting.id) ?? this;
    const isSlow = await isResponsive(part, this.#options.graceMs);
    waiting.reject(isSlow ? timedOutError(this.#name, timeoutMs, 'reply') : await this.#events.hung(part));
  }

  #receive(batch: Batch): void {
    if (this.#exit !== undefined) return;
    const packages = this.#packages;
    const now = performance.now();
    for (let i = 0; i < batch.length; i += 2) {
      const tag = batch[i] as number;
      const id = idOf(tag);
      const value = batch[i + 1];
      const op = opOf(tag) as UpOp;
      switch (op) {
        case UP.reply:
          if (!packages.reply(id, now, value as Value))
            this.#violation(`a reply to package ${id}, which is not open`);
          break;
        case UP.item:
          if (!packages.item(id, value as Value))
            this.#violation(`an item for package ${id}, which has no credit for it`);
          break;
        case UP.credit:
          packages.credit(id, value);
          break;
        case UP.fault:
        case UP.refusal: {
          const why = op === UP.fault ? moduleError : refusalError;
          if (!packages.fail(id, now, () => why(this.#name, value)))
            this.#violation(`a reply to package ${id}, which is not open`);
          break;
        }
        case UP.itemRefused:
          packages.failStream(id, 'an item cannot be sent', refusalError(this.#name, value));
          break;
        case UP.ready:
          this.#onReady(value);
          break;
        case UP.failed:
          this.#onFailed(loadError(this.#name, value));
          break;
        case UP.event:
          void this.requests.runs.dispatch(id, value as Value);
          break;
        case UP.eventWith:
          void this.requests.runs.dispatchWith(id, value);
          break;
        case UP.run:
          this.requests.runs.control(id, value);
          break;
        case UP.capability:
          void this.requests.capability(id, value);
          break;
        case UP.capabilityFor:
          void this.requests.capabilityFor(id, value);
          break;
        case UP.emit:
        case UP.eventsDropped:
          this.#violation(this.#events.emitted(op, value));
          break;
        case UP.mainEnded:
          this.#events.mainEnded(value === undefined ? undefined : moduleError(this.#name, value));
          break;
        default:
          this.#violation(`operation ${String(op satisfies never)}`);
      }
    }
    packages.wake();
    this.#events.replied();
  }

  #onReady(value: unknown): void {
    const ready = readReady(value);
    this.#drains = ready.drains;
    this.executor.onReady(ready);
    this.#ready.resolve(ready);
  }

  #onFailed(error: PhlowError): void {
    this.#ready.reject(error);
    void this.terminate(error);
  }

  #onRejected(id: number, error: PhlowError): void {
    this.#packages.drop(id, error);
    this.#events.replied();
  }

  #violation(found: string | undefined): void {
    // Once: what comes until it has gone must not start an end of its own for each message.
    if (found === undefined || ++this.#violations !== MAX_VIOLATIONS) return;
    const message = `Module "${this.#name}" broke the protocol: found ${found}, the last of ${this.#violations} violations`;
    void this.terminate(new PhlowError('PHLOW_WIRE_VIOLATION', message));
  }

  #onUnsendable(tag: number, error: unknown, placeIn: (name: string) => Place): void {
    const op = opOf(tag);
    const failure = this.#exit
      ? this.#lostError(this.#exit, idOf(tag))
      : unclonableError(this.#name, error, tag, placeIn);
    if (op === DOWN.item)
      this.#packages.failStream(idOf(tag), 'an item of the input stream cannot be sent', failure);
    // A run whose result cannot cross back to a main module answers with a fault; a package is rejected.
    else if (isOfRun(op)) this.requests.runs.unsendable(tag, failure);
    else if (op === DOWN.capabilityReply) this.requests.unsendable(tag, failure);
    else this.#onRejected(idOf(tag), failure);
  }

  #onExit(exit: ExecutorExit): void {
    if (this.#exit !== undefined) {
      this.#options.metrics.zombies--;
      return;
    }
    this.#exit = exit;
    const lost = this.#packages.lost(performance.now());
    this.#ready.reject(endedEarlyError(this.#name, exit));
    this.#packages.end((id) => this.#lostError(exit, id));
    this.requests.end();
    this.#events.ended(exit, lost);
    this.#ended.happen(exit);
  }

  #lostError(exit: ExecutorExit, id: number): PhlowError {
    const ended = `Module "${this.#name}" ended with package ${id} in flight`;
    return lostError(exit, ended, { module: this.#name, package: id });
  }
}
