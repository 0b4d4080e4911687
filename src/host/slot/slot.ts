import type { IsolationLevel } from '../../manifest/isolation.js';
import type { Manifest } from '../../manifest/manifest.js';
import type { Value } from '../../values.js';
import { Deferred } from '../../wire/deferred.js';
import { Bill } from '../bill/bill.js';
import type { DeadLetters } from '../death/dead-letter.js';
import type { ExecutorExit } from '../executor.js';
import type { Lost } from '../death/exit-report.js';
import { HangExaminer } from '../death/hang-examiner.js';
import { Intake } from './intake.js';
import type { Life } from './life.js';
import { Lives, type HealthCheck } from './lives.js';
import type { CallOptions, Module, ModuleState, StopReport } from '../module.js';
import { callWith, readCallOptions, withDeadline } from '../call/call-options.js';
import type { PackageOptions } from '../call/journeys.js';
import { Recovery } from './recovery.js';
import { Redelivery } from './redelivery.js';
import { rejectLater } from '../call/reject-later.js';
import { busyError, notFailedError, withdrawnError } from './slot-errors.js';
import { SlotLog } from '../log/slot-log.js';
import type { SlotOptions } from './slot-options.js';
import { SlotState } from './slot-state.js';
import { NOTHING_RETIRED } from './retire.js';
import type { Telemetry } from '../bill/telemetry.js';
import { Upkeep } from './upkeep.js';
import type { Version } from './version.js';

/** The host's record of one loaded module, and the handle that callers get: keeps it alive and remembers why it died. */
export class Slot implements Module {
  readonly bill = new Bill();
  readonly #options: SlotOptions;
  readonly #state: SlotState;
  readonly #lives: Lives;
  readonly #intake: Intake;
  readonly #log: SlotLog;
  readonly #upkeep: Upkeep;
  readonly #recovery: Recovery;
  readonly #examiner: HangExaminer;
  readonly #redelivery: Redelivery | undefined;
  readonly #telemetry: Telemetry;
  readonly #mainEnded = new Deferred<void>();
  #closing: Promise<StopReport> | undefined;
  #isCallable = false;

