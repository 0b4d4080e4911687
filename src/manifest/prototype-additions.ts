/** The enumerable members that somebody has put on `Object.prototype`; the language has none. */
export function additions(): readonly string[] {
  return Object.keys(Object.prototype);
}

/**
 * Calls `run` with such members hidden from `for in`: the compiler of schemas walks through its own objects that way, and takes each for one of
 * its own. Nothing else runs meanwhile. A member that cannot be hidden stays.
 */
export function withoutAdditions<T>(run: () => T): T {
  const hidden = additions().filter((name) => setEnumerable(name, false));
  try {
    return run();
  } finally {
    for (const name of hidden) setEnumerable(name, true);
  }
}

function setEnumerable(name: string, enumerable: boolean): boolean {
  return Reflect.defineProperty(Object.prototype, name, { enumerable });
}
