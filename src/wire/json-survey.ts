import { PhlowError } from '../errors.js';
import {
  heapBytes,
  HARMLESS_LENGTH,
  MAX_HEAP_BYTES,
  newBytes,
  noParts,
  objectBytes,
  tooCostly,
} from './json-cost.js';
import {
  QUOTE,
  COMMA,
  MINUS,
  POINT,
  DIGIT_0,
  COLON,
  LARGE_E,
  OPEN_ARRAY,
  ESCAPE,
  CLOSE_ARRAY,
  LETTER_A,
  LETTER_E,
  OPEN_OBJECT,
  CLOSE_OBJECT,
  isDigit,
} from './json-characters.js';
import { KeyCensus } from './key-census.js';
import { notJson, tooDeep } from './safe-json.js';

/** Characters that are looked at in one step: less than a millisecond. */
const BLOCK_LENGTH = 64 * 1024;
/** Lists of more members than this are noted with their length. */
const LONG_LIST = 50_000;
/** Room for more is not made in one piece of less than thirty milliseconds. */
const MAX_LIST = 3_000_000;

/** The table of an object's keys grows in one piece, and a key is read in one, whatever else is done in slices. */
const MAX_KEYS = 200_000;
const MAX_KEY_LENGTH = 524_288;

/** A list that is long, as far as it matters to the engine: how it keeps a list depends on what is in it, and keeping it in another way is one piece. */
interface LongList {
  readonly length: number;
  readonly holds: 'integers' | 'numbers' | 'anything';
}

/** What is open, and what had been seen before it. */
interface Open {
  readonly at: number;
  readonly others: number;
  readonly fractions: number;
  commas: number;
  keys: number;
  /** Keys that are numbers, and the largest of them. */
  numbered: number;
  largest: number;
}

/**
 * Looks over untrusted JSON text before it is parsed, in steps: what its value takes of the heap, so that nothing is made of a text that is
 * refused, and how long its long lists are. A list that grows while it is read is copied again and again, and copies of tens of megabytes make
 * V8 finish a collection of the whole heap in one piece. What the text says is believed only as far as it may do no harm: whether it is JSON
 * shows when it is parsed. Throws PHLOW_REPLY_TOO_LARGE, and PHLOW_WIRE_VIOLATION for text that nests too deep or does not end.
 */
export class JsonSurvey {
  readonly #text: string;
  readonly #maxDepth: number;
  readonly #areKeysBounded: boolean;
  readonly #parts = noParts();
  /** Counts distinct keys where there may be too many of them. */
  readonly #census: KeyCensus | undefined;
  /** Outermost first. */
  readonly #opens: Open[] = [];
  readonly #longLists = new Map<number, LongList>();
  /** Values that are no numbers, true, false and null among them. */
  #others = 0;
  /** The new objects up to the end of each block, in bytes. */
  readonly #made: number[] = [];
  #at = 0;
  #isInText = false;
  /** Where the last text began, which is a key when a colon follows. */
  #textAt = 0;

  /** `areKeysBounded`: false for a reader that takes any number of keys in an object. */
  constructor(text: string, maxDepth: number, areKeysBounded = true) {
    this.#text = text;
    this.#areKeysBounded = areKeysBounded;
    this.#maxDepth = maxDepth;
    this.#census = text.length > HARMLESS_LENGTH ? new KeyCensus() : undefined;
  }

