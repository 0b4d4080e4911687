import { Deferred } from './deferred.js';

/**
 * Something that happens once and that any number of short waits keep an eye on. A promise would keep what each of them has added to it until
 * it settles, which for the end of a long life may be never.
 */
export class OneShot<T> {
  readonly #happened = new Deferred<T>();
  readonly #watching = new Set<(value: T) => void>();
  #outcome: { readonly value: T } | undefined;

  /** For those who wait for nothing else, and are few. */
  get promise(): Promise<T> {
    return this.#happened.promise;
  }

  happen(value: T): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = { value };
    for (const tell of [...this.#watching]) tell(value);
    this.#watching.clear();
    this.#happened.resolve(value);
  }

  /** Settles as `work` does, or as `instead` does when this happens first. Nothing of the wait is left when it is over. */
  during<R>(work: Promise<R>, instead: (value: T) => R): Promise<R> {
    return new Promise((resolve, reject) => {
      const tell = (value: T): void => resolve(Promise.resolve(value).then(instead));
      if (this.#outcome !== undefined) {
        tell(this.#outcome.value);
        // The outcome no longer matters to anyone; unhandled it would end the process.
        work.catch(() => undefined);
        return;
      }
      this.#watching.add(tell);
      const leave = (): void => void this.#watching.delete(tell);
      work.then(resolve, reject).then(leave, leave);
    });
  }

  /** Waits that go on. */
  get watching(): number {
    return this.#watching.size;
  }
}
