import { DIGIT_9 } from './json-characters.js';

/** True for the name of an item of an array. */
export function isIndex(key: string): boolean {
  return key.charCodeAt(0) <= DIGIT_9 && String(Number(key) >>> 0) === key && key !== '4294967295';
}

/** An object with these members of its own, whatever they are called: they are defined, not assigned. */
export function objectOf(pairs: readonly (readonly [string, unknown])[]): object {
  return pairs.some(([key]) => isIndex(key)) ? tableOf(pairs) : Object.fromEntries(pairs);
}

/** The same, which V8 keeps in a table, see `ObjectTable`: for members that somebody else has named. */
export function tableOf(pairs: readonly (readonly [string, unknown])[]): object {
  const table = new ObjectTable();
  for (const [key, value] of pairs) table.set(key, value);
  return table.object;
}

/**
 * Makes an object whose members V8 keeps in a table. Others get a hidden class for each of their members in its place: a million objects with the
 * same keys share a few, but where keys stand in ever other orders each object has its own, and V8 walks over all of them in one piece when a
 * member of one changes its kind.
 */
export class ObjectTable {
  readonly object: Record<string, unknown> = emptyTable();
  #hasIndex = false;

  /** Adds a member of its own, whatever it is called. */
  set(key: string, value: unknown): void {
    if (this.#hasIndex || !isIndex(key)) setMember(this.object, key, value);
    else this.#addIndex(key, value);
  }

  /** V8 makes room for all numbers up to a key that is one, four kilobytes for `{ "400": 0 }`, unless one of them has not been plain. */
  #addIndex(key: string, value: unknown): void {
    this.#hasIndex = true;
    Object.defineProperty(this.object, key, { value, writable: true, enumerable: false, configurable: true });
    Object.defineProperty(this.object, key, { enumerable: true });
  }
}

/** An object without members, to which V8 gives no hidden classes: it has lost members that were not its last. */
export function emptyTable(): Record<string, unknown> {
  const table: { first?: number; second?: number } = { first: 0, second: 0 };
  delete table.first;
  delete table.second;
  return table;
}

/** Sets a member of the object's own: what stands on `Object.prototype` under this name, a setter or a frozen function, has no say. */
export function setMember(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key in Object.prototype)
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  else object[key] = value;
}
