import { PhlowError } from '../../errors.js';

/** How a package can end its module at a test's word. */
export type InjectedEnd = 'crash' | 'hang';

/**
 * Faults for tests, injected on demand. Loaded with `faults`, a module runs as ever until one of these methods is called; then its callers, its
 * restarts and its reports are those of a module that fails by itself. Works at every isolation level; with replicas, it concerns all of them at once.
 *
 * @example
 * const faults = new Faults();
 * const cache = await host.load('cache', { faults });
 * faults.crash();
 * await cache.call({ action: 'stats' }); // rejects with PHLOW_MODULE_CRASHED; the next call finds a new instance
 */
export class Faults {
  readonly #ends: { readonly kind: InjectedEnd; left: number }[] = [];
  readonly #listeners = new Set<() => void>();
  #isStalled = false;

  /**
   * Each of the next `times` packages crashes the module, as an error that nobody caught does: that package, and all others in flight, reject with
   * PHLOW_MODULE_CRASHED, and the module is restarted. `Infinity` makes a crash loop: in the end calls reject with PHLOW_MODULE_DOWN.
   */
  crash(times = 1): void {
    this.#end('crash', times);
  }

  /**
   * Each of the next `times` packages blocks the module's event loop for ever. The host is not kept waiting for its deadlines: the packages in flight
   * reject with PHLOW_MODULE_HUNG at once, and the module is restarted.
   */
  hang(times = 1): void {
    this.#end('hang', times);
  }

  /**
   * Makes the module slow: until `resume()` nothing of what is sent reaches it, so no package is answered. Its event loop turns: a call with a deadline
   * rejects with PHLOW_CALL_TIMED_OUT, one with a signal with PHLOW_CALL_CANCELLED. A manual clock moves all the same.
   */
  stall(): void {
    this.#isStalled = true;
  }

  /** Ends `stall()`: the module gets what was held back, in order. */
  resume(): void {
    this.#isStalled = false;
    for (const onResume of this.#listeners) onResume();
  }

  #end(kind: InjectedEnd, times: number): void {
    if (times !== Infinity && !(Number.isSafeInteger(times) && times > 0)) {
      const message = `Cannot inject a fault: the number of packages must be a whole number from 1 on, or Infinity, found ${String(times)}`;
      throw new PhlowError('PHLOW_OPTION_INVALID', message, { details: { option: 'times' } });
    }
    this.#ends.push({ kind, left: times });
  }

  /**
   * What the next package does to its module.
   *
   * @internal
   */
  next(): InjectedEnd | undefined {
    const [first] = this.#ends;
    if (first === undefined) return undefined;
    if (--first.left <= 0) this.#ends.shift();
    return first.kind;
  }

  /** @internal */
  get isStalled(): boolean {
    return this.#isStalled;
  }

  /**
   * Calls back at each `resume()`; returns what ends that.
   *
   * @internal
   */
  onResume(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
