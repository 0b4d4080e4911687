import type { Entries } from './entries.js';
import type { KeyTable } from './key-table.js';
import { Segment } from './segment.js';

/**
 * The 32 bits, as a signed integer, that say where in a table a key belongs, by Jenkins's one-at-a-time hash (Dr. Dobb's, September 1997). `seed` should be random and
 * kept secret: without it nobody can send keys that all want the same place.
 */
function keyHash(key: string, seed: number): number {
  let hash = seed | 0;
  for (let i = 0; i < key.length; i++) {
    hash = (hash + key.charCodeAt(i)) | 0;
    hash = (hash + (hash << 10)) | 0;
    hash ^= hash >>> 6;
  }
  hash = (hash + (hash << 3)) | 0;
  hash ^= hash >>> 11;
  return (hash + (hash << 15)) | 0;
}

const MIN_PLACES = 16;
/** A segment grows up to here; then it is split in two, which moves 3 000 slots and takes some 50 microseconds. */
const MAX_PLACES = 4096;
/** From this depth on segments grow without limit instead: the directory would become larger than what it leads to. */
const DEEPEST = 20;

/**
 * The slots of a large store's keys: a hash table in segments of typed arrays (extendible hashing: Fagin and others, 1979). The leading bits of
 * a key's hash choose the segment, the trailing ones the place in it. A search costs one miss of the processor's cache in the segment, and
 * one more for the entry only where the whole hash agrees; the collector has nothing to follow, and no `set` ever moves more than a segment.
 */
export class LargeTable implements KeyTable {
  readonly #entries: Entries;
  readonly #seed: number;
  /** The segment of each combination of `#depth` leading bits; shallower segments stand in it several times. */
  #directory: Segment[] = [new Segment(0, MIN_PLACES)];
  #depth = 0;
  /** What was last searched for: adding a key follows a look whether it is there. */
  #sought = '';
  #soughtHash: number;

  constructor(entries: Entries) {
    this.#entries = entries;
    this.#seed = crypto.getRandomValues(new Int32Array(1))[0] ?? 0;
    this.#soughtHash = keyHash('', this.#seed);
  }

  find(key: string): number {
    const hash = keyHash(key, this.#seed);
    this.#sought = key;
    this.#soughtHash = hash;
    return this.#segmentOf(hash).find(hash, key, this.#entries);
  }

  add(key: string, slot: number): void {
    const hash = key === this.#sought ? this.#soughtHash : keyHash(key, this.#seed);
    while (this.#segmentOf(hash).isFull) this.#extend(this.#segmentOf(hash), hash);
    this.#segmentOf(hash).add(hash, slot);
  }

  delete(key: string, slot: number): void {
    const hash = keyHash(key, this.#seed);
    this.#segmentOf(hash).delete(hash, slot);
  }

  #segmentOf(hash: number): Segment {
    // There is one for every combination of bits; what follows is for the compiler.
    return this.#directory[leadingBits(hash, this.#depth)] ?? new Segment(0, MIN_PLACES);
  }

  /** Puts a larger segment, or two, in the place of the one that a hash leads to. */
  #extend(segment: Segment, hash: number): void {
    const { depth, places } = segment;
    if (places < MAX_PLACES || depth === DEEPEST) {
      const larger = new Segment(depth, 2 * places);
      segment.moveTo(() => larger);
      this.#enter(hash, depth, larger);
      return;
    }
    if (depth === this.#depth) {
      this.#directory = this.#directory.flatMap((each) => [each, each]);
      this.#depth++;
    }
    const bit = 1 << (31 - depth);
    const lower = new Segment(depth + 1, places);
    const upper = new Segment(depth + 1, places);
    segment.moveTo((other) => ((other & bit) === 0 ? lower : upper));
    this.#enter(hash & ~bit, depth + 1, lower);
    this.#enter(hash | bit, depth + 1, upper);
  }

  /** Makes all combinations that begin with the first `depth` bits of `hash` lead to `segment`. */
  #enter(hash: number, depth: number, segment: Segment): void {
    const copies = 2 ** (this.#depth - depth);
    const from = leadingBits(hash, depth) * copies;
    this.#directory.fill(segment, from, from + copies);
  }
}

function leadingBits(hash: number, count: number): number {
  // In two steps: a shift by 32 is none.
  return (hash >>> 1) >>> (31 - count);
}
