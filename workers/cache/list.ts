import { compareText } from '../../src/values.js';
import type { SortedKeys } from './sorted-keys.js';
import type { Store } from './store.js';

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

type Compare = (a: string, b: string) => number;

const ascending: Compare = compareText;
const descending: Compare = (a, b) => compareText(b, a);

/** Where a page of `total` keys ends: the rank after its last key. */
export function endOf(query: ListQuery, total: number): number {
  return query.limit === null ? total : Math.min(query.offset + query.limit, total);
}

/** A page out of keys that are kept in order: only the page is visited, unless there is a suffix to test. */
export function pageOfSorted(keys: SortedKeys, query: ListQuery): Page {
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

/** A page out of a store whose keys are in no order: one pass over them, and only as much sorting as the page needs. */
export function pageOfUnsorted(store: Store, query: ListQuery): Page {
  const { prefix, suffix, isDescending, offset } = query;
  const matching: string[] = [];
  for (let slot = 1; slot < store.slotsEnd; slot++) {
    const key = store.keyAt(slot);
    if (key?.startsWith(prefix) && key.endsWith(suffix)) matching.push(key);
  }
  const total = matching.length;
  const end = endOf(query, total);
  if (offset >= end) return { keys: [], total };
  return { keys: firstOf(matching, end, isDescending ? descending : ascending).slice(offset), total };
}

/** The first `count` of `keys` in order. Holds twice that many at most, so that a short page of many keys is cheap. */
function firstOf(keys: readonly string[], count: number, compare: Compare): string[] {
  if (2 * count >= keys.length) return [...keys].sort(compare).slice(0, count);
  let first: string[] = [];
  let last: string | undefined;
  for (const key of keys) {
    if (last !== undefined && compare(key, last) >= 0) continue;
    first.push(key);
    if (first.length < 2 * count) continue;
    first = first.sort(compare).slice(0, count);
    last = first[count - 1];
  }
  return first.sort(compare).slice(0, count);
}
