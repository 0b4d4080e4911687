import type { ReadinessCheck } from '../module-types.js';
import { messageOf, PhlowError } from '../../errors.js';
import type { DispatchOptions } from '../../sdk/context.js';
import type { Value } from '../../values.js';
import type { HandOver } from '../../sandbox/broker/broker.js';
import { LEVELS } from '../../sandbox/levels.js';
import { EVENT_WINDOW } from '../../wire/event.js';
import type { Ready } from '../../wire/protocol.js';
import type { ModuleMetrics } from '../diagnostics/module-metrics.js';
import type { ExecutorExit } from '../executors/executor.js';
import { endedEarlyError } from '../executors/exit-errors.js';
import type { Lost } from '../diagnostics/exit-report.js';
import { isDoneWithin, unlessAborted, within } from '../waiting.js';
import { Instance } from './instance.js';
import type { InstanceEvents } from './instance-options.js';
import { NOTHING_DRAINED, drain, type DrainResult } from './drain.js';
import type { EventSource, SourceOptions } from './module-events.js';
import type { ModuleOptions } from './module-options.js';
import type { ModuleLifecycle } from './module-lifecycle.js';
import type { Version } from './version.js';

/** What the instances of a module report to it. */
export interface InstancesEvents extends Omit<
  InstanceEvents,
  'dispatch' | 'describe' | 'capability' | 'emitted' | 'ended'
> {
  /** Begins to take the events of an instance. */
  emitter(source: SourceOptions): EventSource;
  /** An instance that was to take packages has ended. One that was only tried is not reported: its caller knows. */
  ended(instance: Instance, exit: ExecutorExit, lost: Lost): void;
  /** An instance has not become ready: resolves with the error to report. */
  notReady(instance: Instance, error: unknown): Promise<unknown>;
}

/** How a version is tried before it gets the packages. */
export interface Trial {
  readonly check?: ReadinessCheck | undefined;
  /** Aborts with the error to end with. */
  readonly givenUp?: AbortSignal;
}

/** The instances of one module: the one that has the packages, one that is tried in its place, and those that are on their way out. */
export class Instances {
  readonly #options: ModuleOptions;
  readonly #metrics: ModuleMetrics;
  readonly #state: ModuleLifecycle;
  readonly #events: InstancesEvents;
  readonly #draining = new Set<Promise<unknown>>();
  /** All that have not ended, also those that leave and the one that is tried. */
  readonly #living = new Set<Instance>();
  #version: Version;
  #current: Instance | undefined;
  #successor: Instance | undefined;

  constructor(
    options: ModuleOptions,
    metrics: ModuleMetrics,
    state: ModuleLifecycle,
    events: InstancesEvents,
  ) {
    this.#options = options;
    this.#version = options.version;
    this.#metrics = metrics;
    this.#state = state;
    this.#events = events;
  }

  /** What is running, or is to run next. */
  get version(): Version {
    return this.#version;
  }

  /** The instance that has the packages, or had them last. */
  get current(): Instance | undefined {
    return this.#current;
  }

