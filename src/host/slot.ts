import { messageOf, PhlowError } from '../errors.js';
import type { IsolationLevel } from '../manifest/isolation.js';
import type { Manifest } from '../manifest/manifest.js';
import type { Value } from '../values.js';
import { Deferred } from '../wire/deferred.js';
import type { Ready } from '../wire/protocol.js';
import { Bill } from './bill.js';
import type { DeadLetters } from './dead-letter.js';
import type { ExecutorExit } from './executor.js';
import { drawExitReport, makeReport, type ExitReport } from './exit-report.js';
import { Health } from './health.js';
import { HangExaminer } from './hang-examiner.js';
import { Intake } from './intake.js';
import { Life, type Lost } from './life.js';
import type { CallOptions, Module, ModuleState, StopReport } from './module.js';
import type { Pulsed } from './pulse.js';
import { busyError, downError } from './slot-errors.js';
import { SlotLog } from './slot-log.js';
import type { SlotOptions } from './slot-options.js';
import { SlotState } from './slot-state.js';
import { Redelivery } from './redelivery.js';
import { rejectLater } from './reject-later.js';
import { Supervisor } from './supervisor.js';
import { retire, type Retired } from './retire.js';
import type { Telemetry } from './telemetry.js';
import type { Version } from './version.js';
import { within } from './within.js';

/** Looks whether a new version works, by calling it; it does not when this rejects. */
export type HealthCheck = (call: (input?: Value) => Promise<Value>) => Promise<unknown>;

/** The host's record of one loaded module, and the handle that callers get: keeps it alive and remembers why it died. */
export class Slot implements Module, Pulsed {
  readonly bill = new Bill();
  readonly #options: SlotOptions;
  readonly #supervisor: Supervisor;
  readonly #intake: Intake;
  readonly #log: SlotLog;
  readonly #health: Health;
  readonly #state: SlotState;
  readonly #examiner: HangExaminer;
  readonly #mainEnded = new Deferred<void>();
  readonly #telemetry: Telemetry;
  readonly #redelivery: Redelivery;
  #version: Version;
  #life: Life | undefined;
  #lastReport: ExitReport | undefined;
  #closing: Promise<StopReport> | undefined;
  #restartTimer: NodeJS.Timeout | undefined;
  /** The life that is to replace the present one. */
  #successor: Life | undefined;
  #retiring: Promise<unknown> = Promise.resolve();
  /** Why it is not restarted any more. */
  #givenUp: string | undefined;
  #isReplacing = false;
  #isCallable = false;
  #isWatched = false;

  constructor(options: SlotOptions) {
    this.#options = options;
    this.#version = options.version;
    this.#telemetry = options.telemetry;
    this.#supervisor = new Supervisor(options.restart);
    this.#examiner = new HangExaminer(options.name, options.graceMs, options.autopsy);
    this.#intake = new Intake({ ...options, bill: this.bill });
    this.#state = new SlotState(options.name);
    this.#redelivery = new Redelivery(options.name, options.events, (input, how) => this.#send(input, how));
    this.#health = new Health(options);
    this.#log = new SlotLog({ ...options, onCut: (lines) => this.#onLinesCut(lines) });
    this.#mainEnded.promise.catch(() => undefined);
  }

  get name(): string {
    return this.#options.name;
  }
  get manifest(): Manifest {
    return this.#version.manifest;
  }
  get state(): ModuleState {
    return this.#state.now;
  }
  get level(): IsolationLevel {
    return this.#version.level;
  }
  get jail(): Version['jail'] {
    return this.#version.jail;
  }
  get isCallable(): boolean {
    return this.#isCallable;
  }
  get threadId(): number | undefined {
    return this.#state.now === 'ready' || this.#state.now === 'draining'
      ? this.#life?.executor.threadId
      : undefined;
  }
  get mainEnded(): Promise<void> {
    return this.#mainEnded.promise;
  }
  get restarts(): number {
    return this.#supervisor.restarts;
  }
  get life(): Life | undefined {
    return this.#life;
  }
  get waiting(): number {
    return this.#intake.size;
  }
  get deadLetters(): DeadLetters {
    return this.#redelivery.letters;
  }
  /** Why it died the last time. */
  get lastReport(): ExitReport | undefined {
    return this.#lastReport;
  }

