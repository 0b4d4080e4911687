/** Own property of a plain object, or undefined. Nothing inherited is ever seen. */
export function getEntry<T>(map: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/** Sets an own property of a plain object; `__proto__` is an ordinary key. */
export function setEntry<T>(map: Record<string, T>, key: string, value: T): void {
  if (key === '__proto__') {
    Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    map[key] = value;
  }
}

/**
 * Makes objects that inherit nothing. The engine keeps what `Object.create(null)` makes as a hash table from the start, which takes twice the time
 * to fill and to read out again; these are ordinary objects to it for as long as they have few keys.
 */
const Entries = function () {
  // It has nothing of its own.
} as unknown as new () => object;
Entries.prototype = Object.freeze(Object.create(null) as object);

/** A new, empty map for phs values: nothing is inherited, so every key is ordinary. */
export function newMap<T>(): Record<string, T> {
  return new Entries() as Record<string, T>;
}
