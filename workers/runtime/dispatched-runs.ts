import { followAbort } from '../../src/follow-abort.js';
import type { DispatchOptions, FlowDescription } from '../../src/sdk/context.js';
import type { Value } from '../../src/values.js';
import { Pending } from '../../src/wire/pending.js';
import { DOWN, UP, type EventRecord, tagOf } from '../../src/wire/protocol.js';
import { StreamReader } from '../../src/wire/stream-reader.js';
import type { ModuleOutbox } from './module-outbox.js';

/** What a main module wants of a run besides its result. */
interface OpenRun {
  readonly onStream: DispatchOptions['onStream'];
  readonly unfollow: () => void;
  reader: StreamReader<Value> | undefined;
}

/** The runs of the flow that a main module has started and waits for. */
export class DispatchedRuns {
  readonly #outbox: ModuleOutbox;
  readonly #pending = new Pending<Value>();
  /** Those that were started with options. */
  readonly #open = new Map<number, OpenRun>();
  #onNone: (() => void) | undefined;

  constructor(outbox: ModuleOutbox) {
    this.#outbox = outbox;
  }

  /** Starts a run; resolves with its result. */
  dispatch(main: Value, options?: DispatchOptions): Promise<Value> {
    return new Promise((resolve, reject) => {
      options?.signal?.throwIfAborted();
      const id = this.#pending.add(resolve, reject);
      if (options === undefined) {
        this.#outbox.push(tagOf(id, UP.event), main);
        return;
      }
      const { signal, onStream } = options;
      const unfollow = followAbort(signal, () => this.#cancel(id));
      this.#open.set(id, { onStream, unfollow, reader: undefined });
      this.#outbox.push(tagOf(id, UP.eventWith), recordOf(main, options));
    });
  }

  /** Asks what is known of the runs that start at these steps. */
  describe(steps: readonly (string | null)[]): Promise<FlowDescription | undefined> {
    return new Promise((resolve, reject) => {
      // The host's own words.
      const id = this.#pending.add((value) => resolve(value as FlowDescription | undefined), reject);
      this.#outbox.push(tagOf(id, UP.eventWith), { describe: steps } satisfies EventRecord);
    });
  }

  /** Resolves when no run is waited for: the host settles each of them before it stops the module. */
  settled(): Promise<void> {
    if (this.#pending.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onNone = resolve;
    });
  }

  /**
   * Resolves when every run that ends at once has ended. Runs that take longer are not waited for: one may need
   * what happens next.
   */
  async endedAtOnce(): Promise<void> {
    // The host begins the runs before it answers the first question, and takes the second one in a later turn.
    for (let asked = 0; asked < 2 && this.#pending.size > 0; asked++)
      await Promise.allSettled([this.describe([])]);
  }

  /** Takes what the host says of a run that has not ended. */
  take(id: number, op: typeof DOWN.runStream | typeof DOWN.runItem, value: Value): void {
    const run = this.#open.get(id);
    if (run === undefined) return;
    if (op === DOWN.runItem) {
      run.reader?.push(value);
      return;
    }
    run.reader = new StreamReader<Value>(
      (items) => this.#outbox.push(tagOf(id, UP.run), items),
      () => this.#cancel(id),
    );
    try {
      run.onStream?.({ head: value, items: run.reader });
    } catch (error) {
      this.fail(id, error as Error);
      this.#cancel(id);
    }
  }

  /** The run has ended with a result. */
  end(id: number, value: Value): void {
    this.#close(id)?.reader?.end();
    this.#pending.take(id)?.resolve(value);
    if (this.#pending.size === 0) this.#onNone?.();
  }

  /** The run has failed, or could not be started. */
  fail(id: number, error: Error): void {
    this.#close(id)?.reader?.fail(error);
    this.#pending.take(id)?.reject(error);
    if (this.#pending.size === 0) this.#onNone?.();
  }

  #close(id: number): OpenRun | undefined {
    const run = this.#open.get(id);
    this.#open.delete(id);
    run?.unfollow();
    return run;
  }

  /** The host answers with the end of the run. */
  #cancel(id: number): void {
    this.#outbox.push(tagOf(id, UP.run), 'cancelled');
  }
}

/** Without what is undefined: for that not every channel has a word. */
function recordOf(main: Value, { step, timeoutMs, traceparent, onStream }: DispatchOptions): EventRecord {
  return {
    ...(main === undefined ? {} : { main }),
    ...(step === undefined ? {} : { step }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(onStream === undefined ? {} : { takesStream: true }),
  };
}
