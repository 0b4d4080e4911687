/** A name with what stands under it. */
export type Pair = readonly [name: string, value: unknown];

/** What an iterator yields of each pair. */
export type PairPart = 'entries' | 'keys' | 'values';

const iteratorPrototype = Object.getPrototypeOf(
  Object.getPrototypeOf([][Symbol.iterator]()) as object,
) as object;

/** Makes the iterators of one class. They look at the pairs as they are at each step. */
export function createPairIterators(
  name: string,
): (pairs: () => readonly Pair[], part: PairPart) => IterableIterator<unknown> {
  class PairIterator {
    readonly #pairs: () => readonly Pair[];
    readonly #part: PairPart;
    #at = 0;

    constructor(pairs: () => readonly Pair[], part: PairPart) {
      this.#pairs = pairs;
      this.#part = part;
    }

    next(): IteratorResult<unknown> {
      const pair = this.#pairs()[this.#at];
      if (pair === undefined) return { value: undefined, done: true };
      this.#at++;
      const value = this.#part === 'entries' ? [pair[0], pair[1]] : this.#part === 'keys' ? pair[0] : pair[1];
      return { value, done: false };
    }
  }
  const { prototype } = PairIterator;
  Object.setPrototypeOf(prototype, iteratorPrototype);
  // No way to the constructor: a module must not make iterators over pairs of its own.
  Reflect.deleteProperty(prototype, 'constructor');
  Object.defineProperty(prototype, 'next', { enumerable: true });
  Object.defineProperty(prototype, Symbol.toStringTag, { value: `${name} Iterator`, configurable: true });
  // All iterators of the class share it, those that our own code goes through too.
  Object.freeze(Reflect.get(prototype, 'next') as object);
  Object.freeze(prototype);
  return (pairs, part) => new PairIterator(pairs, part) as unknown as IterableIterator<unknown>;
}
