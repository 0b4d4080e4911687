import { DOWN, tagOf, UP } from '../../../wire/protocol.js';
import type { Replica } from './replica.js';

/** Whose turn it is to get credit back: the host grants as many events as it has handled, in the order in which replicas have sent them. */
export class EventCredits {
  #senders: Replica[] = [];

  /** A replica has sent an event, or says how many it has dropped: for those it needed no credit. */
  note(sender: Replica, op: typeof UP.emit | typeof UP.eventsDropped): void {
    if (op === UP.emit) this.#senders.push(sender);
  }

  /** The host has handled the first ones of those that were sent. */
  grant(events: number, living: ReadonlySet<Replica>): void {
    const handled = this.#senders.slice(0, events);
    this.#senders = this.#senders.slice(events);
    const shares = new Map<Replica, number>();
    for (const sender of handled) shares.set(sender, (shares.get(sender) ?? 0) + 1);
    for (const [sender, share] of shares)
      if (living.has(sender)) sender.outbox.push(tagOf(0, DOWN.eventCredit), share);
  }
}
