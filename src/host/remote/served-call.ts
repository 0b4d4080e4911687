import { PhlowError } from '../../errors.js';
import { isMap, type Value } from '../../values.js';
import type { Fault } from '../../wire/fault.js';
import { OwnSignal } from '../../wire/own-signal.js';
import { DOWN, UP, type CallRecord } from '../../wire/protocol.js';
import { StreamReader } from '../../wire/stream-reader.js';
import { StreamWriter } from '../../wire/stream-writer.js';
import type { ForwardedOptions } from '../call/call-contexts.js';
import type { CallOptions } from '../module-types.js';
import type { LoadedModule } from '../module/loaded-module.js';
import { violation } from './messages.js';
import { faultFor } from './remote-fault.js';
import { readRemotePayload } from './remote-module.js';

/** Sends what a call comes to back to its caller. */
export type Answer = (op: number, value: unknown) => void;

class CallerGone extends OwnSignal {
  protected override onCancel(): void {
    // Nothing but the listeners.
  }
}

/** One call of another host, from its coming in to its answer. */
export class ServedCall {
  readonly #answer: Answer;
  readonly #signal = new CallerGone();
  #dropped: PhlowError | undefined;
  #reader: StreamReader<Value> | undefined;
  #writer: StreamWriter | undefined;

  constructor(answer: Answer) {
    this.#answer = answer;
  }

  /** Hands the package to the module; resolves when it is answered, with true when that is an error. */
  async run(module: LoadedModule, op: number, value: unknown): Promise<boolean> {
    try {
      const record = op === DOWN.callWith ? readRecord(value) : { input: value };
      const options = this.#optionsOf(record);
      const input = record.input as Value;
      if (record.wantsStream === true) await this.#stream(module.stream(input, publicOptions(options)));
      else this.#answer(UP.reply, await module.callFor(input, options));
      return false;
    } catch (error) {
      this.#answer(UP.fault, faultFor(this.#dropped ?? error));
      return true;
    }
  }

  /** Takes what the caller has sent after the package. */
  take(op: number, value: unknown): void {
    if (op === DOWN.item) this.#reader?.push(value as Value);
    else if (op === DOWN.end) this.#endItems(value);
    else if (op === DOWN.credit && Number.isSafeInteger(value) && (value as number) > 0)
      this.#writer?.grant(value as number);
    else if (op === DOWN.cancel) this.cancel(typeof value === 'string' ? value : 'the caller gave up');
  }

  /** Its caller gives it up. */
  cancel(why: string): void {
    this.#giveUp(new PhlowError('PHLOW_CALL_CANCELLED', `The call was given up: ${why}`));
  }

  /** This host gives it up, which its caller has to hear. */
  drop(): void {
    const message =
      'The host that had the call was stopped before the call was finished; how far it has come is not known';
    this.#dropped = new PhlowError('PHLOW_REMOTE_LOST', message);
    this.#giveUp(this.#dropped);
  }

  #giveUp(error: PhlowError): void {
    this.#signal.cancel(error);
    this.#writer?.close();
    this.#reader?.fail(error);
  }

  #optionsOf({ payload: given, budgetMs, traceparent, hasItems }: CallRecord): ForwardedOptions {
    const { payload, priority, hops = 0 } = readRemotePayload(given);
    return {
      signal: this.#signal,
      hops,
      from: 'nats',
      ...(payload === undefined ? {} : { payload }),
      ...(priority === undefined ? {} : { priority }),
      ...(budgetMs === undefined ? {} : { timeoutMs: budgetMs }),
      ...(traceparent === undefined ? {} : { traceparent }),
      ...(hasItems === true ? { items: this.#openItems() } : {}),
    };
  }

  #openItems(): StreamReader<Value> {
    this.#reader = new StreamReader<Value>(
      (items) => this.#answer(UP.credit, items),
      () => undefined,
    );
    return this.#reader;
  }

  #endItems(fault: unknown): void {
    if (fault === undefined) this.#reader?.end();
    else {
      const { message } = fault as Partial<Fault>;
      this.#reader?.fail(new Error(typeof message === 'string' ? message : 'the input stream has failed'));
    }
  }

  async #stream(items: AsyncIterable<Value>): Promise<void> {
    this.#writer = new StreamWriter();
    await this.#writer.pump(items, (item) => this.#answer(UP.item, item));
    this.#answer(UP.reply, undefined);
  }
}

/** Without what is the host's own to say, which the public method refuses. */
function publicOptions(options: ForwardedOptions): CallOptions {
  return Object.fromEntries(Object.entries(options).filter(([name]) => name !== 'hops' && name !== 'from'));
}

/** Throws PHLOW_WIRE_VIOLATION. */
function readRecord(value: unknown): CallRecord {
  if (!isMap(value)) throw violation('a call that is none');
  const { input, payload, budgetMs, traceparent, wantsStream, hasItems } = value;
  const isBudget = budgetMs === undefined || (typeof budgetMs === 'number' && budgetMs >= 0);
  if (!isBudget || (traceparent !== undefined && typeof traceparent !== 'string'))
    throw violation('a call with a deadline or a trace context that is none');
  return {
    input,
    payload,
    budgetMs: budgetMs,
    traceparent,
    wantsStream: wantsStream === true,
    hasItems: hasItems === true,
  };
}

/** Whether more follows than the package, so that its caller has to know which host has it. */
export function hasMore(op: number, value: unknown): boolean {
  return (
    op === DOWN.callWith && isMap(value) && (value['wantsStream'] === true || value['hasItems'] === true)
  );
}
