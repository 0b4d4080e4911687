import { PhlowError } from '../../src/errors.js';
import type { Place } from '../../src/wire/obstacle.js';
import { Outbox, type Crossing, type Post, type Refuse } from '../../src/wire/outbox.js';
import { refusalOpFor, UP, type Refusal, idOf, opOf, tagOf } from '../../src/wire/protocol.js';

/** Where what a module says goes. A reply that cannot cross is told as a refusal; a request to the host fails where it was made. */
export class ModuleOutbox extends Outbox {
  /** Told of a request that cannot be sent: its id counts requests, not packages. */
  onUnsentRequest: (tag: number, error: unknown) => void = () => undefined;

  constructor(name: string, post: Post, crossing: Crossing = 'clone') {
    const late: { take: Refuse } = { take: () => undefined };
    super(post, (tag, error, placeIn) => late.take(tag, error, placeIn), crossing);
    late.take = (tag, error, placeIn) => {
      const op = opOf(tag);
      if (op === UP.capability || op === UP.capabilityFor || op === UP.event)
        this.onUnsentRequest(tag, error);
      else
        this.push(
          tagOf(idOf(tag), refusalOpFor(op)),
          refusalOf(name, error, placeIn(op === UP.item ? 'item' : 'reply')),
        );
    };
  }
}

function refusalOf(module: string, error: unknown, { path, problem }: Place): Refusal {
  const isTooLarge = error instanceof PhlowError && error.code === 'PHLOW_REPLY_TOO_LARGE';
  return {
    code: isTooLarge ? 'PHLOW_REPLY_TOO_LARGE' : 'PHLOW_REPLY_UNCLONABLE',
    message: `Cannot send a reply of module "${module}": ${problem.replace(/\.$/, '')}; return plain data`,
    details: path === undefined ? {} : { path },
  };
}
