import { DIGIT_9 } from './json-characters.js';

/** True for the name of an item of an array. */
export function isIndex(key: string): boolean {
  return key.charCodeAt(0) <= DIGIT_9 && String(Number(key) >>> 0) === key && key !== '4294967295';
}

/**
 * An object with these members of its own, whatever they are called: they are defined, not assigned. V8 makes room for all numbers up to a key
 * that is one, twelve kilobytes for `{ "1000": 0 }`. Once a member has not been plain it uses a table, so the first such key begins that way.
 */
export function objectOf(pairs: readonly (readonly [string, unknown])[]): object {
  const named = pairs.filter(([key]) => !isIndex(key));
  const object: object = Object.fromEntries(named);
  if (named.length === pairs.length) return object;
  let isEnumerable = false;
  for (const [key, value] of pairs) {
    if (!isIndex(key)) continue;
    Object.defineProperty(object, key, {
      value,
      writable: true,
      enumerable: isEnumerable,
      configurable: true,
    });
    if (!isEnumerable) Object.defineProperty(object, key, { enumerable: true });
    isEnumerable = true;
  }
  return object;
}
