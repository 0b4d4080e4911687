import { PhlowError } from '../src/errors.js';
import { toFault } from '../src/wire/fault.js';
import { Outbox, type Post } from '../src/wire/outbox.js';
import { refusalOpFor, UP, type Refusal } from '../src/wire/protocol.js';
import { idOf, opOf, tagOf } from '../src/wire/tag.js';

/** Where what a module says goes. A reply that cannot cross is told as a refusal; a request to the host fails where it was made. */
export class ModuleOutbox extends Outbox {
  /** Told of a request that cannot be sent: its id counts requests, not packages. */
  onUnsentRequest: (tag: number, error: unknown) => void = () => undefined;

  constructor(name: string, post: Post) {
    const late: { take: (tag: number, error: unknown) => void } = { take: () => undefined };
    super(post, (tag, error) => late.take(tag, error));
    late.take = (tag, error) => {
      const op = opOf(tag);
      if (op === UP.power || op === UP.powerFor || op === UP.event) this.onUnsentRequest(tag, error);
      else this.push(tagOf(idOf(tag), refusalOpFor(op)), refusalOf(name, error));
    };
  }
}

function refusalOf(module: string, error: unknown): Refusal {
  const isTooLarge = error instanceof PhlowError && error.code === 'PHLOW_REPLY_TOO_LARGE';
  return {
    code: isTooLarge ? 'PHLOW_REPLY_TOO_LARGE' : 'PHLOW_REPLY_UNCLONABLE',
    message: `Cannot send a reply of module "${module}": ${toFault(error).message.replace(/\.$/, '')}; return plain data`,
    details: {},
  };
}
