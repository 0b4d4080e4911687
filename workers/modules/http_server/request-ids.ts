/** An id that a client or a proxy may give. */
const TAKEN = /^[\w.:-]{1,128}$/;

/** Names requests, so that a failed response and the line in the log about it can be brought together. */
export class RequestIds {
  readonly #prefix = crypto.randomUUID().slice(0, 13);
  #count = 0;

  /** The client's own id, if it is one. */
  idFor(given: string | undefined): string {
    return given !== undefined && TAKEN.test(given)
      ? given
      : `${this.#prefix}-${(++this.#count).toString(36)}`;
  }
}
