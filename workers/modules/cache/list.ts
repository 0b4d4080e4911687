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

/** Looking at more keys than this one by one would delay other calls noticeably. */
const MAX_PAGE_SIZE = 5_000;

/** The ranks of the keys that start with a prefix: from `from` (included) to `to` (excluded). */
export function rangeOf(keys: SortedKeys, prefix: string): { readonly from: number; readonly to: number } {
  if (prefix === '') return { from: 0, to: keys.size };
  const isBefore = keys.before(prefix);
  return { from: keys.rank(isBefore), to: keys.rank((key) => isBefore(key) || key.startsWith(prefix)) };
}

/** True when a page takes so long to find that the search should be sliced. */
export function isLongSearch(keys: SortedKeys, { prefix, suffix }: ListQuery): boolean {
  if (suffix === '' || keys.size <= MAX_PAGE_SIZE) return false;
  const { from, to } = rangeOf(keys, prefix);
  return to - from > MAX_PAGE_SIZE;
}

/** Picks a page out of keys that are kept in order: only the page is visited, unless there is a suffix to test. */
export function pageOf(keys: SortedKeys, query: ListQuery): Page {
  const { prefix, suffix, isDescending, offset } = query;
  const { from, to } = rangeOf(keys, prefix);
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
