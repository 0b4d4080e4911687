import { PhlowError } from '../errors.js';
import type { Manifest } from '../manifest/manifest.js';
import type { Value } from '../values.js';
import { Deferred } from '../wire/deferred.js';
import type { LogRecord } from '../wire/log-record.js';
import type { Executor, ExecutorExit } from './executor.js';
import { Life } from './life.js';
import type { CallOptions, Module } from './module.js';
import { causeOf } from './read-fault.js';
import { within } from './within.js';

/** The states of a slot and where each may lead. */
const NEXT = {
  loading: ['ready', 'failed', 'stopped'],
  ready: ['draining', 'failed'],
  draining: ['stopped', 'failed'],
  failed: ['stopped'],
  stopped: [],
} as const satisfies Record<string, readonly string[]>;
type State = keyof typeof NEXT;

/** What a slot is made of. */
export interface SlotOptions {
  readonly name: string;
  readonly manifest: Manifest;
  readonly createExecutor: () => Executor;
  readonly loadTimeoutMs: number;
  readonly stopTimeoutMs: number;
  readonly maxInFlight: number;
  readonly dispatch: ((main: Value) => Promise<Value>) | undefined;
  readonly log: (record: LogRecord) => void;
  /** Tells the host that the name is free again. */
  readonly onStopped: () => void;
}

/** The host's record of one loaded module, and the handle that callers get. */
export class Slot implements Module {
  readonly #options: SlotOptions;
  readonly #mainEnded = new Deferred<void>();
  #state: State = 'loading';
  #life: Life | undefined;
  #exit: ExecutorExit | undefined;
  #closing: Promise<void> | undefined;
  #isCallable = false;

  constructor(options: SlotOptions) {
    this.#options = options;
    this.#mainEnded.promise.catch(() => undefined);
  }

  get name(): string {
    return this.#options.name;
  }
  get manifest(): Manifest {
    return this.#options.manifest;
  }
  get isCallable(): boolean {
    return this.#isCallable;
  }
  get threadId(): number | undefined {
    return this.#state === 'ready' || this.#state === 'draining' ? this.#life?.executor.threadId : undefined;
  }
  get mainEnded(): Promise<void> {
    return this.#mainEnded.promise;
  }

  readonly clock = {
    advance: (ms: number): Promise<void> => {
      const life = this.#life;
      return life === undefined || this.#state !== 'ready' ? Promise.reject(this.#down()) : life.advance(ms);
    },
  };

  /** Starts the module; resolves when it takes packages. After a failure no thread is left. */
  async load(): Promise<void> {
    const { name, createExecutor, loadTimeoutMs } = this.#options;
    const life = new Life(name, createExecutor(), {
      log: (record) => this.#options.log(record),
      dispatch: (main) => this.#dispatch(main),
      mainEnded: (error) => (error === undefined ? this.#mainEnded.resolve() : this.#mainEnded.reject(error)),
      ended: (exit) => this.#onEnded(exit),
    });
    this.#life = life;
    try {
      const late = `Cannot load module "${name}": it was not ready within ${loadTimeoutMs} ms; look for work at load time that never ends`;
      const ready = await within(loadTimeoutMs, life.ready, 'PHLOW_LOAD_TIMED_OUT', late);
      this.#isCallable = ready.isCallable;
      this.#become('ready');
    } catch (error) {
      await life.executor.terminate(error);
      await life.ended;
      throw error;
    }
  }

  call<Reply extends Value = Value>(input?: Value, options?: CallOptions): Promise<Reply> {
    const life = this.#life;
    if (this.#state !== 'ready' || life === undefined) return Promise.reject(this.#down());
    if (life.inFlight >= this.#options.maxInFlight) return Promise.reject(this.#busy(life));
    return life.call(input, options) as Promise<Reply>;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    const life = this.#life;
    if (this.#state === 'ready' && life !== undefined) {
      this.#become('draining');
      const { name, stopTimeoutMs } = this.#options;
      const late = `Module "${name}" did not stop within ${stopTimeoutMs} ms`;
      const orderly = life.drained().then(() => Promise.race([life.executor.stop(), life.ended]));
      // Whatever keeps the module from stopping, the thread ends below; what it still had in flight is rejected there.
      await within(stopTimeoutMs, orderly, 'PHLOW_CALL_TIMED_OUT', late).catch(() => undefined);
    }
    await life?.executor.terminate();
    await life?.ended;
    this.#mainEnded.resolve();
    if (this.#state !== 'stopped') this.#become('stopped');
    this.#options.onStopped();
  }

  #dispatch(main: Value): Promise<Value> {
    const { dispatch, name } = this.#options;
    if (dispatch !== undefined) return dispatch(main);
    return Promise.reject(
      new PhlowError(
        'PHLOW_NOT_CALLABLE',
        `Cannot start a run for module "${name}": it is not the main of a flow`,
      ),
    );
  }

  #onEnded(exit: ExecutorExit): void {
    this.#exit = exit;
    if (this.#state === 'ready' || this.#state === 'loading') {
      this.#become('failed');
      this.#mainEnded.reject(this.#down());
    }
  }

  #become(next: State): void {
    const allowed: readonly State[] = NEXT[this.#state];
    if (!allowed.includes(next)) {
      throw new PhlowError(
        'PHLOW_INTERNAL',
        `Cannot move module "${this.name}" from ${this.#state} to ${next}`,
      );
    }
    this.#state = next;
  }

  #down(): PhlowError {
    const exit = this.#exit;
    const why =
      exit === undefined || this.#state !== 'failed' ? `it is ${this.#state}` : `it ended: ${causeOf(exit)}`;
    return new PhlowError('PHLOW_MODULE_DOWN', `Cannot call module "${this.name}": ${why}`, {
      cause: exit?.error,
      details: { module: this.name, state: this.#state },
    });
  }

  #busy(life: Life): PhlowError {
    const { name, maxInFlight } = this.#options;
    const message = `Cannot call module "${name}": ${life.inFlight} packages are in flight, the limit is ${maxInFlight}; wait for replies or raise maxInFlight`;
    return new PhlowError('PHLOW_MODULE_BUSY', message, {
      details: { module: name, inFlight: life.inFlight, maxInFlight },
    });
  }
}
