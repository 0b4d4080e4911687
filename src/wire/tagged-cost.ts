/**
 * Parts of one tagged value: they are read one by one and in one piece, by a host that has others to answer. What takes longer to read counts as
 * more than one part, so that the costliest value takes some 50 ms.
 */
export const MAX_PARTS = 250_000;

/** What an object counts as, beside its members. */
export const OBJECT_PARTS = 6;

/** What a key counts as that is written beside its value: each one is defined by itself, which takes more than a microsecond. */
export const PAIR_PARTS = 12;

/** What the kinds count as, beside what is in them; that of a hole stands for the item that is not there. */
const KIND_PARTS: ReadonlyMap<unknown, number> = new Map([
  ['undefined', 0],
  ['number', 0],
  ['hole', 1],
  ['list', 20],
  ['object', 16],
  ['bytes', 32],
  ['error', 48],
]);
const OTHER_KIND_PARTS = 9;

/** How many parts a kind counts as. */
export function partsOf(kind: unknown): number {
  return KIND_PARTS.get(kind) ?? OTHER_KIND_PARTS;
}

/** What a number counts as a key of a Map or Set when it is none of 32 bits. */
const OTHER_NUMBER_PARTS = 127;
const PLACES = 4_096;

/**
 * Counts the keys of one Map or Set. Engines hash numbers by rules that everybody knows (strings with a secret): of keys chosen to collide,
 * each one that is added is compared with all before it. So a key counts more, the more of those before it hash to the same place as V8 does it.
 */
export class KeyCost {
  #places: Uint16Array | undefined;

  /** What one more key counts as beside itself. */
  add(key: unknown): number {
    if (typeof key === 'bigint') return OTHER_NUMBER_PARTS;
    if (typeof key !== 'number') return 0;
    if ((key | 0) !== key) return OTHER_NUMBER_PARTS;
    this.#places ??= new Uint16Array(PLACES);
    const place = hashOf(key) % PLACES;
    const before = this.#places[place] ?? 0;
    this.#places[place] = before + 1;
    return before >> 3;
  }
}

/** V8's hash of a number of 32 bits. */
function hashOf(key: number): number {
  let hash = (~key + (key << 15)) | 0;
  hash ^= hash >>> 12;
  hash = (hash + (hash << 2)) | 0;
  hash ^= hash >>> 4;
  hash = Math.imul(hash, 2_057);
  hash ^= hash >>> 16;
  return hash & 0x3fff_ffff;
}

/** A pattern's classes by properties of characters, and those by properties of strings, which have a thousand members. */
const PROPERTY = /\\p\{|\\P\{/g;
const PROPERTY_PARTS = 4_000;
const STRINGS_PROPERTY = /RGI_|Basic_Emoji|Emoji_Keycap/g;
const STRINGS_PROPERTY_PARTS = 100_000;

/** What a pattern counts as: it is read when it is made, its classes are written out. */
export function partsOfPattern(source: string, flags: string): number {
  if (!flags.includes('u') && !flags.includes('v')) return source.length;
  const properties = source.match(PROPERTY)?.length ?? 0;
  const ofStrings = source.match(STRINGS_PROPERTY)?.length ?? 0;
  return source.length + properties * PROPERTY_PARTS + ofStrings * STRINGS_PROPERTY_PARTS;
}

/** What a bigint counts as beside itself, by its digits: they are put together in one piece, some four nanoseconds each. */
export function partsOfDigits(hexadecimal: string): number {
  return hexadecimal.length >> 4;
}

/** What is said of a value with too many parts, as the end of a sentence about it. */
export function tooManyParts(): string {
  return `has too many parts beside what JSON has no word for: at most ${MAX_PARTS}, where an object counts as ${OBJECT_PARTS} and a Date as ${OTHER_KIND_PARTS}; send it in several packages, or as plain data`;
}
