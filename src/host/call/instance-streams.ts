import type { Value } from '../../values.js';
import type { Outbox } from '../../wire/outbox.js';
import { DOWN, tagOf } from '../../wire/protocol.js';
import type { StreamReader } from '../../wire/stream-reader.js';
import { StreamWriter } from '../../wire/stream-writer.js';
import { redactedFault } from './redacted-fault.js';

/** The streams of the packages in flight in one instance: replies that come in item by item, and input that goes out so. */
export class InstanceStreams {
  readonly #outbox: Outbox;
  readonly #readers = new Map<number, StreamReader<Value>>();
  readonly #writers = new Map<number, StreamWriter>();

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  /** Opens the stream of replies of a package; `onReturn` is called when its reader wants no more. */
  read(id: number, onReturn: () => void, Reader: typeof StreamReader<Value>): StreamReader<Value> {
    const reader = new Reader((items) => this.#giveCredit(id, items), onReturn);
    this.#readers.set(id, reader);
    return reader;
  }

  /**
   * In a later turn: a writer that is fast, and a reader that takes its items as they come, would keep the event loop between the two of them
   * until the stream ends.
   */
  #giveCredit(id: number, items: number): void {
    setImmediate(() => {
      if (this.#readers.has(id)) this.#outbox.push(tagOf(id, DOWN.credit), items);
    });
  }

  /** Sends the input stream of a package until it ends, fails, or the package is answered. */
  write(id: number, items: AsyncIterable<Value> | Iterable<Value>): void {
    const writer = new StreamWriter();
    this.#writers.set(id, writer);
    const send = (item: Value): void => this.#outbox.push(tagOf(id, DOWN.item), item);
    void writer.pump(items, send).then(
      () => this.#end(id, undefined),
      (error: unknown) => this.#end(id, redactedFault(error)),
    );
  }

  /** Takes an item of a stream of replies: false when there is no such stream, or it had no credit for it. */
  receive(id: number, item: Value): boolean {
    return this.#readers.get(id)?.push(item) === true;
  }

  /** Takes credit for an input stream. */
  grant(id: number, items: unknown): void {
    // A part of an item would leave credit that never comes to nothing.
    if (Number.isSafeInteger(items) && (items as number) > 0) this.#writers.get(id)?.grant(items as number);
  }

  /** The package is answered, or nobody waits for it any more. */
  forget(id: number): void {
    if (this.#readers.size > 0) this.#readers.delete(id);
    if (this.#writers.size === 0) return;
    this.#writers.get(id)?.close();
    this.#writers.delete(id);
  }

  /** The instance is over: nobody reads what sources of input would yield. */
  end(): void {
    for (const writer of this.#writers.values()) writer.close();
    this.#writers.clear();
    this.#readers.clear();
  }

  #end(id: number, fault: unknown): void {
    if (this.#writers.has(id)) this.#outbox.push(tagOf(id, DOWN.end), fault);
  }
}
