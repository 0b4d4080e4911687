import { HASH_START, hashWith, leadingBits } from './text-hash.js';

/** Keys are told apart by this many bits of a hash; where they are more, some are taken for the same. */
const HASH_BITS = 20;
/** Characters of a key that are looked at. */
const MAX_CHARACTERS = 16;

/** Counts how many different keys there are in a text, about. */
export class KeyCensus {
  readonly #seen = new Uint8Array(1 << (HASH_BITS - 3));

  /** True for a key, the text in quotes that begins at `quoteAt`, which has not been there before. */
  isNew(text: string, quoteAt: number, colonAt: number): boolean {
    let hash = HASH_START;
    const end = Math.min(colonAt, quoteAt + 1 + MAX_CHARACTERS);
    for (let at = quoteAt + 1; at < end; at++) hash = hashWith(hash, text.charCodeAt(at));
    // The length too: keys that are long often differ behind what is looked at.
    hash = hashWith(hash, colonAt - quoteAt);
    const bit = leadingBits(hash, HASH_BITS);
    const place = bit >>> 3;
    const mask = 1 << (bit & 7);
    const before = this.#seen[place] ?? 0;
    this.#seen[place] = before | mask;
    return (before & mask) === 0;
  }
}
