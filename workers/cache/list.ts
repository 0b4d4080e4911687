import type { SortedKeys } from './sorted-keys.js';

/** Which keys a list is about, and which of them it shows. */
export interface ListQuery {
  /** Keys must start with this; every key starts with the empty text. */
  readonly prefix: string;
  /** Keys must end with this. It may overlap the prefix. */
  readonly suffix: string;
  readonly isDescending: boolean;
  readonly offset: number;
  /** null shows everything from `offset` on. */
  readonly limit: number | null;
}

/** The keys to show, and how many match in all. */
export interface Page {
  readonly keys: readonly string[];
  readonly total: number;
}

/** Where a page of `total` keys ends: the rank after its last key. */
export function endOf(query: ListQuery, total: number): number {
  return query.limit === null ? total : Math.min(query.offset + query.limit, total);
}

/** Picks a page out of keys that are kept in order: only the page is visited, unless there is a suffix to test. */
export function pageOf(keys: SortedKeys, query: ListQuery): Page {
  const { prefix, suffix, isDescending, offset } = query;
  const isBefore = keys.before(prefix);
  const from = prefix === '' ? 0 : keys.rank(isBefore);
  const to = prefix === '' ? keys.size : keys.rank((key) => isBefore(key) || key.startsWith(prefix));
  if (suffix !== '') {
    const matching = keys.slice(from, to).filter((key) => key.endsWith(suffix));
    if (isDescending) matching.reverse();
    return { keys: matching.slice(offset, endOf(query, matching.length)), total: matching.length };
  }
  const total = to - from;
  const end = endOf(query, total);
  if (offset >= end) return { keys: [], total };
  if (!isDescending) return { keys: keys.slice(from + offset, from + end), total };
  return { keys: keys.slice(to - end, to - offset).reverse(), total };
}
