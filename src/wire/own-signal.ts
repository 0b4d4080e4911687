import type { PhlowError } from '../errors.js';

/**
 * A signal of the library's own. It looks like an AbortSignal to those who listen, takes any number of listeners, and nothing that it is asked
 * throws: so each caller listens for itself, where one of a stranger's making has a listener that they share. A run of a flow has one of them, and
 * seldom more than one call that listens: that one stands in a place of its own.
 */
export abstract class OwnSignal {
  #reason: PhlowError | undefined;
  #first: (() => void) | undefined;
  #others: Set<() => void> | undefined;

  get aborted(): boolean {
    return this.#reason !== undefined;
  }

  get reason(): PhlowError | undefined {
    return this.#reason;
  }

  /** Every listener is called at most once, in the order in which they came. */
  listen(listener: () => void): void {
    if (this.#first === undefined && this.#others === undefined) this.#first = listener;
    else if (this.#first !== listener) (this.#others ??= new Set()).add(listener);
  }

  ignore(listener: () => void): void {
    if (this.#first === listener) this.#first = undefined;
    else if (this.#others?.delete(listener) === true && this.#others.size === 0) this.#others = undefined;
  }

  /** For those who take it for an AbortSignal. */
  addEventListener(_type: 'abort', listener: () => void): void {
    this.listen(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.ignore(listener);
  }

  throwIfAborted(): void {
    if (this.#reason !== undefined) throw this.#reason;
  }

  /** Aborts; only the first time counts. */
  cancel(reason: PhlowError): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    const first = this.#first;
    const others = this.#others;
    this.#first = undefined;
    this.#others = undefined;
    this.onCancel(reason);
    first?.();
    if (others !== undefined) for (const listener of others) listener();
  }

  /** Called before all listeners. */
  protected abstract onCancel(reason: PhlowError): void;
}