  readonly clock = {
    advance: (ms: number): Promise<void> => {
      const life = this.#life;
      return life === undefined || this.#state.now !== 'ready'
        ? Promise.reject(this.#down())
        : life.advance(ms);
    },
  };

  /** Starts the module; resolves when it takes packages. After a failure no thread is left. */
  async load(): Promise<void> {
    const life = this.#start();
    try {
      this.#isCallable = (await this.#untilReady(life)).isCallable;
      this.#state.become('ready');
    } catch (error) {
      if (this.#state.now === 'loading') this.#state.become('failed');
      throw error;
    }
  }

  call<Reply extends Value = Value>(input?: Value, options?: CallOptions): Promise<Reply> {
    if (!this.#telemetry.isOn) return this.#deliver(input, options) as Promise<Reply>;
    const send = (traced: CallOptions | undefined): Promise<Value> => this.#deliver(input, traced);
    return this.#telemetry.trace(this.name, input, options, send) as Promise<Reply>;
  }

  #deliver(input: Value, options: CallOptions | undefined): Promise<Value> {
    return this.#options.redeliver ? this.#redelivery.call(input, options) : this.#send(input, options);
  }

  #send(input: Value, options: CallOptions | undefined): Promise<Value> {
    const life = this.#life;
    if (!this.#isWatched) this.#watch();
    const { callTimeoutMs } = this.#options;
    const all =
      callTimeoutMs === undefined || options?.timeoutMs !== undefined
        ? options
        : { ...options, timeoutMs: callTimeoutMs };
    if (this.#state.now === 'ready' && life !== undefined && this.#intake.admits(life))
      return life.call(input, all);
    return this.#callLater(input, all);
  }

  stream<Item extends Value = Value>(
    input?: Value,
    options: CallOptions = {},
  ): AsyncIterableIterator<Item, undefined> {
    const life = this.#life;
    if (!this.#isWatched) this.#watch();
    if (this.#state.now !== 'ready' || life === undefined) throw this.#down();
    if (!this.#intake.admits(life)) throw this.#busy();
    return life.stream(input, options) as AsyncIterableIterator<Item, undefined>;
  }

  /** Rejects packages that wait and pass the filter; returns how many that were. */
  cancelPending(filter?: (input: Value) => boolean): number {
    const message = `Cancelled a call of module "${this.name}" that was waiting: the host was asked to`;
    return this.#intake.refuse(
      () => new PhlowError('PHLOW_CALL_CANCELLED', message, { details: { module: this.name } }),
      filter,
    );
  }

  async restart(): Promise<void> {
    if (this.#state.now !== 'failed') {
      throw new PhlowError(
        'PHLOW_OPTION_INVALID',
        `Cannot restart module "${this.name}": it is ${this.#state.now}, not failed`,
      );
    }
    this.#supervisor.forgive();
    this.#givenUp = undefined;
    this.#state.become('restarting');
    await this.#revive();
  }

  /**
   * Puts another version in the place of this one: the new one starts beside the old, gets the packages once it is ready and `check` has
   * passed, and the old one finishes what it has. On a failure the old one stays.
   */
  async replace(version: Version, because: string, check?: HealthCheck): Promise<void> {
    const old = this.#life;
    const previous = this.#version;
    if (this.#state.now !== 'ready' || old === undefined) throw this.#down();
    if (this.#isReplacing) {
      const message = `Cannot replace module "${this.name}": it is being replaced already`;
      throw new PhlowError('PHLOW_MODULE_BUSY', message, { details: { module: this.name } });
    }
    this.#isReplacing = true;
    const life = this.#begin(version);
    this.#successor = life;
    try {
      const { isCallable } = await this.#untilReady(life);
      await check?.((input) => life.call(input, { timeoutMs: this.#options.loadTimeoutMs }));
      if (this.#life !== old || !this.#state.is('ready')) throw this.#down();
      this.#isCallable = isCallable;
    } catch (error) {
      await life.terminate(error);
      this.#isReplacing = false;
      const why = messageOf(error);
      this.#options.events.emit({ type: 'replace_failed', module: this.name, because: why });
      const message = `Cannot replace module "${this.name}", the old one goes on: ${why}`;
      throw new PhlowError('PHLOW_LOAD_FAILED', message, { cause: error, details: { module: this.name } });
    }
    this.#version = version;
    this.#life = life;
    this.#successor = undefined;
    this.#isReplacing = false;
    this.#health.startAnew();
    this.#intake.pump(life);
    this.#options.events.emit({ type: 'replaced', module: this.name, because });
    this.#retiring = Promise.all([this.#retiring, this.#retire(old, previous)]);
  }

  async #retire(old: Life, version: Version): Promise<void> {
    await retire(old, this.#options);
    if (version.broker !== this.#version.broker) await version.broker.close();
  }

  /** Sends a package on behalf of another module, which has passed through `hops` modules by now. */
  async callFor(hops: number, input: Value, options: CallOptions): Promise<Value> {
    const leave = this.#options.hops.enter(hops);
    try {
      return await this.call(input, options);
    } finally {
      leave();
    }
  }

  close(): Promise<StopReport> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Looked at once a second while it has something to watch. */
  tick(now: number): boolean {
    const life = this.#life;
    if (this.#state.now !== 'ready' || life === undefined) return this.#rest();
    const { suspects, isWornOut, isUnused, isWorthWatching } = this.#health.look(life, now);
    for (const part of suspects) void this.#examiner.suspect(part);
    if (isWornOut && !this.#isReplacing) void this.replace(this.#version, 'recycled').catch(() => undefined);
    if (isUnused) this.#stopIdle(life);
    return isWorthWatching || this.#rest();
  }

  #rest(): false {
    this.#isWatched = false;
    return false;
  }

  #watch(): void {
    this.#isWatched = true;
    this.#health.noteUse();
    this.#options.pulse.watch(this);
  }

  #callLater(input: Value, options: CallOptions | undefined): Promise<Value> {
    if (this.#state.now === 'idle') {
      this.#state.become('restarting');
      void this.#revive();
    }
    if (this.#state.now === 'restarting') return this.#intake.wait(input, options);
    if (this.#state.now !== 'ready') return rejectLater(this.#down());
    return this.#options.whenFull === 'wait' ? this.#intake.wait(input, options) : rejectLater(this.#busy());
  }

  #start(): Life {
    const life = this.#begin(this.#version);
    this.#life = life;
    return life;
  }

  #begin({ createExecutor, broker }: Version): Life {
    const { name, graceMs, terminateTimeoutMs } = this.#options;
    const life: Life = new Life({ name, graceMs, terminateTimeoutMs, bill: this.bill }, createExecutor(), {
      log: (record) => this.#log.write(record),
      dispatch: (main) => this.#dispatch(main),
      power: (power, args, signal, journey) =>
        broker.call(power, args, signal, {
          timeoutMs: journey?.deadline?.leftMs,
          traceparent: journey?.traceparent,
        }),
      mainEnded: (error) => (error === undefined ? this.#mainEnded.resolve() : this.#mainEnded.reject(error)),
      replied: () => {
        if (this.#intake.size > 0 && this.#state.now === 'ready' && this.#life !== undefined)
          this.#intake.pump(this.#life);
      },
      hung: (part) => this.#examiner.examine(part),
      ended: (exit, lost) => this.#onEnded(life, exit, lost),
    });
    return life;
  }

  /** Waits for "ready"; when that fails, ends the life first, so that no thread is left. */
  async #untilReady(life: Life): Promise<Ready> {
    const { name, loadTimeoutMs, events } = this.#options;
    const late = `Cannot load module "${name}": it was not ready within ${loadTimeoutMs} ms; look for work at load time that never ends`;
    try {
      const ready = await within(loadTimeoutMs, life.ready, 'PHLOW_LOAD_TIMED_OUT', late);
      const loadMs = performance.now() - life.startedAt;
      events.emit({ type: 'ready', module: name, threadId: life.executor.threadId, loadMs });
      return ready;
    } catch (error) {
      await life.terminate(error);
      throw error;
    }
  }

  async #revive(): Promise<void> {
    try {
      const life = this.#start();
      this.#isCallable = (await this.#untilReady(life)).isCallable;
      if (this.#state.now !== 'restarting') return;
      this.#state.become('ready');
      this.#health.startAnew();
      this.#intake.pump(life);
    } catch {
      // Its end was judged in #onEnded, which has ordered the next try or given the module up.
    }
  }

  #onEnded(life: Life, exit: ExecutorExit, lost: Lost): void {
    this.bill.pastCpuMs += life.executor.vitals().cpuMs ?? 0;
    this.#log.flush();
    // A replaced or a retired life, or the end of a module that is being stopped or loaded for the first time: nobody is to be told twice.
    if (
      life !== this.#life ||
      this.#state.now === 'draining' ||
      this.#state.now === 'stopped' ||
      this.#state.now === 'idle'
    )
      return;
    const report = makeReport(exit, life, lost, {
      module: this.name,
      restarts: this.restarts,
      lastLines: this.#log.lastLines,
      autopsy: this.#examiner.autopsyOf(life),
    });
    this.#lastReport = report;
    if (this.#state.now === 'loading') return;
    this.#log.say('error', drawExitReport(report));
    this.#options.events.emit({ type: 'ended', module: this.name, report });
    const verdict = this.#supervisor.judge(exit);
    if (verdict.kind === 'restart') {
      if (this.#state.now === 'ready') this.#state.become('restarting');
      this.#options.events.emit({
        type: 'restarting',
        module: this.name,
        delayMs: verdict.delayMs,
        restarts: this.restarts,
      });
      this.#log.say(
        'warn',
        `restarting in ${verdict.delayMs} ms (restart ${this.restarts}); its state is lost`,
      );
      this.#restartTimer = setTimeout(() => void this.#revive(), verdict.delayMs);
    } else {
      this.#state.become('failed');
      const because =
        verdict.because === 'policy'
          ? 'its restart policy says so'
          : 'quarantined, it ended too often in a short time';
      this.#givenUp = because;
      this.#options.events.emit({ type: 'failed', module: this.name, because });
      this.#log.say('error', `given up: ${because}`);
      this.#intake.refuse(() => this.#down());
      this.#mainEnded.reject(this.#down());
    }
  }

  #stopIdle(life: Life): void {
    this.#state.become('idle');
    this.#options.events.emit({ type: 'idle', module: this.name });
    this.#retiring = Promise.all([this.#retiring, retire(life, this.#options)]);
  }

  async #close(): Promise<StopReport> {
    const started = performance.now();
    clearTimeout(this.#restartTimer);
    this.#options.pulse.forget(this);
    const life = this.#life;
    let outcome: Retired = { wasForced: false, cutOff: 0, drainMs: 0, stopMs: 0 };
    if (this.#state.now === 'ready' && life !== undefined) {
      this.#state.become('draining');
      this.#intake.refuse(() => this.#down());
      outcome = await retire(life, this.#options);
    }
    this.#state.become('stopped');
    this.#intake.refuse(() => this.#down());
    await life?.terminate();
    await this.#successor?.terminate(this.#down());
    await this.#retiring;
    await this.#version.broker.close();
    this.#log.flush();
    this.#mainEnded.resolve();
    this.#options.events.emit({ type: 'stopped', module: this.name });
    this.#options.onStopped();
    return { module: this.name, tookMs: performance.now() - started, ...outcome };
  }

  #dispatch(main: Value): Promise<Value> {
    const { dispatch, name } = this.#options;
    if (dispatch !== undefined) return dispatch(main);
    const message = `Cannot start a run for module "${name}": it is not the main of a flow`;
    return Promise.reject(new PhlowError('PHLOW_NOT_CALLABLE', message));
  }

  #onLinesCut(lines: number): void {
    this.bill.cutLines += lines;
    this.#options.events.emit({ type: 'log_cut', module: this.name, lines });
  }

  #down(): PhlowError {
    return downError(this.name, this.#state.now, { report: this.#lastReport, givenUp: this.#givenUp });
  }

  #busy(): PhlowError {
    return busyError(this.name, this.#life?.inFlight ?? 0, this.#options.maxInFlight);
  }
}
