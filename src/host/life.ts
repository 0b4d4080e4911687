import { PhlowError } from '../errors.js';
import type { Value } from '../values.js';
import { Deferred } from '../wire/deferred.js';
import type { LogRecord } from '../wire/log-record.js';
import { Outbox } from '../wire/outbox.js';
import { Pending, type Waiting } from '../wire/pending.js';
import { DOWN, UP, type Batch, type CallRecord, type Ready } from '../wire/protocol.js';
import { idOf, opOf, tagOf } from '../wire/tag.js';
import { Answered } from './answered.js';
import type { Bill } from './bill.js';
import type { Executor, ExecutorExit, Part } from './executor.js';
import { Deadline } from './deadline.js';
import { Errands, type ErrandEvents } from './errands.js';
import { isDoneWithin } from './is-done-within.js';
import { isResponsive } from './is-responsive.js';
import { Journeys } from './journeys.js';
import { LifeStreams } from './life-streams.js';
import type { CallOptions, CallSignal } from './module.js';
import { notesOf, type PackageNote } from './exit-report.js';
import { rejectLater } from './reject-later.js';
import { causeOf, loadError, moduleError, readReady, refusalError } from './read-posted.js';

/** What a life reports to its slot. */
export interface LifeEvents extends ErrandEvents {
  log(record: LogRecord): void;
  mainEnded(error: PhlowError | undefined): void;
  /** Replies have come in: there may be room for packages that wait. */
  replied(): void;
  /** This event loop does not turn although a package is overdue: find out why, end it, and resolve with the error to tell. */
  hung(part: Part): Promise<PhlowError>;
  ended(exit: ExecutorExit, lost: Lost): void;
}

/** What was in flight when a life ended. */
export interface Lost {
  readonly count: number;
  readonly notes: readonly PackageNote[];
  readonly answered: readonly { readonly id: number; readonly agoMs: number }[];
}

/** So many messages that make no sense end a module: it is broken or hostile. */
const MOST_VIOLATIONS = 20;

/** What a life is told about its module. */
export interface LifeOptions {
  readonly name: string;
  readonly bill: Bill;
  /** How long the module may take to show that its event loop turns, after a package was not answered in time. */
  readonly graceMs: number;
  /** How long the executor may take to go once it was ended. */
  readonly terminateTimeoutMs: number;
}

/**
 * One life of a module: an executor from start to exit, with the packages that are in flight in it. A restarted module gets a new life;
 * ids, tables and ports are never shared between lives.
 */
export class Life implements Part {
  readonly startedAt = performance.now();
  readonly #name: string;
  readonly #graceMs: number;
  readonly #terminateTimeoutMs: number;
  readonly #executor: Executor;
  readonly #events: LifeEvents;
  readonly #bill: Bill;
  readonly #outbox: Outbox;
  readonly #streams: LifeStreams;
  readonly #journeys = new Journeys();
  readonly #errands: Errands;
  readonly #pending = new Pending<Value>();
  /** Packages whose caller gave up; the module still owes a reply, which is then dropped. */
  readonly #abandoned = new Set<number>();
  readonly #ready = new Deferred<Ready>();
  readonly #ended = new Deferred<ExecutorExit>();
  readonly #answered = new Answered();
  #whenIdle: (() => void)[] = [];
  #turnAt = 0;
  #violations = 0;
  #isOver = false;

