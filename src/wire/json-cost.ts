import { PhlowError } from '../errors.js';

/** What a value read from JSON takes of the heap, by what its text shows: roughly, and rather too much. */
const OBJECT_BYTES = 110;
/** More than they take: of things that are next to nothing there are millions, and each is looked at when the heap is collected. */
const EMPTY_OBJECT_BYTES = 200;
const ARRAY_BYTES = 112;
/** What one that is not empty counts for beside that and its members: they are an object of their own. */
const FILLED_BYTES = 88;
const MEMBER_BYTES = 8;
const WORD_BYTES = 8;
/** A number with a fraction is an object of its own, but for those in a list of nothing else. */
const FRACTION_BYTES = 16;
/** Far more than they hold: keys stand in a table of V8's as well, which grows in one piece, and each text is one more thing to collect. */
const TEXT_BYTES = 160;
const NEW_KEY_BYTES = 256;
/** Tables count for more than they hold: two hundred megabytes of little else are collected in one piece of 60 ms. */
const TABLE_FACTOR = 1.4;
/** As much of a text's cost as is new in the heap when it is read: short texts stand side by side there. */
const SHORT_TEXT_BYTES = 32;

/**
 * The most that one message may take. A megabyte of empty objects takes twenty times as much as a megabyte of text, and the garbage collector
 * looks at each of them: beyond this size it keeps its thread for longer than others can be left waiting.
 */
export const MAX_HEAP_BYTES = 256 * 1_048_576;

/** JSON text up to this length cannot take that much: what counts most for its length is an array in another, two characters. */
export const HARMLESS_LENGTH = Math.floor((MAX_HEAP_BYTES * 2) / (ARRAY_BYTES + FILLED_BYTES));

/** How many parts of each kind JSON text has. */
export interface JsonParts {
  /** What objects and the tables of their members take in bytes, see `objectBytes`. */
  objectBytes: number;
  arrays: number;
  /** Arrays that are not empty. */
  filled: number;
  /** Commas: every member but the first one of its container. */
  members: number;
  keys: number;
  /** Keys that are unlike all others, as far as it was looked for. */
  newKeys: number;
  /** Keys and values. */
  texts: number;
  /** Points, exponents and minus signs of numbers. */
  fractions: number;
}

/** No parts yet. */
export function noParts(): JsonParts {
  return { objectBytes: 0, arrays: 0, filled: 0, members: 0, keys: 0, newKeys: 0, texts: 0, fractions: 0 };
}

/** The bytes that a value of this many parts may take. */
export function heapBytes(parts: JsonParts): number {
  return containerBytes(parts) + parts.newKeys * NEW_KEY_BYTES + valuesIn(parts) * TEXT_BYTES;
}

/** The bytes of new objects that a value of this many parts consists of, about. */
export function newBytes(parts: JsonParts): number {
  return containerBytes(parts) + valuesIn(parts) * SHORT_TEXT_BYTES;
}

/** What it takes without its keys and texts. */
function containerBytes({ objectBytes, arrays, filled, members, fractions }: JsonParts): number {
  const arrayBytes = arrays * ARRAY_BYTES + filled * FILLED_BYTES;
  return objectBytes + arrayBytes + members * MEMBER_BYTES + fractions * FRACTION_BYTES;
}

/** Texts that are no keys. */
function valuesIn({ texts, keys }: JsonParts): number {
  return Math.max(0, texts - keys);
}

/** Words per entry of a V8 hash table, the fewest entries that one has room for, and the words around them. */
const ENTRY_WORDS = 3;
const MIN_ENTRIES = 4;
const TABLE_WORDS = 6;
/** V8 prefers the table to a list that would take this many times its words. */
const LIST_FACTOR = 3;

/**
 * The bytes that an object with this many keys takes, where `numbered` of them are array indexes and `largest` is the highest. Members are counted
 * as a hash table: V8 uses one wherever an object has no hidden class, for example after a key was deleted.
 */
export function objectBytes(keys: number, numbered: number, largest: number): number {
  if (keys === 0) return EMPTY_OBJECT_BYTES;
  const words = tableWords(keys - numbered) + (numbered > 0 ? numberedWords(numbered, largest) : 0);
  return OBJECT_BYTES + words * WORD_BYTES * TABLE_FACTOR;
}

function tableWords(entries: number): number {
  return TABLE_WORDS + entryWords(entries);
}

function entryWords(entries: number): number {
  return ENTRY_WORDS * Math.max(MIN_ENTRIES, 2 ** Math.ceil(Math.log2(entries * 1.5)));
}

/**
 * Members whose keys are numbers stand in a list of their own with a place for each number up to the largest, or in a table where that list would
 * take several times as much.
 */
function numberedWords(entries: number, largest: number): number {
  return largest < LIST_FACTOR * entryWords(entries) ? largest + 1 : tableWords(entries);
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
