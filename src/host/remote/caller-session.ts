import { PhlowError } from '../../errors.js';
import type { Bus } from '../../nats/bus.js';
import { DOWN, UP, type Batch, idOf, tagOf } from '../../wire/protocol.js';
import type { LoadedModule } from '../module/loaded-module.js';
import { Assembly } from './assembly.js';
import { aliveMessages, batchMessages, openedMessage, partsOf, type Chunk, violation } from './messages.js';
import { faultFor } from './remote-fault.js';
import { hasMore, ServedCall } from './served-call.js';

/** Tags and values in one message at most. */
const MAX_SLOTS = 128;

/** What a session works with. */
export interface SessionOptions {
  readonly bus: Bus;
  readonly module: LoadedModule;
  /** This instance of the service. */
  readonly instance: string;
  /** The subject that the caller listens to, without the last token. */
  readonly inbox: string;
  /** A call has ended, with an error or without; says how many milliseconds it took. */
  readonly onEnd: (isFault: boolean, ms: number) => void;
}

/** A call that comes in several parts. */
interface ComingIn {
  lastAt: number;
}

/** The calls that one caller has with this instance of a service. */
export class CallerSession {
  readonly #options: SessionOptions;
  readonly #calls = new Map<number, ServedCall | ComingIn>();
  readonly #assembly = new Assembly();
  #answers: unknown[] = [];
  #transfers = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** Calls that are not answered. */
  get size(): number {
    return this.#calls.size;
  }

  /** Begins a call. */
  begin(id: number, op: number, value: unknown): void {
    if (this.#calls.get(id) instanceof ServedCall) return;
    const { module, bus, inbox, instance, onEnd } = this.#options;
    const call = new ServedCall((answerOp, answer) => this.#answer(tagOf(id, answerOp), answer));
    const isKnown = this.#calls.has(id);
    this.#calls.set(id, call);
    if (!isKnown && hasMore(op, value)) bus.publish(`${inbox}.0`, openedMessage(id, instance));
    const at = performance.now();
    void call.run(module, op, value).then((isFault) => {
      this.#calls.delete(id);
      onEnd(isFault, performance.now() - at);
    });
  }

  /** Takes a part of a long message; the caller sends the others once it knows who has the first one. Returns the message when it is whole. */
  takeChunk(id: number, chunk: Chunk): Uint8Array | undefined {
    const { bus, inbox, instance } = this.#options;
    const now = performance.now();
    const call = this.#calls.get(id);
    if (call === undefined && chunk.place === 0) {
      this.#calls.set(id, { lastAt: now });
      bus.publish(`${inbox}.0`, openedMessage(id, instance));
    } else if (call !== undefined && !(call instanceof ServedCall)) call.lastAt = now;
    return this.#assembly.add(chunk, now);
  }

  /** Takes what belongs to a call. */
  take(id: number, op: number, value: unknown): void {
    const call = this.#calls.get(id);
    if (call instanceof ServedCall) call.take(op, value);
  }

  /** The call with this id cannot be read. */
  refuse(id: number, error: unknown): void {
    const call = this.#calls.get(id);
    if (call instanceof ServedCall) call.cancel('what belongs to it cannot be read');
    else this.#calls.delete(id);
    this.#answer(tagOf(id, UP.fault), faultFor(error));
  }

  /** Tells the caller which calls are here. `goneSubject` hears of a caller who is there no more. */
  beat(goneSubject: string): void {
    const { bus, inbox, instance } = this.#options;
    for (const message of aliveMessages(instance, [...this.#calls.keys()]))
      bus.publish(`${inbox}.0`, message, goneSubject);
  }

  /** Gives up what has stopped coming in. */
  forgetOlder(since: number): void {
    this.#assembly.forgetOlder(since);
    for (const [id, call] of this.#calls)
      if (!(call instanceof ServedCall) && call.lastAt < since)
        this.refuse(id, violation('a part of a message, and not the rest of it'));
  }

  /** The caller has gone, or this host is being stopped. */
  end(because: 'caller' | 'host'): void {
    for (const [id, call] of this.#calls) {
      if (!(call instanceof ServedCall)) this.#calls.delete(id);
      else if (because === 'host') call.drop();
      else call.cancel('the caller has gone');
    }
  }

  /** Answers of one turn go together: modules answer in batches too. */
  #answer(tag: number, value: unknown): void {
    if (this.#answers.length === 0) setImmediate(() => this.#flush());
    this.#answers.push(tag, value);
  }

  #flush(): void {
    const answers = this.#answers;
    this.#answers = [];
    for (let from = 0; from < answers.length; from += MAX_SLOTS)
      this.#send(answers.slice(from, from + MAX_SLOTS));
  }

  #send(batch: Batch): void {
    const { bus, inbox, instance } = this.#options;
    const transfer = (): string => `${instance}.${++this.#transfers}`;
    let parts: readonly (string | Uint8Array)[];
    try {
      parts = batchMessages(batch).flatMap((message) => partsOf(message, bus.maxPayload, transfer));
    } catch (error) {
      if (batch.length > 2) for (let i = 0; i < batch.length; i += 2) this.#send([batch[i], batch[i + 1]]);
      else this.#sendUnsendable(batch[0] as number, error);
      return;
    }
    for (const part of parts) bus.publish(`${inbox}.0`, part);
  }

  /** An answer, or an item, that cannot cross ends the call. */
  #sendUnsendable(tag: number, cause: unknown): void {
    const { module } = this.#options;
    const isLong = cause instanceof PhlowError && cause.code === 'PHLOW_REPLY_TOO_LARGE';
    const code = isLong ? cause.code : 'PHLOW_REPLY_UNCLONABLE';
    const message = `Cannot pass on what module "${module.name}" answered: ${(cause as Error).message}`;
    const id = idOf(tag);
    this.take(id, DOWN.cancel, message);
    this.#send([tagOf(id, UP.fault), faultFor(new PhlowError(code, message, { cause }))]);
  }
}