  constructor(
    { name, bill, graceMs, terminateTimeoutMs }: LifeOptions,
    executor: Executor,
    events: LifeEvents,
  ) {
    this.#name = name;
    this.#graceMs = graceMs;
    this.#terminateTimeoutMs = terminateTimeoutMs;
    this.#executor = executor;
    this.#bill = bill;
    this.#events = events;
    this.#outbox = new Outbox(
      (batch, transfer) => executor.post(batch, transfer),
      (tag, error) => this.#onUnsendable(tag, error),
    );
    this.#streams = new LifeStreams(this.#outbox);
    this.#errands = new Errands(this.#outbox, events, this.#journeys);
    // Whoever loads the module awaits `ready`; without a reader a failure must not become an unhandled rejection.
    this.#ready.promise.catch(() => undefined);
    executor.start({
      batch: (batch) => this.#receive(batch),
      log: (record) => events.log(record),
      rejected: (id, error) => this.#onRejected(id, error),
      hung: (part) => events.hung(part),
      exit: (exit) => this.#onExit(exit),
    });
  }

  get threadId(): number | undefined {
    return this.#executor.threadId;
  }
  get executor(): Executor {
    return this.#executor;
  }

  /** Settles when the module takes packages, or with the reason why it never will. */
  get ready(): Promise<Ready> {
    return this.#ready.promise;
  }

  /** Resolves when the executor is gone and every wait has been ended. */
  get ended(): Promise<ExecutorExit> {
    return this.#ended.promise;
  }

  /** Packages that the module still has, also those whose caller gave up. */
  get inFlight(): number {
    return this.#pending.size + this.#abandoned.size;
  }

  /** Packages that were answered. */
  get handled(): number {
    return this.#answered.count;
  }

  /** Milliseconds that the oldest package in flight has waited; 0 when there is none. */
  oldestAgeMs(now: number): number {
    for (const [, waiting] of this.#pending.entries()) return waiting.at === 0 ? 0 : now - waiting.at;
    return 0;
  }

  /** Sends a package; the promise settles exactly once, at the latest when the life ends. */
  call(input: Value, options: CallOptions | undefined): Promise<Value> {
    // One look at the clock per batch, not per package.
    if (this.#outbox.isEmpty) this.#turnAt = performance.now();
    if (options !== undefined) return this.#callWith(input, options);
    return new Promise((resolve, reject) => {
      this.#outbox.push(tagOf(this.#pending.add(resolve, reject, this.#turnAt, input), DOWN.call), input);
    });
  }

  #callWith(input: Value, options: CallOptions): Promise<Value> {
    const { payload, signal, timeoutMs, transfer, items, traceparent } = options;
    if (signal?.aborted === true) return rejectLater(this.#cancelled(signal));
    return new Promise((resolve, reject) => {
      const id = this.#pending.add(resolve, reject, this.#turnAt, input);
      this.#watch(id, options);
      const isPlain =
        payload === undefined && timeoutMs === undefined && items === undefined && traceparent === undefined;
      const tag = tagOf(id, isPlain ? DOWN.call : DOWN.callWith);
      const value = isPlain ? input : recordOf(input, options);
      // Opened first: its items come in later turns, and it is closed with the package when that cannot be sent.
      if (items !== undefined) this.#streams.write(id, items);
      if (transfer === undefined) this.#outbox.push(tag, value);
      else this.#outbox.move(tag, value, transfer);
    });
  }

  /** Sends a package whose replies are read as a stream; the stream ends at the latest when the life ends. */
  stream(input: Value, options: CallOptions): AsyncIterableIterator<Value, undefined> {
    const { signal, transfer, items } = options;
    const at = performance.now();
    const id: number = this.#pending.add(
      () => reader.end(),
      (error) => reader.fail(error as Error),
      at,
      input,
    );
    const reader = this.#streams.read(id, () => this.#giveUp(id, 'the reader wants no more'));
    if (signal?.aborted === true) {
      this.#pending.take(id);
      this.#streams.forget(id);
      reader.fail(this.#cancelled(signal));
      return reader;
    }
    this.#watch(id, options);
    const record: CallRecord = { ...recordOf(input, options), wantsStream: true };
    if (items !== undefined) this.#streams.write(id, items);
    if (transfer === undefined) this.#outbox.push(tagOf(id, DOWN.callWith), record);
    else this.#outbox.move(tagOf(id, DOWN.callWith), record, transfer);
    return reader;
  }

  /** Moves the manual clock of the module. */
  advance(ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const id = this.#pending.add(() => resolve(), reject);
      this.#outbox.push(tagOf(id, DOWN.advance), ms);
    });
  }

  /** Resolves when nothing is in flight any more. */
  drained(): Promise<void> {
    if (this.inFlight === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenIdle.push(resolve);
    });
  }

  ping(): Promise<true> {
    return this.#executor.ping();
  }

  /** Ends the executor; resolves when it has gone, or when it has not gone in time: then the life is over all the same. */
  async terminate(error?: unknown): Promise<void> {
    const gone = this.#executor.terminate(error).then(() => this.ended);
    if ((await isDoneWithin(this.#terminateTimeoutMs, gone)) || this.#isOver) return;
    const message = `Module "${this.#name}" was ended and has not gone within ${this.#terminateTimeoutMs} ms: it is inside native code`;
    const why = error ?? new PhlowError('PHLOW_MODULE_HUNG', message, { details: { module: this.#name } });
    this.#onExit({ reason: 'terminated', exitCode: undefined, error: why });
    this.#bill.zombies++;
  }

  #watch(id: number, { signal, timeoutMs, traceparent }: CallOptions): void {
    if (signal === undefined && timeoutMs === undefined && traceparent === undefined) return;
    const onAbort = (): void => {
      if (signal !== undefined) this.#giveUp(id, 'the caller gave up')?.reject(this.#cancelled(signal));
    };
    const onTimeout = (): void => {
      const waiting = this.#giveUp(id, `no reply within ${timeoutMs ?? 0} ms`);
      if (waiting !== undefined) void this.#judgeLate(waiting, timeoutMs);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    const deadline = timeoutMs === undefined ? undefined : new Deadline(timeoutMs, onTimeout);
    if (deadline !== undefined || traceparent !== undefined)
      this.#journeys.open(id, { deadline, traceparent });
    this.#pending.onEnd(id, () => {
      this.#journeys.close(id);
      signal?.removeEventListener('abort', onAbort);
    });
  }

  /** Stops waiting for a package: its handler is told, its late reply will be dropped. */
  #giveUp(id: number, reason: string): Waiting<Value> | undefined {
    const waiting = this.#pending.take(id);
    if (waiting === undefined) return undefined;
    this.#bill.failures++;
    this.#streams.forget(id);
    this.#abandoned.add(id);
    this.#outbox.push(tagOf(id, DOWN.cancel), reason);
    return waiting;
  }

  /** A deadline has passed: was the module merely slow, or does its event loop not turn at all? */
  async #judgeLate(waiting: Waiting<Value>, timeoutMs: number | undefined): Promise<void> {
    const part = this.#executor.partOf?.(waiting.id) ?? this;
    if (await isResponsive(part, this.#graceMs)) {
      const message = `Cannot wait longer for module "${this.#name}": no reply within ${timeoutMs ?? 0} ms`;
      waiting.reject(
        new PhlowError('PHLOW_CALL_TIMED_OUT', message, { details: { module: this.#name, timeoutMs } }),
      );
    } else {
      waiting.reject(await this.#events.hung(part));
    }
  }

  #cancelled(signal: CallSignal): PhlowError {
    return new PhlowError(
      'PHLOW_CALL_CANCELLED',
      `Cancelled a call of module "${this.#name}": the caller gave up`,
      {
        cause: signal.reason,
        details: { module: this.#name },
      },
    );
  }

  #receive(batch: Batch): void {
    if (this.#isOver) return;
    const now = performance.now();
    for (let i = 0; i < batch.length; i += 2) {
      const tag = batch[i] as number;
      const id = idOf(tag);
      const value = batch[i + 1];
      switch (opOf(tag)) {
        case UP.reply:
          this.#take(id, now)?.resolve(value as Value);
          break;
        case UP.item:
          if (!this.#streams.receive(id, value as Value) && !this.#abandoned.has(id)) {
            this.#violation(`an item for package ${id}, which has no credit for it`);
          }
          break;
        case UP.credit:
          this.#streams.grant(id, value);
          break;
        case UP.fault:
          this.#fail(id, now, () => moduleError(this.#name, value));
          break;
        case UP.refusal:
          this.#fail(id, now, () => refusalError(this.#name, value));
          break;
        case UP.itemRefused:
          this.#giveUp(id, 'an item cannot be sent')?.reject(refusalError(this.#name, value));
          break;
        case UP.ready:
          this.#onReady(readReady(value));
          break;
        case UP.failed:
          this.#onFailed(loadError(this.#name, value));
          break;
        case UP.event:
          void this.#errands.dispatch(id, value as Value);
          break;
        case UP.power:
          void this.#errands.power(id, value);
          break;
        case UP.powerFor:
          void this.#errands.powerFor(id, value);
          break;
        case UP.mainEnded:
          this.#events.mainEnded(value === undefined ? undefined : moduleError(this.#name, value));
          break;
        default:
          this.#violation(`operation ${opOf(tag)}`);
      }
    }
    if (this.#whenIdle.length > 0 && this.inFlight === 0) this.#wakeIdle();
    this.#events.replied();
  }

  #onReady(ready: Ready): void {
    this.#executor.noteReady(ready);
    this.#ready.resolve(ready);
  }

  #onFailed(error: PhlowError): void {
    this.#ready.reject(error);
    void this.terminate(error);
  }

  #take(id: number, now: number): Waiting<Value> | undefined {
    const waiting = this.#pending.take(id);
    if (waiting !== undefined) {
      if (waiting.at > 0) this.#note(id, waiting.at, now);
      this.#streams.forget(id);
    } else if (!this.#abandoned.delete(id)) {
      this.#violation(`a reply to package ${id}, which is not open`);
    }
    return waiting;
  }

  #note(id: number, sentAt: number, now: number): void {
    this.#answered.note(id, now);
    this.#bill.packages++;
    this.#bill.roundTrip.record((now - sentAt) * 1000);
  }

  #fail(id: number, now: number, error: () => PhlowError): void {
    const waiting = this.#take(id, now);
    if (waiting === undefined) return;
    this.#bill.failures++;
    waiting.reject(error());
  }

  /** The executor goes on without this package: it has lost it, or it never got it. */
  #onRejected(id: number, error: PhlowError): void {
    const waiting = this.#pending.take(id);
    if (waiting === undefined) this.#abandoned.delete(id);
    else {
      this.#bill.failures++;
      this.#streams.forget(id);
      // In a later turn, see rejectLater.
      setImmediate(waiting.reject, error);
    }
    if (this.inFlight === 0) this.#wakeIdle();
    this.#events.replied();
  }

  #violation(found: string): void {
    this.#violations++;
    // Once: what comes until it has gone must not start an end of its own for each message.
    if (this.#violations !== MOST_VIOLATIONS) return;
    const message = `Cannot go on with module "${this.#name}": it sent ${this.#violations} messages that make no sense, the last: ${found}`;
    void this.terminate(new PhlowError('PHLOW_WIRE_VIOLATION', message));
  }

  #onUnsendable(tag: number, error: unknown): void {
    const message = `Cannot send to module "${this.#name}": ${String(error)}; pass plain data`;
    const failure = new PhlowError('PHLOW_INPUT_UNCLONABLE', message, {
      cause: error,
      details: { module: this.#name },
    });
    // The result of a run that cannot cross back to a main module is told as a fault; a package is rejected.
    const op = opOf(tag);
    if (op === DOWN.item)
      this.#giveUp(idOf(tag), 'an item of the input stream cannot be sent')?.reject(failure);
    else if (op === DOWN.eventReply || op === DOWN.powerReply) this.#errands.unsendable(tag, failure);
    else this.#onRejected(idOf(tag), failure);
  }

  #onExit(exit: ExecutorExit): void {
    if (this.#isOver) {
      this.#bill.zombies--;
      return;
    }
    this.#isOver = true;
    const now = performance.now();
    const lost: Lost = {
      count: this.#pending.size,
      notes: notesOf(this.#pending.entries(), now),
      answered: this.#answered.last(now),
    };
    const details = { module: this.#name, reason: exit.reason, exitCode: exit.exitCode };
    const early = `Cannot load module "${this.#name}": it ended before it was ready: ${causeOf(exit)}`;
    this.#ready.reject(new PhlowError('PHLOW_LOAD_FAILED', early, { cause: exit.error, details }));
    this.#bill.failures += this.#pending.size;
    this.#pending.failAll((id) => this.#lostError(exit, id, details));
    this.#abandoned.clear();
    this.#errands.end();
    this.#wakeIdle();
    this.#events.ended(exit, lost);
    this.#ended.resolve(exit);
  }

  #lostError(exit: ExecutorExit, id: number, details: Readonly<Record<string, unknown>>): PhlowError {
    const isHung = exit.error instanceof PhlowError && exit.error.code === 'PHLOW_MODULE_HUNG';
    const code = isHung ? 'PHLOW_MODULE_HUNG' : 'PHLOW_MODULE_CRASHED';
    const message = `Module "${this.#name}" ended with package ${id} in flight: ${causeOf(exit)}`;
    const own = exit.error instanceof PhlowError ? exit.error.details : {};
    return new PhlowError(code, message, { cause: exit.error, details: { ...own, ...details, package: id } });
  }

  #wakeIdle(): void {
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }
}

function recordOf(input: Value, { payload, timeoutMs, items, traceparent }: CallOptions): CallRecord {
  return {
    input,
    payload,
    budgetMs: timeoutMs,
    traceparent,
    hasItems: items === undefined ? undefined : true,
  };
}
