import type { PhlowError } from '../../errors.js';
import type { Value } from '../../values.js';
import type { Outbox } from '../../wire/outbox.js';
import { OwnSignal } from '../../wire/own-signal.js';
import { Pending, type Waiting } from '../../wire/pending.js';
import { DOWN, type CallRecord, tagOf } from '../../wire/protocol.js';
import { StreamReader } from '../../wire/stream-reader.js';
import { RequestReader } from './request-reader.js';
import { Answered } from './answered.js';
import type { ModuleMetrics } from '../diagnostics/module-metrics.js';
import { cancelledError, rejectLater } from './call-errors.js';
import { followSignal, refusalBy } from './caller-signal.js';
import { Deadline } from './deadline.js';
import { notesOf, type Lost } from '../diagnostics/exit-report.js';
import { recordOf, type CallContexts, type PackageOptions } from './call-contexts.js';
import { InstanceStreams } from './instance-streams.js';

/** How a package stands: somebody waits for it, or nobody does any more and the module still has it. */
export type Standing = 'open' | 'given up' | undefined;

/** What has to be over: every package, or those that somebody waits for. */
export type Wanted = 'all' | 'awaited';

/** What packages in flight are made of. */
export interface InFlightOptions {
  readonly module: string;
  readonly metrics: ModuleMetrics;
  readonly outbox: Outbox;
  readonly contexts: CallContexts;
  /** A deadline has passed: the package was given up, and the listener has to reject it. */
  readonly late: (waiting: Waiting<Value>, timeoutMs: number) => void;
}

/** The packages that one instance of a module has. Each settles exactly once: by what comes for it, by its caller, or when the instance ends. */
export class InFlight {
  readonly #options: InFlightOptions;
  readonly #metrics: ModuleMetrics;
  readonly #outbox: Outbox;
  readonly #streams: InstanceStreams;
  readonly #pending = new Pending<Value>();
  /** Packages whose caller gave up; the module still owes a reply, which is then dropped. */
  readonly #abandoned = new Map<number, Waiting<Value>>();
  readonly #answered = new Answered();
  readonly #waiters: Record<Wanted, (() => void)[]> = { all: [], awaited: [] };
  #turnAt = 0;

  constructor(options: InFlightOptions) {
    this.#options = options;
    this.#metrics = options.metrics;
    this.#outbox = options.outbox;
    this.#streams = new InstanceStreams(options.outbox);
  }

  /** Packages that the module still has, also those whose caller gave up. */
  get size(): number {
    return this.#pending.size + this.#abandoned.size;
  }

  /** Packages that somebody waits for. */
  get awaited(): number {
    return this.#pending.size;
  }

  /** Packages that were answered. */
  get handled(): number {
    return this.#answered.count;
  }

