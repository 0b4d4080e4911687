import { messageOf, PhlowError } from '../../src/errors.js';

/** How a server is named in messages: never with what it is reached with. */
export interface ServerName {
  /** `postgres`, `redis`. */
  readonly kind: string;
  /** `host:port`, or the path of a socket. */
  readonly place: string;
}

/**
 * No answer came from the server of a store.
 *
 * @param wasSent whether the request had been sent: then nobody knows whether it was carried out
 */
export function storeDown(
  attempt: string,
  { kind, place }: ServerName,
  cause: unknown,
  wasSent: boolean,
): PhlowError {
  const doubt = wasSent ? '; what was under way may or may not have been carried out' : '';
  const message = `${attempt}: ${kind} at ${place} does not answer: ${messageOf(cause) || 'the connection was refused'}${doubt}`;
  return new PhlowError('PHLOW_STORE_DOWN', message, { cause, details: { store: kind, place, wasSent } });
}
