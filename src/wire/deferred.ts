/** A promise together with the two functions that settle it. */
export class Deferred<T> {
  resolve: (value: T | PromiseLike<T>) => void = () => undefined;
  reject: (error: unknown) => void = () => undefined;
  readonly promise = new Promise<T>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });
}
