/** Items that the writer may have on the way: it stops when this many are unread. */
export const STREAM_WINDOW = 32;

/** The same for the answer to a request of a listener's: clients decide how many there are, and how slowly they are read. */
export const REQUEST_WINDOW = 2;

interface Taker<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The reading end of a stream. The writer needs credit for each item, and gets it back as items are read: what is unread never exceeds
 * the window.
 */
export class StreamReader<T> implements AsyncIterableIterator<T, undefined> {
  readonly #unread: T[] = [];
  readonly #takers: Taker<T>[] = [];
  readonly #grant: (items: number) => void;
  readonly #onReturn: () => void;
  readonly #window: number;
  #credit: number;
  #read = 0;
  #end: { readonly error: Error | undefined } | undefined;

  constructor(grant: (items: number) => void, onReturn: () => void, window = STREAM_WINDOW) {
    this.#window = window;
    this.#credit = window;
    this.#grant = grant;
    this.#onReturn = onReturn;
  }

  /** Takes an item from the writer; false when it had no credit for it. */
  push(item: T): boolean {
    if (this.#end !== undefined) return true;
    if (this.#credit === 0) return false;
    this.#credit--;
    const taker = this.#takers.shift();
    if (taker === undefined) {
      this.#unread.push(item);
    } else {
      this.#account();
      taker.resolve({ value: item, done: false });
    }
    return true;
  }

  /** No more items will come. */
  end(): void {
    this.#close(undefined);
  }

  /** No more items will come: the writer has failed. Items that came before are still read. */
  fail(error: Error): void {
    this.#close(error);
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#unread.length > 0) {
      const value = this.#unread.shift() as T;
      this.#account();
      return Promise.resolve({ value, done: false });
    }
    if (this.#end !== undefined) {
      const { error } = this.#end;
      // A failure is reported once; further reads find the end.
      this.#end = { error: undefined };
      return error === undefined ? Promise.resolve({ value: undefined, done: true }) : Promise.reject(error);
    }
    return new Promise((resolve, reject) => {
      this.#takers.push({ resolve, reject });
    });
  }

  /** The reader wants no more: notifies the writer. */
  return(): Promise<IteratorResult<T, undefined>> {
    if (this.#end === undefined) {
      this.end();
      this.#onReturn();
    }
    this.#unread.length = 0;
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #account(): void {
    this.#read++;
    // Credit goes back in halves of the window: one message for many items.
    if (this.#read < this.#window / 2) return;
    this.#credit += this.#read;
    if (this.#end === undefined) this.#grant(this.#read);
    this.#read = 0;
  }

  #close(error: Error | undefined): void {
    if (this.#end !== undefined) return;
    const [first, ...others] = this.#takers.splice(0);
    // The first waiting read gets the failure; there is nobody else to give it to.
    this.#end = { error: first === undefined ? error : undefined };
    if (error === undefined) first?.resolve({ value: undefined, done: true });
    else first?.reject(error);
    for (const taker of others) taker.resolve({ value: undefined, done: true });
  }
}
