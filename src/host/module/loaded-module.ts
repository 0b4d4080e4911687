import type { IsolationLevel } from '../../manifest/isolation.js';
import type { Manifest } from '../../manifest/manifest.js';
import type { Value } from '../../values.js';
import { Deferred } from '../../wire/deferred.js';
import { ModuleMetrics } from '../diagnostics/module-metrics.js';
import type { ExecutorExit } from '../executors/executor.js';
import type { Lost } from '../diagnostics/exit-report.js';
import { HangDetector } from '../diagnostics/hang-detector.js';
import { AdmissionQueue } from './admission-queue.js';
import type { Instance } from './instance.js';
import { Instances, type Trial } from './instances.js';
import type { CallOptions, Module, ModuleState, StopReport } from '../module-types.js';
import { callWith, readCallOptions, withDeadline } from '../call/call-options.js';
import type { ForwardedOptions, PackageOptions } from '../call/call-contexts.js';
import { RestartController, busyError, notFailedError, withdrawnError } from './restart-controller.js';
import { Redelivery } from './redelivery.js';
import { rejectLater } from '../call/call-errors.js';
import { ModuleLog } from '../log/module-log.js';
import type { ModuleOptions } from './module-options.js';
import { moveClock } from './move-clock.js';
import { ModuleLifecycle } from './module-lifecycle.js';
import { ModuleEvents } from './module-events.js';
import { stopModule } from './stop-module.js';
import { Watchdog } from './watchdog.js';
import { isDoneWithin } from '../waiting.js';
import type { Version } from './version.js';

/** The host's record of one loaded module, and the handle that callers get: keeps it alive and remembers why it died. */
export class LoadedModule implements Module {
  readonly metrics = new ModuleMetrics();
  readonly on: Module['on'];
  readonly #options: ModuleOptions;
  readonly #state: ModuleLifecycle;
  readonly #instances: Instances;
  readonly #queue: AdmissionQueue;
  readonly #log: ModuleLog;
  readonly #watchdog: Watchdog;
  readonly #restarts: RestartController;
  readonly #detector: HangDetector;
  readonly #redelivery: Redelivery | undefined;
  readonly #mainEnded = new Deferred<void>();
  #closing: Promise<StopReport> | undefined;
  #isCallable = false;

