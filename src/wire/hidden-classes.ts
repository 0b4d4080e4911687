import { CLOSE_OBJECT, COLON, DIGIT_9, ESCAPE, OPEN_OBJECT, QUOTE } from './json-characters.js';
import { isIndex } from './object-of.js';
import { HASH_START, hashWith, leadingBits } from './text-hash.js';

/** From this many keys on, repeated ones counted again and array indexes left out, V8 reads an object from JSON into a hash table, which needs no classes. */
const TABLE_KEYS = 128;
/** Classes that may be made: V8 walks over as many in some ten milliseconds. */
const MAX_CLASSES = 16_384;
/** The count starts again after this time: V8 has collected the classes that are no longer used, and programs change what they send. */
const RENEWED_AFTER_MS = 3_600_000;
/**
 * Looking through a text costs as much as parsing it. While nothing new turns up, shorter texts than this are looked through at random, each with a
 * probability in proportion to its length; the sender cannot foresee which. So many characters have room for six thousand classes.
 */
const LOOKED_AT_EVERY = 32_768;
/** At first, and after a text with new classes, all of this length together are looked through. */
const WATCHED_AFTERWARDS = 262_144;
/** Classes are identified by this many bits of a hash: with at most `MAX_CLASSES` of them, few collide. */
const HASH_BITS = 20;

/**
 * Counts the hidden classes that V8 makes for the objects of JSON text: one for each key of an object, by the number of its keys and by the keys
 * before that one in their order, however many objects have them.
 */
export class HiddenClasses {
  readonly #known = new Uint8Array(1 << (HASH_BITS - 3));
  readonly #now: () => number;
  readonly #random: () => number;
  #left = MAX_CLASSES;
  #watched = WATCHED_AFTERWARDS;
  #countedFrom: number;
  /** The hashes of the named keys of all objects that are open, and for each of these where its own begin. */
  readonly #keys: number[] = [];
  readonly #opens: number[] = [];

  constructor(now: () => number = () => performance.now(), random: () => number = Math.random) {
    this.#now = now;
    this.#random = random;
    this.#countedFrom = now();
  }

  /** True where the classes for a text of that length are to be counted. */
  isLookedAt(length: number): boolean {
    if (this.#watched > 0) {
      this.#watched -= length;
      return true;
    }
    return this.#left === 0 || this.#random() * LOOKED_AT_EVERY < length;
  }

  /** Counts the classes for that text; false when it needs more than may still be made. */
  admits(text: string): boolean {
    if (!text.includes('{')) return true;
    let depth = 0;
    let keys = 0;
    let quoteAt = 0;
    let textEnd = 0;
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit === QUOTE) {
        quoteAt = at;
        textEnd = endOfText(text, at);
        at = textEnd;
      } else if (unit === COLON) {
        if (!isNumbered(text, quoteAt, textEnd)) this.#keys[keys++] = hashOf(text, quoteAt, textEnd);
      } else if (unit === OPEN_OBJECT) {
        this.#opens[depth++] = keys;
      } else if (unit === CLOSE_OBJECT) {
        const from = depth > 0 ? (this.#opens[--depth] ?? 0) : 0;
        if (!this.#admitsObject(from, keys)) return false;
        keys = from;
      }
    }
    return true;
  }

  #admitsObject(from: number, to: number): boolean {
    // Of those with one key V8 itself makes no more than fifteen hundred.
    if (to - from <= 1 || to - from >= TABLE_KEYS) return true;
    let hash = hashWith(HASH_START, to - from);
    for (let i = from; i < to; i++) {
      hash = hashWith(hash, this.#keys[i] ?? 0);
      const bit = leadingBits(hash, HASH_BITS);
      const place = bit >>> 3;
      const mask = 1 << (bit & 7);
      const before = this.#known[place] ?? 0;
      if ((before & mask) !== 0) continue;
      if (this.#left === 0 && !this.#renew()) return false;
      this.#left--;
      this.#watched = WATCHED_AFTERWARDS;
      this.#known[place] = before | mask;
    }
    return true;
  }

  #renew(): boolean {
    if (this.#now() - this.#countedFrom < RENEWED_AFTER_MS) return false;
    this.#countedFrom = this.#now();
    this.#known.fill(0);
    this.#left = MAX_CLASSES;
    return true;
  }
}

/** Where the text ends whose first quote is at that place: at its second one. */
export function endOfText(text: string, quoteAt: number): number {
  for (let at = quoteAt + 1; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) return at;
    if (unit === ESCAPE) at++;
  }
  return text.length;
}

/** True for a key that names an item: V8 keeps those apart from the others, and they have no part in its classes. */
function isNumbered(text: string, quoteAt: number, end: number): boolean {
  const first = text.charCodeAt(quoteAt + 1);
  if (first > DIGIT_9 && first !== ESCAPE) return false;
  const key = text.slice(quoteAt + 1, end);
  return isIndex(key.includes('\\') ? decoded(key) : key);
}

/** A key with its escapes read; one that is no JSON is refused where the text is parsed. */
function decoded(key: string): string {
  try {
    return JSON.parse(`"${key}"`) as string;
  } catch {
    return key;
  }
}

function hashOf(text: string, from: number, to: number): number {
  let hash = HASH_START;
  for (let at = from; at < to; at++) hash = hashWith(hash, text.charCodeAt(at));
  return hash;
}