  constructor(options: SlotOptions) {
    this.#options = options;
    this.#telemetry = options.telemetry;
    this.#state = new SlotState(options.name);
    this.#log = new SlotLog({ ...options, onCut: (lines) => this.#onLinesCut(lines) });
    this.#examiner = new HangExaminer(options.name, options.graceMs, options.autopsy);
    this.#intake = new Intake({ ...options, bill: this.bill });
    const send = this.#send.bind(this);
    this.#redelivery =
      options.redeliver && new Redelivery(options.redeliver, { ...options, state: this.#state, send });
    this.#lives = new Lives(options, this.bill, this.#state, {
      log: (record) => this.#log.write(record),
      mainEnded: (error) => (error === undefined ? this.#mainEnded.resolve() : this.#mainEnded.reject(error)),
      replied: () => this.#pump(),
      hung: (part) => this.#examiner.examine(part),
      replica: (change) => this.#recovery.noteReplica(change, this.bill),
      notReady: (life, error) => this.#examiner.placeLateLoad(life, error),
      ended: (life, exit, lost) => this.#onEnded(life, exit, lost),
    });
    this.#recovery = new Recovery(options, this.#state, this.#log, {
      revive: () => void this.#revive(),
      givenUp: () => this.#onGivenUp(),
    });
    this.#upkeep = new Upkeep(options, {
      present: () => this.#open,
      suspect: (part) => void this.#examiner.suspect(part),
      wornOut: () => this.#recycle(),
      unused: () => this.#stopIdle(),
    });
    this.#mainEnded.promise.catch(() => undefined);
  }

  get name(): string {
    return this.#options.name;
  }
  get manifest(): Manifest {
    return this.#lives.version.manifest;
  }
  get state(): ModuleState {
    return this.#state.now;
  }
  get level(): IsolationLevel {
    return this.#lives.version.level;
  }
  get jail(): Version['jail'] {
    return this.#lives.version.jail;
  }
  get isCallable(): boolean {
    return this.#isCallable;
  }
  get threadId(): number | undefined {
    return this.#state.is('ready') || this.#state.is('draining') ? this.life?.threadId : undefined;
  }
  get mainEnded(): Promise<void> {
    return this.#mainEnded.promise;
  }
  get recovery(): Pick<Recovery, 'restarts' | 'circuit'> {
    return this.#recovery;
  }
  get life(): Life | undefined {
    return this.#lives.present;
  }
  get waiting(): number {
    return this.#intake.size;
  }
  get deadLetters(): DeadLetters | undefined {
    return this.#redelivery?.letters;
  }

  cpuMs(present: number | undefined): number | undefined {
    return this.#lives.cpuMs(present);
  }

  get #open(): Life | undefined {
    return this.#state.is('ready') ? this.#lives.present : undefined;
  }

  readonly clock = {
    advance: (ms: number): Promise<void> => {
      const life = this.#open;
      return life === undefined ? rejectLater(this.#recovery.down()) : life.advance(ms);
    },
  };

  /** Starts the module; resolves when it takes packages. After a failure no thread is left. */
  async load(): Promise<void> {
    try {
      this.#onReady((await this.#lives.start()).isCallable, 'loading');
    } catch (error) {
      if (this.#state.is('loading')) this.#state.become('failed');
      await this.#lives.end(this.#recovery.down());
      throw error;
    }
  }

  call<Reply = Value>(input?: unknown, options?: CallOptions): Promise<Reply> {
    return callWith(this.name, options, (read) => this.#call(input, read)) as Promise<Reply>;
  }

  #call(input: unknown, options: PackageOptions | undefined): Promise<Value> {
    // Whether it is plain data shows when it is copied: what is not is refused then.
    const sent = input as Value;
    if (!this.#telemetry.isOn) return this.#deliver(sent, options);
    const send = (traced: CallOptions | undefined): Promise<Value> => this.#deliver(sent, traced);
    return this.#telemetry.trace(this.name, sent, options, send);
  }

  #deliver(input: Value, options: PackageOptions | undefined): Promise<Value> {
    return this.#redelivery === undefined
      ? this.#send(input, options)
      : this.#redelivery.call(input, options);
  }

  #send(input: Value, options: PackageOptions | undefined): Promise<Value> {
    const life = this.#lives.present;
    this.#upkeep.note();
    const all = withDeadline(options, this.#options.callTimeoutMs);
    if (this.#state.now === 'ready' && life !== undefined && this.#intake.admits(life))
      return life.call(input, all);
    return this.#callLater(input, all);
  }

  stream<Item = Value>(input?: unknown, options?: CallOptions): AsyncIterableIterator<Item, undefined> {
    const read = withDeadline(readCallOptions(this.name, options), undefined) ?? {};
    const life = this.#open;
    this.#upkeep.note();
    if (life === undefined) throw this.#recovery.down();
    if (!this.#intake.admits(life)) throw busyError(this.name, life.inFlight, this.#options.maxInFlight);
    return life.stream(input as Value, read) as AsyncIterableIterator<Item, undefined>;
  }

  cancelPending(filter?: (input: Value) => boolean): number {
    return this.#intake.refuse(() => withdrawnError(this.name), filter);
  }

  async restart(): Promise<void> {
    if (!this.#state.is('failed')) throw notFailedError(this.name, this.#state.now);
    this.#recovery.forgive();
    this.#state.become('restarting');
    this.#onReady((await this.#lives.start()).isCallable, 'restarting');
  }

  /**
   * Puts another version in the place of this one: the new one starts beside the old, gets the packages once it is ready and `check` has
   * passed, and the old one finishes what it has. On a failure the old one stays.
   */
  async replace(version: Version, because: string, check?: HealthCheck): Promise<void> {
    if (!this.#state.is('ready')) throw this.#recovery.down();
    this.#isCallable = (await this.#lives.replace(version, because, check)).isCallable;
    this.#upkeep.startAnew();
    this.#pump();
  }

  /** Sends a package on behalf of another module; `hops` counts those that it has passed through by now. */
  callFor(input: Value, options: PackageOptions & { readonly hops: number }): Promise<Value> {
    return this.#options.hops.during(options.hops, () => this.#call(input, options));
  }

  close(): Promise<StopReport> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #callLater(input: Value, options: PackageOptions | undefined): Promise<Value> {
    if (this.#state.is('idle')) {
      this.#state.become('restarting');
      void this.#revive();
    }
    const { whenFull, maxInFlight } = this.#options;
    const mayWait = this.#state.is('restarting') || (this.#state.is('ready') && whenFull === 'wait');
    if (mayWait) return this.#intake.wait(input, options);
    if (!this.#state.is('ready')) return rejectLater(this.#recovery.down());
    return rejectLater(busyError(this.name, this.life?.inFlight ?? 0, maxInFlight));
  }

  #pump(): void {
    const life = this.#open;
    if (this.#intake.size > 0 && life !== undefined) this.#intake.pump(life);
  }

  #onReady(isCallable: boolean, from: ModuleState): void {
    // It may have been closed in the turn in which it became ready.
    if (!this.#state.is(from)) throw this.#recovery.down();
    this.#isCallable = isCallable;
    this.#state.become('ready');
    this.#recovery.noteReady();
    this.#upkeep.startAnew();
    this.#pump();
  }

  async #revive(): Promise<void> {
    try {
      this.#onReady((await this.#lives.start()).isCallable, 'restarting');
    } catch {
      // Its end was judged in #onEnded, which has ordered the next try or given the module up.
    }
  }

  #onEnded(life: Life, exit: ExecutorExit, lost: Lost): void {
    this.#log.flush();
    const isPresent = life === this.#lives.present;
    const isLeaving = !isPresent || ['draining', 'stopped', 'idle'].includes(this.#state.now);
    // The host's own doing, at a stop or a replacement.
    if (isLeaving && exit.reason === 'terminated' && exit.error === undefined) return;
    const report = this.#recovery.note(life, exit, lost, this.#examiner.autopsyOf(life));
    // Whoever loads it is told by the error.
    if (this.#state.is('loading')) return;
    this.#recovery.tell(report);
    if (!isLeaving) this.#recovery.decide(exit);
  }

  #onGivenUp(): void {
    this.#intake.refuse(() => this.#recovery.down());
    this.#mainEnded.reject(this.#recovery.down());
  }

  /** A failure is told by the event `replace_failed`, and it is tried again at the next look. */
  #recycle(): void {
    void this.replace(this.#lives.version, 'recycled').catch(() => undefined);
  }

  #stopIdle(): void {
    this.#state.become('idle');
    this.#options.events.emit({ type: 'idle', module: this.name });
    this.#lives.retireAside();
  }

  async #close(): Promise<StopReport> {
    const started = performance.now();
    this.#recovery.cancel();
    this.#upkeep.end();
    let retired = NOTHING_RETIRED;
    if (this.#state.is('ready')) {
      this.#state.become('draining');
      this.#intake.refuse(() => this.#recovery.down());
      retired = await this.#lives.retire();
    }
    this.#state.become('stopped');
    this.#intake.refuse(() => this.#recovery.down());
    await this.#lives.end(this.#recovery.down());
    this.#log.flush();
    this.#mainEnded.resolve();
    this.#options.events.emit({ type: 'stopped', module: this.name });
    this.#options.onStopped();
    return { module: this.name, tookMs: performance.now() - started, ...retired };
  }

  #onLinesCut(lines: number): void {
    this.bill.cutLines += lines;
    this.#options.events.emit({ type: 'log_cut', module: this.name, lines });
  }
}
