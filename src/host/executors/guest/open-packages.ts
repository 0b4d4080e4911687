import { EVENT_WINDOW } from '../../../wire/event.js';
import { DOWN, type Batch, type CallRecord, idOf, opOf } from '../../../wire/protocol.js';
import { STREAM_WINDOW } from '../../../wire/stream-reader.js';

/** Whether a package is a request of a listener, which takes as long as the run of the flow that it starts. */
function isRequest(record: unknown): boolean {
  return (record as CallRecord).listener !== undefined;
}

/** The packages that a module has, with the time each was sent: separates solicited messages from others, and finds what is overdue. */
export class OpenPackages {
  readonly #sentAt = new Map<number, number>();
  /** Those that are never overdue. */
  readonly #untimed = new Set<number>();
  /** Items of input streams that were sent and not read, as far as the module has reported. */
  readonly #unread = new Map<number, number>();
  /** Packages whose caller wants nothing more of them, with the items that may be on their way all the same. */
  readonly #abandoned = new Map<number, number>();
  #eventCredit = EVENT_WINDOW;
  /** Runs that the module may start for the requests that were handed to it. */
  #runs = 0;
  /** Packages whose answer is no output: it ends a stream, or says that the clock was moved. */
  readonly #withoutOutput = new Set<number>();

  /** How many packages the module has. */
  get size(): number {
    return this.#sentAt.size + this.#untimed.size;
  }

  /** Notes what is sent to the module. */
  noteSent(batch: Batch, now: number): void {
    for (let i = 0; i < batch.length; i += 2) {
      const op = opOf(batch[i] as number);
      const id = idOf(batch[i] as number);
      if (op === DOWN.callWith && isRequest(batch[i + 1])) this.open(id, Infinity, false);
      else if (op === DOWN.call || op === DOWN.advance) this.open(id, now, op === DOWN.call);
      else if (op === DOWN.callWith) this.open(id, now, (batch[i + 1] as CallRecord).wantsStream !== true);
      else if (op === DOWN.item) this.sendItem(id);
      else if (op === DOWN.cancel) this.abandon(id);
      else if (op === DOWN.eventCredit) this.grantEvents(Number(batch[i + 1]));
    }
  }

  /** Notes a package that is sent; at Infinity: a request that the host has taken, which is never overdue and may start one run. */
  open(id: number, now: number, hasOutput = true): void {
    if (now === Infinity) {
      this.#untimed.add(id);
      this.#runs++;
    } else this.#sentAt.set(id, now);
    if (!hasOutput) this.#withoutOutput.add(id);
  }

  /** False when the package's answer is not held to the manifest's output. */
  hasOutput(id: number): boolean {
    return !this.#withoutOutput.has(id);
  }

  /** Notes an item of a package's input stream that is sent. */
  sendItem(id: number): void {
    this.#unread.set(id, (this.#unread.get(id) ?? 0) + 1);
  }

  /** Notes that nobody waits for the package: it is still owed an answer, and the items for which there was credit. */
  abandon(id: number): void {
    const isOpen = this.#sentAt.has(id) || this.#untimed.has(id);
    if (isOpen && !this.#abandoned.has(id)) this.#abandoned.set(id, STREAM_WINDOW);
  }

  /** True when the module can have read this many items of the package's input stream, which then counts as a sign of work. */
  readItems(id: number, items: unknown, now: number): boolean {
    const unread = this.#unread.get(id) ?? 0;
    if (typeof items !== 'number' || !(items > 0 && items <= unread)) return false;
    this.#unread.set(id, unread - items);
    return this.touch(id, now);
  }

  /** True when the package was open; it is not any more. */
  close(id: number): boolean {
    // Most packages have no stream, and somebody waits for them.
    if (this.#unread.size > 0) this.#unread.delete(id);
    if (this.#abandoned.size > 0) this.#abandoned.delete(id);
    if (this.#withoutOutput.size > 0) this.#withoutOutput.delete(id);
    if (this.#sentAt.delete(id)) return true;
    if (!this.#untimed.delete(id)) return false;
    // One that has started no run leaves no claim to it.
    this.#runs = Math.min(this.#runs, this.#untimed.size);
    return true;
  }

  /** True when an item of the package's stream was asked for. */
  takeItem(id: number, now: number): boolean {
    const owed = this.#abandoned.get(id);
    if (owed === undefined) return this.touch(id, now);
    this.#abandoned.set(id, owed - 1);
    return owed > 0;
  }

  /** Notes that the module may emit this many more events. */
  grantEvents(events: number): void {
    this.#eventCredit += events;
  }

  /** True when the module had credit for one more event. */
  takeEvent(): boolean {
    return this.#eventCredit > 0 && this.#eventCredit-- > 0;
  }

  /** True when the module was handed a request for which it has started no run yet. */
  takeRun(): boolean {
    return this.#runs > 0 && this.#runs-- > 0;
  }

  /** True when the package is open and somebody waits for it: what came shows that the module is at work on it, so its time starts again. */
  touch(id: number, now: number): boolean {
    if (this.#abandoned.has(id)) return false;
    if (this.#untimed.has(id)) return true;
    if (!this.#sentAt.delete(id)) return false;
    this.#sentAt.set(id, now);
    return true;
  }

  /** Milliseconds that the oldest package has been with the module; 0 when it has none. */
  oldestMs(now: number): number {
    // A map keeps the order of insertion, so the first one is the oldest.
    for (const sentAt of this.#sentAt.values()) return now - sentAt;
    return 0;
  }
}
