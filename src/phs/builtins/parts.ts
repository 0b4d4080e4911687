import type { Range } from '../values/range.js';
import type { Int } from '../values/value.js';

/** A part of something that has positions: from the first up to, but without, the second. */
export type Part = readonly [from: number, to: number];

/** Position of an int in something of that size: negative from the end, cut to what there is. */
export function positionIn(size: number, at: number): number {
  return at < 0 ? Math.max(size + at, 0) : Math.min(at, size);
}

/** The part that starts at a position (negative from the end) and is `length` long, cut to what there is. */
export function partAt(size: number, start: number, length: number): Part {
  const from = positionIn(size, start);
  return [from, Math.min(from + Math.max(length, 0), size)];
}

/** The part that a range covers. A range that starts before 0 starts at 0: in ranges nothing counts from the end. */
export function partIn(size: number, range: Range): Part {
  const from = Math.min(Math.max(indexOf(range.start, 0), 0), size);
  const end = indexOf(range.end, size) + (range.inclusive && range.end !== undefined ? 1 : 0);
  return [from, Math.min(Math.max(end, from), size)];
}

function indexOf(value: Int | undefined, open: number): number {
  return value === undefined ? open : Number(value);
}
