/** What is under way and can be given up. */
export interface Cancellable {
  cancel(reason: Error): void;
}

/** A request of a client that is being answered. */
export class OpenRequest implements Cancellable {
  readonly #calls: (() => void)[] = [];
  #isClosed = false;

  /** A property: it is handed on by itself. */
  readonly onClose = (call: () => void): void => {
    if (this.#isClosed) call();
    else this.#calls.push(call);
  };

  /** The client has gone. */
  cancel(): void {
    this.#isClosed = true;
    for (const call of this.#calls.splice(0)) call();
  }
}
