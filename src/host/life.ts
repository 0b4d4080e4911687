import { PhlowError } from '../errors.js';
import type { Value } from '../values.js';
import { Deferred } from '../wire/deferred.js';
import { toFault } from '../wire/fault.js';
import type { LogRecord } from '../wire/log-record.js';
import { Outbox } from '../wire/outbox.js';
import { Pending, type Waiting } from '../wire/pending.js';
import { DOWN, UP, type Batch, type CallRecord, type Ready } from '../wire/protocol.js';
import { idOf, opOf, tagOf } from '../wire/tag.js';
import type { Bill } from './bill.js';
import type { Executor, ExecutorExit } from './executor.js';
import type { CallOptions } from './module.js';
import { LifeStreams } from './life-streams.js';
import { notesOf, type PackageNote } from './exit-report.js';
import { causeOf, loadError, moduleError, readReady, refusalError } from './read-posted.js';
import { within } from './within.js';

/** What a life reports to its slot. */
export interface LifeEvents {
  log(record: LogRecord): void;
  /** The module's main asks for a run of the flow. */
  dispatch(main: Value): Promise<Value>;
  /** The module asks the host to use a power that it may have been granted. */
  power(name: string, args: readonly unknown[], signal: AbortSignal): Promise<Value>;
  mainEnded(error: PhlowError | undefined): void;
  /** Replies have come in: there may be room for packages that wait. */
  replied(): void;
  /** The event loop does not turn although a package is overdue: find out why, end the thread, and resolve with the error to tell. */
  hung(): Promise<PhlowError>;
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
/** How long a module may take to show that its event loop turns. */
const PING_MS = 250;
/** How many answered packages are remembered for a report. */
const REMEMBERED = 16;

/**
 * One life of a module: an executor from start to exit, with the packages that are in flight in it. A restarted module gets a new life;
 * ids, tables and ports are never shared between lives.
 */
export class Life {
  readonly startedAt = performance.now();
  readonly #name: string;
  readonly #executor: Executor;
  readonly #events: LifeEvents;
  readonly #bill: Bill;
  readonly #outbox: Outbox;
  readonly #streams: LifeStreams;
  readonly #pending = new Pending<Value>();
  /** Packages whose caller gave up; the module still owes a reply, which is then dropped. */
  readonly #abandoned = new Set<number>();
  readonly #ready = new Deferred<Ready>();
  readonly #ended = new Deferred<ExecutorExit>();
  readonly #answeredIds = new Float64Array(REMEMBERED);
  readonly #answeredAt = new Float64Array(REMEMBERED);
  #whenIdle: (() => void)[] = [];
  #turnAt = 0;
  #handled = 0;
  #violations = 0;
  readonly #ending = new AbortController();

  constructor(name: string, executor: Executor, bill: Bill, events: LifeEvents) {
    this.#name = name;
    this.#executor = executor;
    this.#bill = bill;
    this.#events = events;
    this.#outbox = new Outbox(
      (batch, transfer) => executor.post(batch, transfer),
      (tag, error) => this.#onUnsendable(tag, error),
    );
    this.#streams = new LifeStreams(this.#outbox);
    // Whoever loads the module awaits `ready`; without a reader a failure must not become an unhandled rejection.
    this.#ready.promise.catch(() => undefined);
    executor.start({
      batch: (batch) => this.#receive(batch),
      log: (record) => events.log(record),
      exit: (exit) => this.#onExit(exit),
    });
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
    return this.#handled;
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
    const { payload, signal, timeoutMs, transfer, items } = options;
    if (signal?.aborted === true) return Promise.reject(this.#cancelled(signal));
    return new Promise((resolve, reject) => {
      const id = this.#pending.add(resolve, reject, this.#turnAt, input);
      if (signal !== undefined || timeoutMs !== undefined) this.#watch(id, signal, timeoutMs);
      const isPlain = payload === undefined && timeoutMs === undefined && items === undefined;
      const tag = tagOf(id, isPlain ? DOWN.call : DOWN.callWith);
      const value = isPlain ? input : recordOf(input, options);
      if (transfer === undefined) this.#outbox.push(tag, value);
      else this.#outbox.move(tag, value, transfer);
      if (items !== undefined) this.#streams.write(id, items);
    });
  }