  constructor(options: ModuleOptions) {
    this.#options = options;
    this.#state = new ModuleLifecycle(options.name);
    this.#log = new ModuleLog({ ...options, onCut: (lines) => this.#onLinesCut(lines) });
    this.#detector = new HangDetector(options.name, options.graceMs, options.hangReport);
    this.#queue = new AdmissionQueue({ ...options, metrics: this.metrics });
    const send = this.#send.bind(this);
    this.#redelivery =
      options.redeliver && new Redelivery(options.redeliver, { ...options, state: this.#state, send });
    const emitted = new ModuleEvents({
      name: options.name,
      metrics: this.metrics,
      manifest: () => this.manifest,
      warn: (message) => this.#log.say('warn', message),
    });
    this.on = emitted.on.bind(emitted);
    this.#instances = new Instances(options, this.metrics, this.#state, {
      emitter: (source) => emitted.source(source),
      log: (record) => this.#log.write(record),
      mainEnded: (error) => (error === undefined ? this.#mainEnded.resolve() : this.#mainEnded.reject(error)),
      replied: () => this.#pump(),
      hung: (part) => this.#detector.examine(part),
      replica: (change) => this.#restarts.noteReplica(change, this.metrics),
      notReady: (instance, error) => this.#detector.placeLateLoad(instance, error),
      ended: (instance, exit, lost) => this.#onEnded(instance, exit, lost),
    });
    this.#restarts = new RestartController(options, this.#state, this.#log, {
      revive: () => void this.#revive(),
      givenUp: () => {
        this.#queue.refuse(() => this.#restarts.down());
        this.#mainEnded.reject(this.#restarts.down());
      },
    });
    this.#watchdog = new Watchdog(options, {
      current: () => this.#open,
      suspect: (part) => void this.#detector.suspect(part),
      // The event `replace_failed` reports a failure, and the next health check tries again.
      wornOut: () => void this.replace(this.#instances.version, 'recycled').catch(() => undefined),
      unused: () => this.#stopIdle(),
    });
    this.#mainEnded.promise.catch(() => undefined);
  }

  get name(): string {
    return this.#options.name;
  }
  get manifest(): Manifest {
    return this.#instances.version.manifest;
  }
  get state(): ModuleState {
    return this.#state.now;
  }
  get level(): IsolationLevel {
    return this.#instances.version.level;
  }
  get jail(): Version['jail'] {
    return this.#instances.version.jail;
  }
  get isCallable(): boolean {
    return this.#isCallable;
  }
  get threadId(): number | undefined {
    return this.#state.is('ready') || this.#state.is('draining') ? this.instance?.threadId : undefined;
  }
  get mainEnded(): Promise<void> {
    return this.#mainEnded.promise;
  }
  get restarts(): Pick<RestartController, 'count' | 'circuit'> {
    return this.#restarts;
  }
  get instance(): Instance | undefined {
    return this.#instances.current;
  }
  get waiting(): number {
    return this.#queue.size;
  }
  get deadLetters(): Redelivery['letters'] | undefined {
    return this.#redelivery?.letters;
  }

  cpuMs(current: number | undefined): number | undefined {
    return this.#instances.cpuMs(current);
  }

  get #open(): Instance | undefined {
    return this.#state.is('ready') ? this.#instances.current : undefined;
  }

  readonly clock = {
    advance: (ms: number): Promise<void> =>
      moveClock(this.#options, this.#open, ms, () => this.#restarts.down()),
  };

  /** Starts the module; resolves when it takes packages. After a failure no thread is left. */
  async load(givenUp: AbortSignal): Promise<void> {
    try {
      this.#onReady((await this.#instances.start(givenUp)).isCallable, 'loading');
    } catch (error) {
      if (this.#state.is('loading')) this.#state.transition('failed');
      await this.#instances.end(this.#restarts.down());
      throw error;
    }
  }

  call<Reply = Value>(input?: unknown, options?: CallOptions): Promise<Reply> {
    return callWith(this.name, options, (read) => this.#call(input, read)) as Promise<Reply>;
  }

  #call(input: unknown, options: PackageOptions | undefined): Promise<Value> {
    // Whether it is plain data shows when it is copied: what is not is refused then.
    const sent = input as Value;
    const { telemetry } = this.#options;
    if (!telemetry.isOn) return this.#deliver(sent, options);
    return telemetry.trace(this.name, sent, options, (traced) => this.#deliver(sent, traced));
  }

  #deliver(input: Value, options: PackageOptions | undefined): Promise<Value> {
    return this.#redelivery === undefined
      ? this.#send(input, options)
      : this.#redelivery.call(input, options);
  }

  #send(input: Value, options: PackageOptions | undefined): Promise<Value> {
    const instance = this.#instances.current;
    this.#watchdog.recordUse();
    const all = withDeadline(options, this.#options.callTimeoutMs);
    if (this.#state.now === 'ready' && instance !== undefined && this.#queue.admits(instance))
      return instance.call(input, all);
    return this.#callLater(input, all);
  }

  stream<Item = Value>(input?: unknown, options?: CallOptions): AsyncIterableIterator<Item, undefined> {
    const read = withDeadline(readCallOptions(this.name, options), undefined) ?? {};
    const open = this.#open;
    this.#watchdog.recordUse();
    if (open === undefined) throw this.#restarts.down();
    if (!this.#queue.admits(open)) throw busyError(this.name, open.inFlight, this.#options.maxInFlight);
    return open.stream(input as Value, read) as AsyncIterableIterator<Item, undefined>;
  }

  cancelPending(filter?: (input: Value) => boolean): number {
    return this.#queue.refuse(() => withdrawnError(this.name), filter);
  }

  async restart(): Promise<void> {
    if (!this.#state.is('failed')) throw notFailedError(this.name, this.#state.now);
    this.#restarts.reset();
    this.#state.transition('restarting');
    this.#onReady((await this.#instances.start()).isCallable, 'restarting');
  }

  /**
   * Puts another version in the place of this one: the new one starts beside the old, gets the packages once it is ready and `check` has
   * passed, and the old one finishes what it has. On a failure the old one stays.
   */
  async replace(version: Version, because: string, trial: Trial = {}): Promise<void> {
    if (!this.#state.is('ready')) throw this.#restarts.down();
    this.#isCallable = (await this.#instances.replace(version, because, trial)).isCallable;
    this.#watchdog.reset();
    this.#pump();
  }

  /** Sends a package on behalf of another module; `hops` counts those that it has passed through by now. */
  callFor(input: Value, options: ForwardedOptions): Promise<Value> {
    return this.#options.hops.during(options.hops, () => this.#call(input, options));
  }

  async drain(timeoutMs: number): Promise<void> {
    if (this.#open !== undefined) await isDoneWithin(timeoutMs, this.#open.drainMain());
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
      this.#state.transition('restarting');
      void this.#revive();
    }
    const { whenFull, maxInFlight } = this.#options;
    if (this.#state.is('restarting') || (this.#state.is('ready') && whenFull === 'wait'))
      return this.#queue.wait(input, options);
    if (!this.#state.is('ready')) return rejectLater(this.#restarts.down());
    return rejectLater(busyError(this.name, this.instance?.inFlight ?? 0, maxInFlight));
  }

  #pump(): void {
    const instance = this.#open;
    if (this.#queue.size > 0 && instance !== undefined) this.#queue.pump(instance);
  }

  #onReady(isCallable: boolean, from: ModuleState): void {
    // It may have been closed in the turn in which it became ready.
    if (!this.#state.is(from)) throw this.#restarts.down();
    this.#isCallable = isCallable;
    this.#state.transition('ready');
    this.#restarts.noteReady();
    this.#watchdog.reset();
    this.#pump();
  }

  async #revive(): Promise<void> {
    try {
      this.#onReady((await this.#instances.start()).isCallable, 'restarting');
    } catch {
      // Its end was judged in #onEnded, which has ordered the next try or given the module up.
    }
  }

  #onEnded(instance: Instance, exit: ExecutorExit, lost: Lost): void {
    this.#log.flush();
    const isCurrent = instance === this.#instances.current;
    const isDraining = !isCurrent || ['draining', 'stopped', 'idle'].includes(this.#state.now);
    // The host's own doing, at a stop or a replacement.
    if (isDraining && exit.reason === 'terminated' && exit.error === undefined) return;
    const report = this.#restarts.record(instance, exit, lost, this.#detector.hangReportOf(instance));
    // load() rejects with this error, so no report is needed.
    if (this.#state.is('loading')) return;
    this.#restarts.report(report);
    if (!isDraining) this.#restarts.decide(exit);
  }

  #stopIdle(): void {
    this.#state.transition('idle');
    this.#options.events.emit({ type: 'idle', module: this.name });
    this.#instances.drainAside();
  }

  async #close(): Promise<StopReport> {
    this.#watchdog.end();
    const report = await stopModule({
      name: this.name,
      state: this.#state,
      restarts: this.#restarts,
      queue: this.#queue,
      instances: this.#instances,
    });
    this.#log.flush();
    this.#mainEnded.resolve();
    this.#options.events.emit({ type: 'stopped', module: this.name });
    this.#options.onStopped();
    return report;
  }

  #onLinesCut(lines: number): void {
    this.metrics.cutLines += lines;
    this.#options.events.emit({ type: 'log_cut', module: this.name, lines });
  }
}