  /** How the package with this id stands; undefined when the module does not have it. */
  standingOf(id: number): Standing {
    if (this.#pending.has(id)) return 'open';
    return this.#abandoned.has(id) ? 'given up' : undefined;
  }

  /** Milliseconds that the oldest of them has been in flight; 0 when there is none. */
  oldestAgeMs(now: number): number {
    let oldest = now;
    for (const [, { at }] of this.#pending.entries()) if (at > 0 && at < oldest) oldest = at;
    for (const { at } of this.#abandoned.values()) if (at > 0 && at < oldest) oldest = at;
    return now - oldest;
  }

  /** Sends a package. */
  call(input: Value, options: PackageOptions | undefined): Promise<Value> {
    // One look at the clock per batch, not per package.
    if (this.#outbox.isSettled) this.#turnAt = performance.now();
    if (options !== undefined) return this.#callWith(input, options);
    return new Promise((resolve, reject) => {
      this.#outbox.push(tagOf(this.#pending.add(resolve, reject, this.#turnAt, input), DOWN.call), input);
    });
  }

  #callWith(input: Value, options: PackageOptions): Promise<Value> {
    const { payload, signal, timeoutMs, transfer, items, traceparent } = options;
    const { module } = this.#options;
    const refusal = refusalBy(module, signal);
    if (refusal !== undefined) return rejectLater(refusal);
    return new Promise((resolve, reject) => {
      const id = this.#pending.add(resolve, reject, this.#turnAt, input);
      const refusal = this.#tryToWatch(id, options);
      if (refusal !== undefined) {
        this.#pending.take(id)?.reject(refusal);
        return;
      }
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

  /** Sends a package whose replies are read as a stream. */
  stream(input: Value, options: PackageOptions): AsyncIterableIterator<Value, undefined> {
    const { signal, transfer, items, listener } = options;
    const at = performance.now();
    const id: number = this.#pending.add(
      () => reader.end(),
      (error) => reader.fail(error as Error),
      at,
      input,
    );
    const Reader = listener === undefined ? StreamReader<Value> : RequestReader;
    const reader = this.#streams.read(id, () => this.#giveUp(id, 'the reader wants no more'), Reader);
    const refusal = refusalBy(this.#options.module, signal) ?? this.#tryToWatch(id, options);
    if (refusal !== undefined) {
      this.#pending.take(id);
      this.#streams.forget(id);
      reader.fail(refusal);
      return reader;
    }
    const record: CallRecord = { ...recordOf(input, options), wantsStream: true, listener };
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

  /** Resolves when none of them is in flight any more. */
  drained(wanted: Wanted): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters[wanted].push(resolve);
      this.wake();
    });
  }

  /** The module has answered; false when it had no such package. */
  reply(id: number, now: number, value: Value): boolean {
    const waiting = this.#pending.take(id);
    if (waiting === undefined) return this.#abandoned.delete(id);
    this.#record(waiting, now);
    waiting.resolve(value);
    return true;
  }

  /** The module has failed at a package; false when it had no such package. */
  fail(id: number, now: number, error: () => PhlowError): boolean {
    const waiting = this.#pending.take(id);
    if (waiting === undefined) return this.#abandoned.delete(id);
    this.#record(waiting, now);
    this.#metrics.failures++;
    waiting.reject(error());
    return true;
  }

  /** The next item of a stream of replies; false when the module had no credit for it. */
  item(id: number, value: Value): boolean {
    return this.#streams.receive(id, value) || this.#abandoned.has(id);
  }

  /** The module takes more items of an input stream. */
  credit(id: number, items: unknown): void {
    this.#streams.grant(id, items);
  }

  /** An item of one of the package's streams cannot cross: that ends the package. */
  failStream(id: number, reason: string, error: PhlowError): void {
    this.#giveUp(id, reason)?.reject(error);
  }

  /** The package has ended without a reply; the others are not affected. */
  drop(id: number, error: PhlowError): void {
    const waiting = this.#pending.take(id);
    if (waiting === undefined) this.#abandoned.delete(id);
    else {
      this.#metrics.failures++;
      this.#streams.forget(id);
      // In a later turn, see rejectLater.
      setImmediate(waiting.reject, error);
    }
    this.wake();
  }

  /** Resolves drained() if the last package has ended. */
  wake(): void {
    const { all, awaited } = this.#waiters;
    if (all.length + awaited.length === 0 || this.awaited > 0) return;
    for (const resolve of awaited.splice(0)) resolve();
    if (this.size === 0) for (const resolve of all.splice(0)) resolve();
  }

  /** The packages that an ended instance loses, for its exit report. */
  lost(now: number): Lost {
    return {
      count: this.#pending.size,
      notes: notesOf(this.#pending.entries(), now),
      givenUp: notesOf(this.#abandoned.entries(), now),
      handled: this.handled,
      answered: this.#answered.last(now),
    };
  }

  /** The instance is over: all that wait are rejected, each with an error of its own. */
  end(errorFor: (id: number) => PhlowError): void {
    this.#metrics.failures += this.#pending.size;
    this.#pending.failAll(errorFor);
    this.#streams.end();
    this.#abandoned.clear();
    this.wake();
  }

  #record(waiting: Waiting<Value>, now: number): void {
    if (waiting.at > 0) {
      this.#answered.record(waiting.id, now);
      this.#metrics.packages++;
      this.#metrics.roundTrip.record((now - waiting.at) * 1000);
    }
    this.#streams.forget(waiting.id);
  }

  /** Follows the caller's signal and counts down its deadline; the error when that signal cannot be followed. */
  #tryToWatch(
    id: number,
    { signal, timeoutMs, traceparent, hops = 0, askedMs = timeoutMs }: PackageOptions,
  ): PhlowError | undefined {
    const isSignalOnly = timeoutMs === undefined && traceparent === undefined && hops === 0;
    if (isSignalOnly && signal === undefined) return undefined;
    if (isSignalOnly && signal instanceof OwnSignal) {
      this.#follow(id, signal);
      return undefined;
    }
    const onAbort = (): void => {
      if (signal !== undefined)
        this.#giveUp(id, 'the caller gave up')?.reject(cancelledError(this.#options.module, signal));
    };
    const onTimeout = (): void => {
      const waiting = this.#giveUp(id, `no reply within ${askedMs ?? 0} ms`);
      if (waiting !== undefined) this.#options.late(waiting, askedMs ?? 0);
    };
    const { module, contexts } = this.#options;
    let stop: () => void;
    try {
      stop = followSignal(module, signal, onAbort);
    } catch (error) {
      return error as PhlowError;
    }
    const deadline =
      timeoutMs === undefined ? undefined : new Deadline(timeoutMs, askedMs ?? timeoutMs, onTimeout);
    if (deadline !== undefined || traceparent !== undefined || hops > 0)
      contexts.open(id, { deadline, traceparent, hops });
    this.#pending.onEnd(id, () => {
      contexts.close(id);
      stop();
    });
    return undefined;
  }

  /** Follows a signal that can always be followed, where there is nothing else to watch. */
  #follow(id: number, signal: OwnSignal): void {
    const onAbort = (): void => {
      this.#giveUp(id, 'the caller gave up')?.reject(cancelledError(this.#options.module, signal));
    };
    this.#pending.onEnd(id, followSignal(this.#options.module, signal, onAbort));
  }

  /** Stops waiting for a package: its handler's signal aborts, its late reply will be dropped. */
  #giveUp(id: number, reason: string): Waiting<Value> | undefined {
    const waiting = this.#pending.take(id);
    if (waiting === undefined) return undefined;
    this.#metrics.failures++;
    this.#streams.forget(id);
    this.#abandoned.set(id, waiting);
    this.#outbox.push(tagOf(id, DOWN.cancel), reason);
    this.wake();
    return waiting;
  }
}
