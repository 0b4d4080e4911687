import { PhlowError } from '../errors.js';

/** What a value read from JSON takes of the heap, by what its text shows: roughly, and rather too much. */
const OBJECT_BYTES = 110;
const ARRAY_BYTES = 68;
const MEMBER_BYTES = 8;
const KEY_BYTES = 24;
const PLACE_BYTES = 8;
/** A number with a fraction is an object of its own, but for those in a list of nothing else. */
const FRACTION_BYTES = 16;
/** Far more than they hold: keys stand in a table of V8's as well, which grows in one piece, and each text is one more thing to collect. */
const TEXT_BYTES = 256;
const NEW_KEY_BYTES = 256;
/** As much of a text's cost as is new in the heap when it is read: short texts stand side by side there. */
const SHORT_TEXT_BYTES = 32;

/**
 * The most that one message may take. A megabyte of empty objects takes twenty times as much as a megabyte of text, and the garbage collector
 * looks at each of them: beyond this size it keeps its thread for longer than others can be left waiting.
 */
export const MAX_HEAP_BYTES = 256 * 1_048_576;

/** JSON text up to this length cannot take that much: a text takes at least two characters and a comma. */
export const HARMLESS_LENGTH = Math.floor((MAX_HEAP_BYTES * 3) / (TEXT_BYTES + MEMBER_BYTES));

/** How many parts of each kind JSON text has. */
export interface JsonParts {
  objects: number;
  arrays: number;
  /** Commas: every member but the first one of its container. */
  members: number;
  keys: number;
  /** Keys that are unlike all others, as far as it was looked for. */
  newKeys: number;
  /** Keys and values. */
  texts: number;
  /** Points, exponents and minus signs of numbers. */
  fractions: number;
  /** Places for the members of objects under numbers, see `numberedPlaces`. */
  places: number;
}

/** No parts yet. */
export function noParts(): JsonParts {
  return { objects: 0, arrays: 0, members: 0, keys: 0, newKeys: 0, texts: 0, fractions: 0, places: 0 };
}

/** The bytes that a value of this many parts may take. */
export function heapBytes(parts: JsonParts): number {
  const { keys, newKeys } = parts;
  return containerBytes(parts) + keys * KEY_BYTES + newKeys * NEW_KEY_BYTES + valuesIn(parts) * TEXT_BYTES;
}

/** The bytes of new objects that a value of this many parts consists of, about. */
export function newBytes(parts: JsonParts): number {
  return containerBytes(parts) + valuesIn(parts) * SHORT_TEXT_BYTES;
}

/** What it takes without its keys and texts. */
function containerBytes({ objects, arrays, members, fractions, places }: JsonParts): number {
  return (
    objects * OBJECT_BYTES +
    arrays * ARRAY_BYTES +
    members * MEMBER_BYTES +
    fractions * FRACTION_BYTES +
    places * PLACE_BYTES
  );
}

/** Texts that are no keys. */
function valuesIn({ texts, keys }: JsonParts): number {
  return Math.max(0, texts - keys);
}

/** Words per entry of a V8 hash table, and the fewest entries that one has room for. */
const ENTRY_WORDS = 3;
const MIN_ENTRIES = 4;
/** V8 prefers the table to a list that would take this many times its words. */
const LIST_FACTOR = 3;

/**
 * The words that V8 takes for this many numeric keys of one object that it reads from JSON. It keeps their members in a list with a place for each
 * number up to the largest, or in a hash table where that list would take several times as much.
 */
export function numberedPlaces(members: number, largest: number): number {
  const entries = Math.max(MIN_ENTRIES, 2 ** Math.ceil(Math.log2(members * 1.5)));
  const table = entries * ENTRY_WORDS;
  return largest < LIST_FACTOR * table ? largest + 1 : table;
}

/** What is said of a value that would take too much of the heap. */
export function tooCostly(found: number): PhlowError {
  const mib = (bytes: number): string => `${Math.ceil(bytes / 1_048_576)} MiB`;
  return new PhlowError(
    'PHLOW_REPLY_TOO_LARGE',
    `Cannot pass a message of this many small parts: they would take about ${mib(found)} of memory, the limit is ${mib(MAX_HEAP_BYTES)}; send less, or send it as a stream or as one text`,
    { details: { found, limit: MAX_HEAP_BYTES } },
  );
}