  /** Sends a package whose replies are read as a stream; the stream ends at the latest when the life ends. */
  stream(input: Value, options: CallOptions): AsyncIterableIterator<Value, undefined> {
    const { signal, timeoutMs, transfer, items } = options;
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
    if (signal !== undefined || timeoutMs !== undefined) this.#watch(id, signal, timeoutMs);
    const record: CallRecord = { ...recordOf(input, options), wantsStream: true };
    if (transfer === undefined) this.#outbox.push(tagOf(id, DOWN.callWith), record);
    else this.#outbox.move(tagOf(id, DOWN.callWith), record, transfer);
    if (items !== undefined) this.#streams.write(id, items);
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

  /** True when the module's event loop turns. */
  async isResponsive(): Promise<boolean> {
    try {
      return await within(PING_MS, this.#executor.ping(), 'PHLOW_CALL_TIMED_OUT', 'no pong');
    } catch {
      return false;
    }
  }

  #watch(id: number, signal: AbortSignal | undefined, timeoutMs: number | undefined): void {
    const onAbort = (): void => {
      if (signal !== undefined) this.#giveUp(id, 'the caller gave up')?.reject(this.#cancelled(signal));
    };
    const onTimeout = (): void => {
      const waiting = this.#giveUp(id, `no reply within ${timeoutMs ?? 0} ms`);
      if (waiting !== undefined) void this.#judgeLate(waiting, timeoutMs);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    const timer = timeoutMs === undefined ? undefined : setTimeout(onTimeout, timeoutMs);
    this.#pending.onEnd(id, () => {
      clearTimeout(timer);
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
    if (await this.isResponsive()) {
      const message = `Cannot wait longer for module "${this.#name}": no reply within ${timeoutMs ?? 0} ms`;
      waiting.reject(
        new PhlowError('PHLOW_CALL_TIMED_OUT', message, { details: { module: this.#name, timeoutMs } }),
      );
    } else {
      waiting.reject(await this.#events.hung());
    }
  }

  #cancelled(signal: AbortSignal): PhlowError {
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
          this.#ready.reject(loadError(this.#name, value));
          void this.#executor.terminate();
          break;
        case UP.event:
          void this.#dispatch(id, value as Value);
          break;
        case UP.power:
          void this.#power(id, value);
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
    const place = this.#handled++ % REMEMBERED;
    this.#answeredIds[place] = id;
    this.#answeredAt[place] = now;
    this.#bill.packages++;
    this.#bill.roundTrip.record((now - sentAt) * 1000);
  }

  #fail(id: number, now: number, error: () => PhlowError): void {
    const waiting = this.#take(id, now);
    if (waiting === undefined) return;
    this.#bill.failures++;
    waiting.reject(error());
  }

  #violation(found: string): void {
    this.#violations++;
    if (this.#violations < MOST_VIOLATIONS) return;
    const message = `Cannot go on with module "${this.#name}": it sent ${this.#violations} messages that make no sense, the last: ${found}`;
    void this.#executor.terminate(new PhlowError('PHLOW_WIRE_VIOLATION', message));
  }

  async #dispatch(id: number, main: Value): Promise<void> {
    try {
      this.#outbox.push(tagOf(id, DOWN.eventReply), await this.#events.dispatch(main));
    } catch (error) {
      this.#outbox.push(tagOf(id, DOWN.eventFault), toFault(error));
    }
  }

  async #power(id: number, value: unknown): Promise<void> {
    const [name, ...args] = Array.isArray(value) ? (value as readonly unknown[]) : [];
    try {
      const reply = await this.#events.power(String(name), args, this.#ending.signal);
      this.#outbox.push(tagOf(id, DOWN.powerReply), reply);
    } catch (error) {
      this.#outbox.push(tagOf(id, DOWN.powerFault), toFault(error));
    }
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
    else if (op === DOWN.eventReply) this.#outbox.push(tagOf(idOf(tag), DOWN.eventFault), toFault(failure));
    else this.#pending.take(idOf(tag))?.reject(failure);
  }

  #onExit(exit: ExecutorExit): void {
    const now = performance.now();
    const lost: Lost = {
      count: this.#pending.size,
      notes: notesOf(this.#pending.entries(), now),
      answered: this.#answered(now),
    };
    const details = { module: this.#name, reason: exit.reason, exitCode: exit.exitCode };
    const early = `Cannot load module "${this.#name}": it ended before it was ready: ${causeOf(exit)}`;
    this.#ready.reject(new PhlowError('PHLOW_LOAD_FAILED', early, { cause: exit.error, details }));
    this.#bill.failures += this.#pending.size;
    this.#pending.failAll((id) => this.#lostError(exit, id, details));
    this.#abandoned.clear();
    this.#ending.abort();
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

  #answered(now: number): { id: number; agoMs: number }[] {
    const count = Math.min(this.#handled, REMEMBERED);
    return Array.from({ length: count }, (_, i) => {
      const place = (this.#handled - count + i) % REMEMBERED;
      return { id: this.#answeredIds[place] ?? 0, agoMs: Math.round(now - (this.#answeredAt[place] ?? now)) };
    });
  }

  #wakeIdle(): void {
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }
}

function recordOf(input: Value, { payload, timeoutMs, items }: CallOptions): CallRecord {
  return { input, payload, budgetMs: timeoutMs, hasItems: items === undefined ? undefined : true };
}
