/**
 * Parts of one tagged value: they are read one by one and in one piece, by a host that has others to answer. What takes longer to read counts as
 * more than one part, so that the costliest value takes some 50 ms.
 */
export const MAX_PARTS = 400_000;

/** What an object counts as, beside its members. */
export const OBJECT_PARTS = 4;

/** What the kinds count as, beside what is in them; that of a hole stands for the item that is not there. */
const KIND_PARTS: ReadonlyMap<unknown, number> = new Map([
  ['undefined', 0],
  ['number', 0],
  ['hole', 1],
  ['list', 20],
  ['bytes', 32],
  ['error', 48],
]);
const OTHER_KIND_PARTS = 9;

/** How many parts a kind counts as. */
export function partsOf(kind: unknown): number {
  return KIND_PARTS.get(kind) ?? OTHER_KIND_PARTS;
}

/** What is said of a value with too many parts, as the end of a sentence about it. */
export function tooManyParts(): string {
  return `has too many parts beside what JSON has no word for: at most ${MAX_PARTS}, where an object counts as ${OBJECT_PARTS} and a Date as ${OTHER_KIND_PARTS}; send it in several packages, or as plain data`;
}
