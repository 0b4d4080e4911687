/*
 * How packages stand in memory that two threads share. A region is the packages of one message: a head, then words of 32 bits, then the characters
 * of all texts behind each other. A word is a value, or what follows it is one: its low bits say which kind, its high bits an amount.
 *
 * A region is written by one side and read by the other one after a message has named its place; the writer takes the place again when the reader has
 * counted the region as read. So nobody waits and nothing is locked: where there is no room, the writer sends a message as it would without regions.
 */

/** Low bits of a word. */
export const KIND_BITS = 3;
export const KIND_MASK = (1 << KIND_BITS) - 1;

/** What a word's low bits say. */
export const KIND = {
  /** The high bits are a whole number. */
  integer: 0,
  /** The two words that follow are a double. */
  double: 1,
  /** The high bits are a count of characters: the next ones of the region's text. */
  text: 2,
  /** The high bits are a shape, whose members follow. */
  record: 3,
  /** The high bits are a count of items, which follow. */
  list: 4,
  /** The high bits are one of `WORD`. */
  word: 5,
} as const;

/** Values with a word of their own. `again` is the last text of this region that stood at this member after the same members before it. */
export const WORD = { undefined: 0, null: 1, true: 2, false: 3, again: 4 } as const;

export function tokenOf(kind: number, amount: number): number {
  return (amount << KIND_BITS) | kind;
}

/** The largest amount beside a kind. */
export const MAX_AMOUNT = 2 ** (31 - KIND_BITS) - 1;

/** Words at the beginning of the memory: how many regions have been read so far. */
export const MEMORY_HEAD = 1;
/** Words at the beginning of a region: where its words end, how many characters follow, and whether each takes two bytes. */
export const REGION_HEAD = 3;

/** Texts up to this length are remembered for `WORD.again`. */
export const MAX_REMEMBERED = 64;

/** A message that says which members the next shapes have, each in order. The first of them has the number `from`. */
export interface ShapesMessage {
  readonly from: number;
  readonly shapes: readonly (readonly string[])[];
}

export const MAX_SHAPES = 256;
export const MAX_MEMBERS = 64;

/** As long as a key of a shape may be. */
export const MAX_KEY = 256;
/** As large as the memory may be, in bytes. */
export const MAX_BYTES = 1_048_576;
