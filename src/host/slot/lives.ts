import { messageOf, PhlowError } from '../../errors.js';
import type { Value } from '../../values.js';
import type { Ready } from '../../wire/protocol.js';
import type { Bill } from '../bill/bill.js';
import type { ExecutorExit } from '../executor.js';
import { endedEarlyError } from '../death/exit-errors.js';
import type { Lost } from '../death/exit-report.js';
import { isDoneWithin } from '../is-done-within.js';
import { Life, type LifeEvents } from './life.js';
import { NOTHING_RETIRED, retire, type Retired } from './retire.js';
import type { SlotOptions } from './slot-options.js';
import type { SlotState } from './slot-state.js';
import type { Version } from './version.js';
import { within } from '../within.js';

/** Looks whether a new version works, by calling it; it does not when this rejects. */
export type HealthCheck = (call: (input?: Value) => Promise<Value>) => Promise<unknown>;

/** What the lives of a module tell its slot. */
export interface LivesEvents extends Omit<LifeEvents, 'dispatch' | 'power' | 'ended'> {
  /** A life that was to take packages has ended. One that was only tried is not told: whoever tried it knows. */
  ended(life: Life, exit: ExecutorExit, lost: Lost): void;
  /** A life has not become ready: resolves with the error to tell. */
  notReady(life: Life, error: unknown): Promise<unknown>;
}

/** The lives of one module: the one that has the packages, one that is tried in its place, and those that are on their way out. */
export class Lives {
  readonly #options: SlotOptions;
  readonly #bill: Bill;
  readonly #state: SlotState;
  readonly #events: LivesEvents;
  readonly #leaving = new Set<Promise<unknown>>();
  /** All that have not ended, also those that leave and the one that is tried. */
  readonly #living = new Set<Life>();
  #version: Version;
  #present: Life | undefined;
  #successor: Life | undefined;

  constructor(options: SlotOptions, bill: Bill, state: SlotState, events: LivesEvents) {
    this.#options = options;
    this.#version = options.version;
    this.#bill = bill;
    this.#state = state;
    this.#events = events;
  }

  /** What is running, or is to run next. */
  get version(): Version {
    return this.#version;
  }

  /** The life that has the packages, or had them last. */
  get present(): Life | undefined {
    return this.#present;
  }

