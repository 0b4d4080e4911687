import { PhlowError } from '../../errors.js';
import type { Context, Package } from '../../sdk/context.js';
import type { StandardSchema } from '../../sdk/standard-schema.js';
import type { BootData } from '../../wire/boot-data.js';
import type { LogRecord } from '../../wire/log-record.js';
import type { Batch } from '../../wire/protocol.js';
import type { Control, Inspection } from '../../wire/control.js';
import type { Executor, ExecutorEvents, ExecutorVitals } from './executor.js';

/** What the module's side offers; it is reached by URL, like the code of a thread. */
interface InlineSide {
  readonly runInline: (
    boot: InlineBoot,
    link: Pick<ExecutorEvents, 'batch' | 'log'>,
    definition: InlineDefinition | undefined,
  ) => Promise<InlineModule>;
}

interface InlineModule {
  receive(batch: Batch): void;
  readonly control: Control | undefined;
}

/** What a module in the caller's own thread is born with. */
export type InlineBoot = Omit<BootData<never>, 'data' | 'control' | 'log'>;

/** One package as the handler of a definition gets it. */
export type InlinePackage = Pick<Package<unknown>, 'input' | 'payload' | 'traceparent'>;

/** What goes along with it. */
export type InlineContext = Pick<Context, 'name' | 'signal' | 'log' | 'module'>;

/** A module that is no file: it is there already. */
export interface InlineDefinition {
  readonly handler: (pkg: InlinePackage, context: InlineContext) => unknown;
  readonly input?: StandardSchema;
  readonly output?: StandardSchema;
}

const INLINE_FILE = new URL('../../../workers/runtime/inline.js', import.meta.url);

/** A module in the caller's own thread. It cannot be ended while it runs. */
export class InlineExecutor implements Executor {
  readonly threadId = undefined;
  readonly #boot: InlineBoot;
  readonly #definition: InlineDefinition | undefined;
  #module: InlineModule | undefined;
  #events: ExecutorEvents | undefined;

  /** @param definition in the place of the file that `boot` names. */
  constructor(boot: InlineBoot, definition?: InlineDefinition) {
    this.#boot = boot;
    this.#definition = definition;
  }

  start(events: ExecutorEvents): void {
    this.#events = events;
    void this.#start();
  }

  async #start(): Promise<void> {
    try {
      const { runInline } = (await import(INLINE_FILE.href)) as InlineSide;
      const link = {
        batch: (batch: Batch): void => this.#events?.batch(batch),
        log: (record: LogRecord): void => this.#events?.log(record),
      };
      this.#module = await runInline(this.#boot, link, this.#definition);
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

  async drain(): Promise<void> {
    await this.#control().drain();
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
