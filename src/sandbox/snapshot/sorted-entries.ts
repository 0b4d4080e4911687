import { compareText } from '../../values.js';
import type { Pace } from './list-tree.js';

/** What is sorted. */
interface Named {
  readonly path: string;
}

/** Sorted at once: about a millisecond. */
const RUN_LENGTH = 512;

/** Sorts entries by their paths; the other work of the host has its turn in between, as one call of `sort` for all of them would not let it. */
export async function sortedByPath<Entry extends Named>(
  entries: readonly Entry[],
  pace: Pace,
): Promise<Entry[]> {
  let from = entries.slice();
  for (let start = 0; start < from.length; start += RUN_LENGTH) {
    const run = from.slice(start, start + RUN_LENGTH).sort((a, b) => compareText(a.path, b.path));
    for (const [n, entry] of run.entries()) from[start + n] = entry;
    await pace.step();
  }
  for (let length = RUN_LENGTH; length < from.length; length *= 2) {
    const merged: Entry[] = [];
    for (let start = 0; start < from.length; start += 2 * length)
      await merge(from, start, length, merged, pace);
    from = merged;
  }
  return from;
}

async function merge<Entry extends Named>(
  from: readonly Entry[],
  start: number,
  length: number,
  merged: Entry[],
  pace: Pace,
): Promise<void> {
  const middle = Math.min(start + length, from.length);
  const end = Math.min(middle + length, from.length);
  let a = start;
  let b = middle;
  while (a < middle || b < end) {
    const first = from[a];
    const second = b < end ? from[b] : undefined;
    const isFirst = a < middle && (second === undefined || compareText(first?.path ?? '', second.path) <= 0);
    const next = isFirst ? first : second;
    if (isFirst) a++;
    else b++;
    if (next !== undefined) merged.push(next);
    if (merged.length % RUN_LENGTH === 0) await pace.step();
  }
}

/** Whether a path is among entries that are sorted by path. */
export function hasEntry(entries: readonly Named[], path: string): boolean {
  return entries[positionOf(entries, path)]?.path === path;
}

/** Where a path stands, or would stand, among entries that are sorted by path. */
export function positionOf(entries: readonly Named[], path: string): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareText(entries[middle]?.path ?? '', path) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
