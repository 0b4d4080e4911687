import { PhlowError } from '../../errors.js';
import type { DispatchOptions, FlowDescription, RunStream } from '../../sdk/context.js';
import { isMap, type Value } from '../../values.js';
import type { Outbox } from '../../wire/outbox.js';
import { DOWN, idOf, tagOf, type EventRecord } from '../../wire/protocol.js';
import { StreamWriter } from '../../wire/stream-writer.js';
import { redactedFault } from './redacted-fault.js';

/** Starts a run of the flow. */
type Dispatch = (main: Value, options: DispatchOptions | undefined) => Promise<Value>;

/** Says what is known of the runs that start at these steps. */
type Describe = (steps: readonly (string | null)[]) => Promise<FlowDescription | undefined>;

/** A run that a main module waits for. */
interface OpenRun {
  /** Undefined where the module has no way to say so. */
  readonly cancelling: AbortController | undefined;
  /** The stream that its result is. */
  writer: StreamWriter | undefined;
}

/** The runs that the main module of one instance has started and waits for. */
export class DispatchedRuns {
  readonly #outbox: Outbox;
  readonly #start: Dispatch;
  readonly #describe: Describe;
  readonly #open = new Map<number, OpenRun>();
  #takesMore = true;

  constructor(outbox: Outbox, start: Dispatch, describe: Describe) {
    this.#outbox = outbox;
    this.#start = start;
    this.#describe = describe;
  }

  /** Starts a run with nothing but `main`. */
  dispatch(id: number, main: Value): Promise<void> {
    return this.#run(id, { cancelling: undefined, writer: undefined }, () => this.#start(main, undefined));
  }

  /** {@link EventRecord}, whatever the module has sent. */
  dispatchWith(id: number, value: unknown): Promise<void> {
    const record: Readonly<Record<keyof EventRecord, unknown>> = isMap(value)
      ? { ...NOTHING, ...value }
      : NOTHING;
    const { main, step, timeoutMs, traceparent, takesStream, describe } = record;
    if (Array.isArray(describe)) {
      const steps = describe.map((one: unknown) => (typeof one === 'string' ? one : null));
      const run = { cancelling: undefined, writer: undefined };
      // Plain data of the host's own.
      return this.#run(id, run, async () => (await this.#describe(steps)) as unknown as Value);
    }
    const cancelling = new AbortController();
    const run: OpenRun = { cancelling, writer: undefined };
    const options: DispatchOptions = {
      step: typeof step === 'string' ? step : undefined,
      timeoutMs: typeof timeoutMs === 'number' && timeoutMs > 0 ? timeoutMs : undefined,
      traceparent: typeof traceparent === 'string' ? traceparent : undefined,
      signal: cancelling.signal,
      onStream: takesStream === true ? (stream) => this.#send(id, run, stream) : undefined,
    };
    return this.#run(id, run, () => this.#start(main as Value, options));
  }

  /** How many more items the module takes of a run's result, or that it wants no more of the run; whatever it has sent. */
  control(id: number, value: unknown): void {
    const run = this.#open.get(id);
    if (run === undefined) return;
    if (typeof value === 'number') {
      if (Number.isSafeInteger(value) && value > 0) run.writer?.grant(value);
      return;
    }
    run.writer?.close();
    run.cancelling?.abort(cancelled());
  }

  /** The module is about to be stopped: every run is settled before, so that it can still say so to those who wait. */
  stop(): void {
    this.#takesMore = false;
    for (const id of this.#open.keys())
      this.#outbox.push(tagOf(id, DOWN.eventFault), redactedFault(stopping()));
    this.end();
    this.#outbox.flush();
  }

  /** The instance has ended: nobody reads what streams would bring. */
  end(): void {
    for (const { writer } of this.#open.values()) writer?.close();
    this.#open.clear();
  }

  /** A result, or an item of one, cannot cross. */
  unsendable(tag: number, error: unknown): void {
    const id = idOf(tag);
    const run = this.#open.get(id);
    this.#open.delete(id);
    this.#outbox.push(tagOf(id, DOWN.eventFault), redactedFault(error));
    run?.writer?.close();
  }

  async #run(id: number, run: OpenRun, start: () => Promise<Value>): Promise<void> {
    if (!this.#takesMore) {
      this.#outbox.push(tagOf(id, DOWN.eventFault), redactedFault(stopping()));
      return;
    }
    this.#open.set(id, run);
    try {
      const reply = await start();
      if (this.#open.delete(id)) this.#outbox.push(tagOf(id, DOWN.eventReply), reply);
    } catch (error) {
      if (this.#open.delete(id)) this.#outbox.push(tagOf(id, DOWN.eventFault), redactedFault(error));
    }
  }

  /** The run's own end says how the stream ended. */
  #send(id: number, run: OpenRun, { head, items }: RunStream): void {
    const writer = (run.writer = new StreamWriter());
    if (this.#open.get(id) !== run) writer.close();
    else this.#outbox.push(tagOf(id, DOWN.runStream), head);
    const send = (item: Value): void => this.#outbox.push(tagOf(id, DOWN.runItem), item);
    writer.pump(items, send).catch(() => undefined);
  }
}

const NOTHING: Readonly<Record<keyof EventRecord, undefined>> = {
  main: undefined,
  step: undefined,
  timeoutMs: undefined,
  traceparent: undefined,
  takesStream: undefined,
  describe: undefined,
};

function cancelled(): PhlowError {
  return new PhlowError(
    'PHLOW_FLOW_CANCELLED',
    'Cannot finish the run: the module that started it wants no more of it',
  );
}

function stopping(): PhlowError {
  return new PhlowError('PHLOW_MODULE_DOWN', 'Cannot wait for the run: the module is being stopped');
}