  /** What the value takes of the heap, about, as far as the text was looked at. */
  get heapBytes(): number {
    return heapBytes(this.#parts);
  }

  /** The bytes of new objects that the text before that place makes, about, and to the block. */
  newBytesBefore(at: number): number {
    return this.#made[Math.ceil(at / BLOCK_LENGTH) - 1] ?? 0;
  }

  /** The list that is opened at that place; undefined for one that is not long. */
  longListAt(openAt: number): LongList | undefined {
    return this.#longLists.get(openAt);
  }

  /** Looks at the next block; true when that was the last one. */
  step(): boolean {
    this.#scan(Math.min(this.#text.length, (this.#made.length + 1) * BLOCK_LENGTH));
    const cost = this.heapBytes;
    if (cost > MAX_HEAP_BYTES) throw tooCostly(cost);
    this.#made.push(newBytes(this.#parts));
    if (this.#at < this.#text.length) return false;
    // A list that does not end has not been noted: it would grow while it is read.
    if (this.#isInText || this.#opens.length > 0) throw notJson();
    return true;
  }

  #scan(end: number): void {
    const text = this.#text;
    const parts = this.#parts;
    let at = this.#at;
    let isInText = this.#isInText;
    for (; at < end; at++) {
      const unit = text.charCodeAt(at);
      if (isInText) {
        if (unit === ESCAPE) at++;
        else if (unit === QUOTE) isInText = false;
      } else if (unit === QUOTE) {
        isInText = true;
        this.#textAt = at;
        parts.texts++;
        this.#others++;
      } else if (unit === COMMA) {
        parts.members++;
        const open = this.#opens[this.#opens.length - 1];
        if (open !== undefined) open.commas++;
      } else if (unit === COLON) {
        parts.keys++;
        this.#countKey(at);
        if (this.#census?.isNew(text, this.#textAt, at) === true) parts.newKeys++;
      } else if (unit === OPEN_OBJECT || unit === OPEN_ARRAY) {
        if (unit === OPEN_ARRAY) parts.arrays++;
        this.#others++;
        this.#open(at);
      } else if (unit === CLOSE_OBJECT || unit === CLOSE_ARRAY) {
        this.#close(at, unit === CLOSE_OBJECT);
      } else if (unit === POINT || unit === MINUS || unit === LETTER_E || unit === LARGE_E) {
        // An e ends true and false as well: a letter has come before it.
        parts.fractions++;
      } else if (unit >= LETTER_A) this.#others++;
    }
    this.#at = at;
    this.#isInText = isInText;
  }

  #open(at: number): void {
    this.#opens.push({
      at,
      others: this.#others,
      fractions: this.#parts.fractions,
      commas: 0,
      keys: 0,
      numbered: 0,
      largest: 0,
    });
    if (this.#opens.length > this.#maxDepth) throw tooDeep(this.#maxDepth);
  }

  /** Counts the key that the colon at that place stands behind. */
  #countKey(colonAt: number): void {
    const open = this.#opens[this.#opens.length - 1];
    if (open === undefined) return;
    open.keys++;
    if (this.#areKeysBounded) checkKeys(open.keys, colonAt - this.#textAt);
    if (isDigit(this.#text.charCodeAt(this.#textAt + 1))) this.#countNumbered(open, colonAt);
  }

  #countNumbered(open: Open, colonAt: number): void {
    let key = 0;
    for (let at = this.#textAt + 1; at < colonAt; at++) {
      const unit = this.#text.charCodeAt(at);
      if (unit === QUOTE) break;
      if (!isDigit(unit)) return;
      key = key * 10 + (unit - DIGIT_0);
    }
    open.numbered++;
    if (key > open.largest) open.largest = key;
  }

  #close(at: number, isObject: boolean): void {
    const open = this.#opens.pop();
    if (open === undefined) return;
    if (isObject) this.#parts.objectBytes += objectBytes(open.keys, open.numbered, open.largest);
    else if (at > open.at + 1) this.#parts.filled++;
    if (open.commas < LONG_LIST) return;
    if (open.commas >= MAX_LIST) throw tooLong(open.commas + 1);
    const isOfNumbers = open.others === this.#others;
    const isOfIntegers = isOfNumbers && open.fractions === this.#parts.fractions;
    const holds = isOfIntegers ? 'integers' : isOfNumbers ? 'numbers' : 'anything';
    this.#longLists.set(open.at, { length: open.commas + 1, holds });
  }
}

function checkKeys(keys: number, keyLength: number): void {
  if (keys > MAX_KEYS) throw tooLarge(`an object of more than ${MAX_KEYS} keys`, 'a list, or less', MAX_KEYS);
  if (keyLength > MAX_KEY_LENGTH)
    throw tooLarge(`a key of more than ${MAX_KEY_LENGTH} characters`, 'it as a value', MAX_KEY_LENGTH);
}

function tooLarge(what: string, instead: string, limit: number): PhlowError {
  return new PhlowError('PHLOW_REPLY_TOO_LARGE', `Cannot pass ${what}: send ${instead}`, {
    details: { limit },
  });
}

function tooLong(found: number): PhlowError {
  return new PhlowError(
    'PHLOW_REPLY_TOO_LARGE',
    `Cannot pass a list of ${found} members: the limit is ${MAX_LIST}; send it as a stream, as several lists or as bytes`,
    { details: { found, limit: MAX_LIST } },
  );
}

/** A new list that the engine keeps in the way that suits what comes into it, and that does not grow where it is long. */
export function listFor(long: LongList | undefined): unknown[] {
  if (long === undefined) return [];
  // The first member is written over.
  const list: unknown[] = [{ integers: 0, numbers: 0.5, anything: null }[long.holds]];
  list.length = long.length;
  return list;
}

/** The bytes of new objects that a short text makes, about. */
export function newBytesOf(text: string): number {
  return surveyed(text, false).newBytesBefore(text.length);
}

/** How far a sender stays below the reader's limit: each process hashes keys with its own secret, so their estimates differ by up to a tenth of this. */
const MARGIN_BYTES = 1_048_576;

/**
 * Throws PHLOW_REPLY_TOO_LARGE when the value whose JSON text this is would take too much of the heap, and, where it is read in slices, when there
 * are too many keys in it.
 */
export function checkCost(text: string, isReadInSlices: boolean): void {
  // So many keys take more characters than one key may have.
  if (text.length <= (isReadInSlices ? MAX_KEY_LENGTH : HARMLESS_LENGTH)) return;
  const cost = surveyed(text, isReadInSlices).heapBytes;
  if (cost > MAX_HEAP_BYTES - MARGIN_BYTES) throw tooCostly(cost);
}

function surveyed(text: string, areKeysBounded: boolean): JsonSurvey {
  const survey = new JsonSurvey(text, Infinity, areKeysBounded);
  while (!survey.step());
  return survey;
}
