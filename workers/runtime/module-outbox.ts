import { PhlowError } from '../../src/errors.js';
import type { Place } from '../../src/wire/obstacle.js';
import { Outbox, type Crossing, type Post } from '../../src/wire/outbox.js';
import type { RecordWriter } from '../../src/wire/records/record-writer.js';
import { refusalOpFor, UP, type Refusal, idOf, isQuestion, opOf, tagOf } from '../../src/wire/protocol.js';

/** Where a module's messages go. A reply that cannot cross becomes a refusal; a request to the host fails where it was made. */
export class ModuleOutbox {
  /** Called for a request that cannot be sent: its id counts requests, not packages. */
  onUnsentRequest: (tag: number, error: unknown) => void = () => undefined;
  readonly #name: string;
  readonly #outbox: Outbox;

  constructor(name: string, post: Post, crossing: Crossing = 'clone', records?: RecordWriter) {
    this.#name = name;
    this.#outbox = new Outbox(
      post,
      (tag, error, placeIn) => this.#onUnsendable(tag, error, placeIn),
      crossing,
      undefined,
      records,
    );
  }

  push(tag: number, value: unknown): void {
    this.#outbox.push(tag, value);
  }

  move(tag: number, value: unknown, transfer: readonly ArrayBuffer[]): void {
    this.#outbox.move(tag, value, transfer);
  }

  flush(): void {
    this.#outbox.flush();
  }

  #onUnsendable(tag: number, error: unknown, placeIn: (name: string) => Place): void {
    const op = opOf(tag);
    if (isQuestion(op)) {
      this.onUnsentRequest(tag, error);
      return;
    }
    if (op === UP.emit) {
      // Its data were looked at when it was emitted: somebody has changed them in the same turn.
      this.#outbox.push(tagOf(0, UP.eventsDropped), 1);
      return;
    }
    const place = placeIn(op === UP.item ? 'item' : 'reply');
    this.#outbox.push(tagOf(idOf(tag), refusalOpFor(op)), refusalOf(this.#name, error, place));
  }
}

function refusalOf(module: string, error: unknown, { path, problem }: Place): Refusal {
  const said = `Cannot send a reply of module "${module}": ${problem.replace(/\.$/, '')}`;
  // What it found, the limit and what to do are in its sentence: the data are plain already.
  if (error instanceof PhlowError && error.code === 'PHLOW_REPLY_TOO_LARGE')
    return { code: error.code, message: said, details: error.details };
  return {
    code: 'PHLOW_REPLY_UNCLONABLE',
    message: `${said}; return plain data`,
    details: path === undefined ? {} : { path },
  };
}