  /**
   * CPU milliseconds of all instances, those that have ended too, so that it never falls; undefined while nothing reports it. `present` is that of the
   * present one, if it was looked at just now.
   */
  cpuMs(current: number | undefined): number | undefined {
    const figures = [...this.#living].map((instance) =>
      instance === this.#current && current !== undefined ? current : instance.executor.vitals().cpuMs,
    );
    const isKnown = this.#metrics.pastCpuMs > 0 || figures.some((figure) => figure !== undefined);
    return isKnown
      ? figures.reduce<number>((sum, figure) => sum + (figure ?? 0), this.#metrics.pastCpuMs)
      : undefined;
  }

  /** Begins a new current instance and resolves when it takes packages. After a failure, and when the caller gives up, no thread is left. */
  start(givenUp?: AbortSignal): Promise<Ready> {
    this.#current = this.#begin(this.#version);
    return this.#untilReady(this.#current, givenUp);
  }

  /**
   * Puts an instance of another version in the place of the current one, once it is ready and `check` has passed. The old one finishes what it
   * has. On a failure the old one stays.
   */
  async replace(version: Version, because: string, trial: Trial): Promise<Ready> {
    const { name, events } = this.#options;
    if (this.#successor !== undefined) {
      const message = `Cannot replace module "${name}": it is being replaced already`;
      throw new PhlowError('PHLOW_MODULE_BUSY', message, { details: { module: name } });
    }
    const instance = this.#begin(version);
    this.#successor = instance;
    try {
      const ready = await this.#try(instance, trial);
      const { broker } = this.#version;
      if (this.#current !== undefined)
        this.#drainAside(this.#current, broker === version.broker ? undefined : broker);
      this.#version = version;
      this.#current = instance;
      events.emit({ type: 'replaced', module: name, because });
      return ready;
    } catch (error) {
      await instance.terminate(error);
      const why = messageOf(error);
      events.emit({ type: 'replace_failed', module: name, because: why });
      trial.givenUp?.throwIfAborted();
      const message = `Cannot replace module "${name}", the old version stays up: ${why}`;
      throw new PhlowError('PHLOW_LOAD_FAILED', message, { cause: error, details: { module: name } });
    } finally {
      this.#successor = undefined;
    }
  }

  /** Finds out whether an instance can take the packages; throws when it cannot, or when there are none to take any more. */
  async #try(instance: Instance, { check, givenUp }: Trial): Promise<Ready> {
    const old = this.#current;
    const { name, loadTimeoutMs } = this.#options;
    const ready = await this.#untilReady(instance, givenUp);
    const checked = check?.((input) => instance.call(input, { timeoutMs: loadTimeoutMs }));
    if (checked !== undefined) await unlessAborted(givenUp, checked);
    // Either may have ended while the other was waited for.
    if (instance.exit !== undefined) throw endedEarlyError(name, instance.exit);
    if (this.#current === old && this.#state.is('ready')) return ready;
    const message = `The old version has ended in the meantime: module "${name}" is ${this.#state.now}`;
    throw new PhlowError('PHLOW_MODULE_DOWN', message, { details: { module: name } });
  }

  /** Lets the current instance finish what it has, within its budgets, then ends it. */
  async drain(): Promise<DrainResult> {
    return this.#current === undefined ? NOTHING_DRAINED : drain(this.#current, this.#options);
  }

  /** As `drain`, while the module stays up without an instance or with another one. */
  drainAside(): void {
    if (this.#current !== undefined) this.#drainAside(this.#current, undefined);
  }

  /** Ends whatever is left. */
  async end(because: PhlowError): Promise<void> {
    const { stopTimeoutMs } = this.#options;
    await Promise.all([
      this.#current?.terminate(undefined, stopTimeoutMs),
      this.#successor?.terminate(because, stopTimeoutMs),
    ]);
    await Promise.all(this.#draining);
    await this.#close(this.#version.broker);
  }

  /** Work that the host does for a module may ignore the request to stop. */
  async #close(broker: Version['broker']): Promise<void> {
    await isDoneWithin(this.#options.stopTimeoutMs, broker.close());
  }

  #drainAside(instance: Instance, broker: Version['broker'] | undefined): void {
    const draining = drain(instance, this.#options)
      .then(() => (broker === undefined ? undefined : this.#close(broker)))
      .finally(() => this.#draining.delete(draining));
    this.#draining.add(draining);
  }

  #begin({ createExecutor, broker, level, manifest, crossing = LEVELS[level].crossing }: Version): Instance {
    const { name, graceMs, terminateTimeoutMs } = this.#options;
    const events = this.#events;
    const executor = createExecutor();
    const source = events.emitter({
      manifest,
      window: executor.eventWindow ?? EVENT_WINDOW,
      grant: (more) => instance.requests.grantEvents(more),
    });
    const handOver: HandOver = (listener, request, body) => instance.handOver(listener, request, body);
    const costs = executor.bookAnswer && {
      book: (ms: number) => executor.bookAnswer?.(ms) ?? 0,
      // Answers leave at the end of the turn at the latest, and what the module is asked after them it gets after them.
      received: () => new Promise((resolve) => setImmediate(resolve)).then(() => instance.ping()),
    };
    const instance: Instance = new Instance(
      { name, graceMs, terminateTimeoutMs, metrics: this.#metrics, crossing },
      executor,
      {
        log: (record) => events.log(record),
        mainEnded: (error) => events.mainEnded(error),
        replied: () => events.replied(),
        hung: (part) => events.hung(part),
        replica: (change) => events.replica(change),
        dispatch: (main, how) => this.#dispatch(main, how),
        describe: async (steps) => this.#options.describe?.(steps),
        emitted: (op, value) => source.take(op, value),
        capability: (capability, args, signal, context) =>
          broker.call(
            capability,
            args,
            signal,
            {
              timeoutMs: context?.leftMs,
              askedMs: context?.askedMs,
              traceparent: context?.traceparent,
              hops: context?.hops,
            },
            handOver,
            costs,
          ),
        ended: (exit, lost) => {
          this.#living.delete(instance);
          this.#metrics.pastCpuMs += instance.executor.vitals().cpuMs ?? 0;
          if (instance !== this.#successor) events.ended(instance, exit, lost);
        },
      },
    );
    this.#living.add(instance);
    return instance;
  }

  /** Waits for "ready"; when that fails, ends the instance first, so that no thread is left. */
  async #untilReady(instance: Instance, givenUp: AbortSignal | undefined): Promise<Ready> {
    const { name, loadTimeoutMs, events } = this.#options;
    const late = `Cannot load module "${name}": it was not ready within ${loadTimeoutMs} ms; look for work at load time that never ends`;
    try {
      const ready = await within(
        loadTimeoutMs,
        unlessAborted(givenUp, instance.ready),
        'PHLOW_LOAD_TIMED_OUT',
        late,
      );
      // "ready" and "exit" can arrive in the same turn.
      if (instance.exit !== undefined) throw endedEarlyError(name, instance.exit);
      const loadMs = performance.now() - instance.startedAt;
      events.emit({ type: 'ready', module: name, threadId: instance.executor.threadId, loadMs });
      return ready;
    } catch (error) {
      const reported = await this.#events.notReady(instance, error);
      await instance.terminate(reported);
      throw reported;
    }
  }

  #dispatch(main: Value, how: DispatchOptions | undefined): Promise<Value> {
    const { dispatch, name } = this.#options;
    if (dispatch !== undefined) return dispatch(main, how);
    const message = `Cannot start a run for module "${name}": it is not the main of a flow`;
    return Promise.reject(new PhlowError('PHLOW_NOT_CALLABLE', message));
  }
}
