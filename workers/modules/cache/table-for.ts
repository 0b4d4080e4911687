import type { Entries } from './entries.js';
import type { KeyTable } from './key-table.js';
import { LargeTable } from './large-table.js';
import { SmallTable } from './small-table.js';

/**
 * Up to here all of a table stays in the processor's cache, and building it anew takes less than a millisecond. Beyond it a hit would pay for
 * each hop from bucket to chain to record to text, and a set now and then for all keys at once (bench/NOTES.md).
 */
const MAX_SMALL_TABLE_SIZE = 10_000;

/** The table for a store of at most `capacity` entries. */
export function tableFor(capacity: number, entries: Entries): KeyTable {
  return capacity <= MAX_SMALL_TABLE_SIZE ? new SmallTable(capacity) : new LargeTable(entries);
}
