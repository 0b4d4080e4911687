import { PhlowError } from '../errors.js';
import type { Value } from '../values.js';
import { Deferred } from '../wire/deferred.js';
import { toFault } from '../wire/fault.js';
import type { LogRecord } from '../wire/log-record.js';
import { Outbox } from '../wire/outbox.js';
import { Pending, type Waiting } from '../wire/pending.js';
import { DOWN, UP, type Batch, type CallRecord, type Ready } from '../wire/protocol.js';
import { idOf, opOf, tagOf } from '../wire/tag.js';
import type { Executor, ExecutorExit } from './executor.js';
import type { CallOptions } from './module.js';
import { causeOf, loadError, moduleError, refusalError } from './read-fault.js';

/** What a life reports to its slot. */
export interface LifeEvents {
  log(record: LogRecord): void;
  /** The module's main asks for a run of the flow. */
  dispatch(main: Value): Promise<Value>;
  mainEnded(error: PhlowError | undefined): void;
  ended(exit: ExecutorExit): void;
}

/** So many messages that make no sense end a module: it is broken or hostile. */
const MOST_VIOLATIONS = 20;

/**
 * One life of a module: an executor from start to exit, with the packages that are in flight in it. A restarted module gets a new life;
 * ids, tables and ports are never shared between lives.
 */
export class Life {
  readonly #name: string;
  readonly #executor: Executor;
  readonly #events: LifeEvents;
  readonly #outbox: Outbox;
  readonly #pending = new Pending<Value>();
  /** Packages whose caller gave up; the module still owes a reply, which is then dropped. */
  readonly #abandoned = new Set<number>();
  readonly #ready = new Deferred<Ready>();
  readonly #ended = new Deferred<ExecutorExit>();
  #whenIdle: (() => void)[] = [];
  #violations = 0;

  constructor(name: string, executor: Executor, events: LifeEvents) {
    this.#name = name;
    this.#executor = executor;
    this.#events = events;
    this.#outbox = new Outbox(
      (batch, transfer) => executor.post(batch, transfer),
      (tag, error) => this.#onUnsendable(tag, error),
    );
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

  /** Sends a package; the promise settles exactly once, at the latest when the life ends. */
  call(input: Value, options: CallOptions | undefined): Promise<Value> {
    if (options !== undefined) return this.#callWith(input, options);
    return new Promise((resolve, reject) => {
      this.#outbox.push(tagOf(this.#pending.add(resolve, reject), DOWN.call), input);
    });
  }

  #callWith(input: Value, { payload, signal, timeoutMs, transfer }: CallOptions): Promise<Value> {
    if (signal?.aborted === true) return Promise.reject(this.#cancelled(signal));
    return new Promise((resolve, reject) => {
      const id = this.#pending.add(resolve, reject);
      if (signal !== undefined || timeoutMs !== undefined) this.#watch(id, signal, timeoutMs);
      const isPlain = payload === undefined && timeoutMs === undefined;
      const tag = tagOf(id, isPlain ? DOWN.call : DOWN.callWith);
      const value = isPlain ? input : ({ input, payload, budgetMs: timeoutMs } satisfies CallRecord);
      if (transfer === undefined) this.#outbox.push(tag, value);
      else this.#outbox.move(tag, value, transfer);
    });
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

  #watch(id: number, signal: AbortSignal | undefined, timeoutMs: number | undefined): void {
    const giveUp = (error: PhlowError): void => {
      const waiting = this.#pending.take(id);
      if (waiting === undefined) return;
      this.#abandoned.add(id);
      this.#outbox.push(tagOf(id, DOWN.cancel), error.message);
      waiting.reject(error);
    };
    const onAbort = (): void => {
      if (signal !== undefined) giveUp(this.#cancelled(signal));
    };
    const onTimeout = (): void => {
      const message = `Cannot wait longer for module "${this.#name}": no reply within ${timeoutMs ?? 0} ms`;
      giveUp(new PhlowError('PHLOW_CALL_TIMED_OUT', message, { details: { module: this.#name, timeoutMs } }));
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    const timer = timeoutMs === undefined ? undefined : setTimeout(onTimeout, timeoutMs);
    this.#pending.onEnd(id, () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    });
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
    for (let i = 0; i < batch.length; i += 2) {
      const tag = batch[i] as number;
      const id = idOf(tag);
      const value = batch[i + 1];
      switch (opOf(tag)) {
        case UP.reply:
          this.#take(id)?.resolve(value as Value);
          break;
        case UP.fault:
          this.#take(id)?.reject(moduleError(this.#name, value));
          break;
        case UP.refusal:
          this.#take(id)?.reject(refusalError(this.#name, value));
          break;
        case UP.ready:
          this.#ready.resolve(value as Ready);
          break;
        case UP.failed:
          this.#ready.reject(loadError(this.#name, value));
          void this.#executor.terminate();
          break;
        case UP.event:
          void this.#dispatch(id, value as Value);
          break;
        case UP.mainEnded:
          this.#events.mainEnded(value === undefined ? undefined : moduleError(this.#name, value));
          break;
        default:
          this.#violation(`operation ${opOf(tag)}`);
      }
    }
    if (this.#whenIdle.length > 0 && this.inFlight === 0) this.#wakeIdle();
  }

  #take(id: number): Waiting<Value> | undefined {
    const waiting = this.#pending.take(id);
    if (waiting === undefined && !this.#abandoned.delete(id))
      this.#violation(`a reply to package ${id}, which is not open`);
    return waiting;
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

  #onUnsendable(tag: number, error: unknown): void {
    const message = `Cannot send to module "${this.#name}": ${String(error)}; pass plain data`;
    const failure = new PhlowError('PHLOW_INPUT_UNCLONABLE', message, {
      cause: error,
      details: { module: this.#name },
    });
    // The result of a run that cannot cross back to a main module is told as a fault; a package is rejected.
    if (opOf(tag) === DOWN.eventReply) this.#outbox.push(tagOf(idOf(tag), DOWN.eventFault), toFault(failure));
    else this.#pending.take(idOf(tag))?.reject(failure);
  }

  #onExit(exit: ExecutorExit): void {
    const details = { module: this.#name, reason: exit.reason, exitCode: exit.exitCode };
    const options = { cause: exit.error, details };
    const early = `Cannot load module "${this.#name}": it ended before it was ready: ${causeOf(exit)}`;
    this.#ready.reject(new PhlowError('PHLOW_LOAD_FAILED', early, options));
    this.#pending.failAll((id) => {
      const message = `Module "${this.#name}" ended with package ${id} in flight: ${causeOf(exit)}`;
      return new PhlowError('PHLOW_MODULE_CRASHED', message, {
        cause: exit.error,
        details: { ...details, package: id },
      });
    });
    this.#abandoned.clear();
    this.#wakeIdle();
    this.#events.ended(exit);
    this.#ended.resolve(exit);
  }

  #wakeIdle(): void {
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }
}
