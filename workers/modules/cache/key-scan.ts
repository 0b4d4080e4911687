import { type ListQuery, type Page, pageOf, rangeOf } from './list.js';
import { SortedKeys } from './sorted-keys.js';

/**
 * A search for a suffix through keys that are kept in order, in as many goes as the caller likes. No order helps with a suffix, so every key
 * has to be looked at; keys that come and go meanwhile are followed where they have been looked at already and met later elsewhere. So the
 * page is that of the moment it is asked for.
 */
export class KeyScan {
  readonly #query: ListQuery;
  #keys: SortedKeys;
  #matches = new SortedKeys();
  /** The last key that was looked at, which may be gone by now. */
  #last: string | undefined;

  constructor(keys: SortedKeys, query: ListQuery) {
    this.#keys = keys;
    this.#query = query;
  }

  /** Looks at `limit` keys more; true when that were all. */
  next(limit: number): boolean {
    const range = rangeOf(this.#keys, this.#query.prefix);
    const last = this.#last;
    let { from } = range;
    if (last !== undefined) {
      const isBefore = this.#keys.before(last);
      from = this.#keys.rank((key) => isBefore(key) || key === last);
    }
    const to = Math.min(range.to, from + limit);
    for (const key of this.#keys.slice(from, to)) {
      if (this.#isWanted(key)) this.#matches.add(key);
      this.#last = key;
    }
    return to >= range.to;
  }

  /** The page; all keys must have been looked at. */
  page(): Page {
    return pageOf(this.#matches, { ...this.#query, prefix: '', suffix: '' });
  }

  added(key: string): void {
    if (this.#isBehind(key) && this.#isWanted(key)) this.#matches.add(key);
  }

  dropped(key: string): void {
    if (this.#isBehind(key) && this.#isWanted(key)) this.#matches.delete(key);
  }

  /** Begins again with other keys. */
  restart(keys: SortedKeys): void {
    this.#keys = keys;
    this.#matches = new SortedKeys();
    this.#last = undefined;
  }

  #isWanted(key: string): boolean {
    return key.startsWith(this.#query.prefix) && key.endsWith(this.#query.suffix);
  }

  #isBehind(key: string): boolean {
    return this.#last !== undefined && !this.#keys.before(key)(this.#last);
  }
}
