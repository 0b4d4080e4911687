import { PhlowError } from '../../errors.js';
import type { BootData } from '../../wire/boot-data.js';
import type { Batch } from '../../wire/protocol.js';
import type { Control, Inspection } from '../../wire/control.js';
import type { Executor, ExecutorEvents, ExecutorVitals } from './executor.js';

/** What the module's side offers; it is reached by URL, like the code of a thread. */
interface InlineSide {
  readonly runInline: (
    boot: InlineBoot,
    link: Pick<ExecutorEvents, 'batch' | 'log'>,
  ) => Promise<InlineModule>;
}

interface InlineModule {
  receive(batch: Batch): void;
  readonly control: Control | undefined;
}

type InlineBoot = Omit<BootData<never>, 'data' | 'control' | 'log'>;

const INLINE_FILE = new URL('../../../workers/runtime/inline.js', import.meta.url);

/** A module in the caller's own thread: for functions of the embedding application and for tests. It cannot be ended while it runs. */
export class InlineExecutor implements Executor {
  readonly threadId = undefined;
  readonly #boot: InlineBoot;
  #module: InlineModule | undefined;
  #events: ExecutorEvents | undefined;

  constructor(boot: InlineBoot) {
    this.#boot = boot;
  }

  start(events: ExecutorEvents): void {
    this.#events = events;
    void this.#start();
  }

  async #start(): Promise<void> {
    try {
      const { runInline } = (await import(INLINE_FILE.href)) as InlineSide;
      this.#module = await runInline(this.#boot, {
        batch: (batch) => this.#events?.batch(batch),
        log: (record) => this.#events?.log(record),
      });
    } catch (error) {
      await this.terminate(error);
    }
  }

  onReady(): void {
    // It runs in the thread that would look at it.
  }

  post(batch: Batch): void {
    // A copy that is handed on in a turn of its own, as between threads.
    const copy = structuredClone(batch);
    setImmediate(() => this.#module?.receive(copy));
  }

  inspect(): Promise<Inspection> {
    return Promise.resolve().then(() => this.#control().inspect());
  }

  ping(): Promise<true> {
    return Promise.resolve().then(() => this.#control().ping());
  }

  async stop(): Promise<void> {
    await this.#control().stop();
  }

  terminate(error?: unknown): Promise<void> {
    const events = this.#events;
    this.#events = undefined;
    this.#module = undefined;
    events?.exit({ reason: 'terminated', exitCode: undefined, error });
    return Promise.resolve();
  }

  vitals(): ExecutorVitals {
    return { eventLoopUtilization: 0, heapUsedBytes: undefined, cpuMs: undefined };
  }

  sample(): Promise<ExecutorVitals> {
    return Promise.resolve(this.vitals());
  }

  #control(): Control {
    const control = this.#module?.control;
    if (control !== undefined) return control;
    throw new PhlowError('PHLOW_MODULE_DOWN', `Cannot ask module "${this.#boot.name}": it is not running`);
  }
}
