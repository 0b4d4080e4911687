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

/** A new, empty map for phs values: without a prototype, so every key is ordinary. */
export function newMap<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}