  /**
   * CPU milliseconds of all lives, those that have ended too, so that it never falls; undefined while nothing tells it. `present` is that of the
   * present one, if it was looked at just now.
   */
  cpuMs(present: number | undefined): number | undefined {
    const figures = [...this.#living].map((life) =>
      life === this.#present && present !== undefined ? present : life.executor.vitals().cpuMs,
    );
    const isKnown = this.#bill.pastCpuMs > 0 || figures.some((figure) => figure !== undefined);
    return isKnown
      ? figures.reduce<number>((sum, figure) => sum + (figure ?? 0), this.#bill.pastCpuMs)
      : undefined;
  }

  /** Begins a new present life and resolves when it takes packages. After a failure no thread is left. */
  start(): Promise<Ready> {
    this.#present = this.#begin(this.#version);
    return this.#untilReady(this.#present);
  }

  /**
   * Puts a life of another version in the place of the present one, once it is ready and `check` has passed. The old one finishes what it
   * has. On a failure the old one stays.
   */
  async replace(version: Version, because: string, check: HealthCheck | undefined): Promise<Ready> {
    const { name, events } = this.#options;
    if (this.#successor !== undefined) {
      const message = `Cannot replace module "${name}": it is being replaced already`;
      throw new PhlowError('PHLOW_MODULE_BUSY', message, { details: { module: name } });
    }
    const life = this.#begin(version);
    this.#successor = life;
    try {
      const ready = await this.#try(life, check);
      const { broker } = this.#version;
      if (this.#present !== undefined)
        this.#leave(this.#present, broker === version.broker ? undefined : broker);
      this.#version = version;
      this.#present = life;
      events.emit({ type: 'replaced', module: name, because });
      return ready;
    } catch (error) {
      await life.terminate(error);
      const why = messageOf(error);
      events.emit({ type: 'replace_failed', module: name, because: why });
      const message = `Cannot replace module "${name}", the old one goes on: ${why}`;
      throw new PhlowError('PHLOW_LOAD_FAILED', message, { cause: error, details: { module: name } });
    } finally {
      this.#successor = undefined;
    }
  }

  /** Finds out whether a life can take the packages; throws when it cannot, or when there are none to take any more. */
  async #try(life: Life, check: HealthCheck | undefined): Promise<Ready> {
    const old = this.#present;
    const { name, loadTimeoutMs } = this.#options;
    const ready = await this.#untilReady(life);
    await check?.((input) => life.call(input, { timeoutMs: loadTimeoutMs }));
    // Either may have ended while the other was waited for.
    if (life.exit !== undefined) throw endedEarlyError(name, life.exit);
    if (this.#present === old && this.#state.is('ready')) return ready;
    const message = `The old one has ended meanwhile, module "${name}" is ${this.#state.now}`;
    throw new PhlowError('PHLOW_MODULE_DOWN', message, { details: { module: name } });
  }

  /** Lets the present life finish what it has, within its budgets, then ends it. */
  async retire(): Promise<Retired> {
    return this.#present === undefined ? NOTHING_RETIRED : retire(this.#present, this.#options);
  }

  /** As `retire`, while the module goes on without a life or with another one. */
  retireAside(): void {
    if (this.#present !== undefined) this.#leave(this.#present, undefined);
  }

  /** Ends whatever is left. */
  async end(because: PhlowError): Promise<void> {
    await this.#present?.terminate();
    await this.#successor?.terminate(because);
    await Promise.all(this.#leaving);
    await this.#close(this.#version.broker);
  }

  /** What the host does in a module's place may not heed that it is to stop. */
  async #close(broker: Version['broker']): Promise<void> {
    await isDoneWithin(this.#options.stopTimeoutMs, broker.close());
  }

  #leave(life: Life, broker: Version['broker'] | undefined): void {
    const leaving = retire(life, this.#options)
      .then(() => (broker === undefined ? undefined : this.#close(broker)))
      .finally(() => this.#leaving.delete(leaving));
    this.#leaving.add(leaving);
  }

  #begin({ createExecutor, broker, level }: Version): Life {
    const { name, graceMs, terminateTimeoutMs } = this.#options;
    const events = this.#events;
    const life: Life = new Life(
      { name, graceMs, terminateTimeoutMs, bill: this.#bill, mayShare: level !== 'guarded' },
      createExecutor(),
      {
        log: (record) => events.log(record),
        mainEnded: (error) => events.mainEnded(error),
        replied: () => events.replied(),
        hung: (part) => events.hung(part),
        replica: (change) => events.replica(change),
        dispatch: (main) => this.#dispatch(main),
        power: (power, args, signal, journey) =>
          broker.call(power, args, signal, {
            timeoutMs: journey?.leftMs,
            askedMs: journey?.askedMs,
            traceparent: journey?.traceparent,
            hops: journey?.hops,
          }),
        ended: (exit, lost) => {
          this.#living.delete(life);
          this.#bill.pastCpuMs += life.executor.vitals().cpuMs ?? 0;
          if (life !== this.#successor) events.ended(life, exit, lost);
        },
      },
    );
    this.#living.add(life);
    return life;
  }

  /** Waits for "ready"; when that fails, ends the life first, so that no thread is left. */
  async #untilReady(life: Life): Promise<Ready> {
    const { name, loadTimeoutMs, events } = this.#options;
    const late = `Cannot load module "${name}": it was not ready within ${loadTimeoutMs} ms; look for work at load time that never ends`;
    try {
      const ready = await within(loadTimeoutMs, life.ready, 'PHLOW_LOAD_TIMED_OUT', late);
      // A thread that said "ready" and ended in one breath is told of in one turn.
      if (life.exit !== undefined) throw endedEarlyError(name, life.exit);
      const loadMs = performance.now() - life.startedAt;
      events.emit({ type: 'ready', module: name, threadId: life.executor.threadId, loadMs });
      return ready;
    } catch (error) {
      const told = await this.#events.notReady(life, error);
      await life.terminate(told);
      throw told;
    }
  }

  #dispatch(main: Value): Promise<Value> {
    const { dispatch, name } = this.#options;
    if (dispatch !== undefined) return dispatch(main);
    const message = `Cannot start a run for module "${name}": it is not the main of a flow`;
    return Promise.reject(new PhlowError('PHLOW_NOT_CALLABLE', message));
  }
}
