import { PhlowError } from '../../src/errors.js';
import { didYouMean } from '../../src/nearest.js';
import type { Emit } from '../../src/sdk/context.js';
import { EVENT_WINDOW, eventObstacle, type PostedEvent } from '../../src/wire/event.js';
import { tagOf, UP } from '../../src/wire/protocol.js';
import type { ModuleOutbox } from './module-outbox.js';

/** Characters of a type that a message quotes. */
const MAX_QUOTED = 80;

/**
 * The module's end of its events. Each needs credit, which the host gives back once it has dealt with some: what is emitted without any is dropped and
 * counted, so that a module that emits without end neither fills the host's memory nor its own.
 */
export class EventSender {
  readonly #name: string;
  readonly #types: ReadonlySet<string>;
  readonly #outbox: ModuleOutbox;
  #credit = EVENT_WINDOW;
  #dropped = 0;

  constructor(name: string, types: readonly string[], outbox: ModuleOutbox) {
    this.#name = name;
    this.#types = new Set(types);
    this.#outbox = outbox;
  }

  /** `context.emit`. A property, since modules take it out of their context. */
  readonly emit: Emit = (type: string, data?: unknown): boolean => {
    if (!this.#types.has(type)) throw this.#undeclared(type);
    const obstacle = eventObstacle(data);
    if (obstacle !== undefined) {
      const message = `Cannot emit "${type}" with these data: ${obstacle}; pass a few plain data, and what is large as a reply or a stream`;
      throw new PhlowError('PHLOW_EVENT_INVALID', message, { details: { module: this.#name, event: type } });
    }
    if (this.#credit === 0) {
      this.#dropped++;
      return false;
    }
    this.#credit--;
    this.#outbox.push(tagOf(0, UP.emit), [type, data] satisfies PostedEvent);
    return true;
  };

  /** The host takes this many more. */
  grant(events: number): void {
    this.#credit += events;
    if (this.#dropped === 0) return;
    this.#outbox.push(tagOf(0, UP.eventsDropped), this.#dropped);
    this.#dropped = 0;
  }

  #undeclared(type: unknown): PhlowError {
    const types = [...this.#types];
    const found = typeof type === 'string' ? type.slice(0, MAX_QUOTED) : `a ${typeof type}`;
    const hint = didYouMean(found, types) || (types.length === 0 ? '' : ` It declares ${types.join(', ')}`);
    const message = `Cannot emit "${found}": the phlow.yaml of module "${this.#name}" declares no such event under "events".${hint}`;
    return new PhlowError('PHLOW_EVENT_INVALID', message, { details: { module: this.#name, event: found } });
  }
}
