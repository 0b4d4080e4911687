import { compareText } from '../../../src/values.js';

/** A chunk is split in two above this many keys; a chunk below a quarter of it joins its neighbour. */
const MAX_CHUNK_SIZE = 512;

/** The units from which on the order by UTF-16 unit, which the machine is fast at, is not the order by code point. */
const BEYOND_UNIT_ORDER = /[\ud800-\uffff]/;

/** True for the keys at the front of the order, false from some key on. */
export type IsBefore = (key: string) => boolean;

/**
 * Keys in code-point order, in chunks of a few hundred. Unlike the B-trees in the registry it counts: the rank of a key and the key at a
 * rank cost one search and a walk over the chunks' lengths, so the size of a prefix range is exact without visiting its keys.
 */
export class SortedKeys {
  /** No chunk is empty. */
  readonly #chunks: string[][] = [];
  /** The last key of each chunk: a search looks into one chunk only. */
  readonly #lasts: string[] = [];
  #size = 0;
  /** True while no key has a unit for which the two orders differ. */
  #isUnitOrder = true;

  get size(): number {
    return this.#size;
  }

  /** Adds a key that is not in it yet. */
  add(key: string): void {
    this.#size++;
    if (this.#isUnitOrder && BEYOND_UNIT_ORDER.test(key)) this.#isUnitOrder = false;
    const isBefore = this.before(key);
    const index = Math.min(countBefore(this.#lasts, isBefore), this.#chunks.length - 1);
    const chunk = this.#chunks[index];
    if (chunk === undefined) {
      this.#chunks.push([key]);
      this.#lasts.push(key);
      return;
    }
    const place = countBefore(chunk, isBefore);
    if (place === chunk.length) this.#lasts[index] = key;
    chunk.splice(place, 0, key);
    if (chunk.length > MAX_CHUNK_SIZE) this.#split(index, chunk);
  }

  /** Removes a key; nothing happens when it is not in it. */
  delete(key: string): void {
    const isBefore = this.before(key);
    const index = countBefore(this.#lasts, isBefore);
    const chunk = this.#chunks[index];
    if (chunk === undefined) return;
    const place = countBefore(chunk, isBefore);
    if (chunk[place] !== key) return;
    chunk.splice(place, 1);
    this.#size--;
    const last = chunk.at(-1);
    if (last === undefined) {
      this.#chunks.splice(index, 1);
      this.#lasts.splice(index, 1);
      return;
    }
    this.#lasts[index] = last;
    if (chunk.length < MAX_CHUNK_SIZE / 4) this.#joinWithNext(index, chunk);
  }

  /** A function that says whether a key sorts before `key`. */
  before(key: string): IsBefore {
    return this.#isUnitOrder ? (other) => other < key : (other) => compareText(other, key) < 0;
  }

  /** How many keys stand at the front of the order for which `isBefore` holds. */
  rank(isBefore: IsBefore): number {
    const index = countBefore(this.#lasts, isBefore);
    let rank = 0;
    for (let i = 0; i < index; i++) rank += this.#chunks[i]?.length ?? 0;
    const chunk = this.#chunks[index];
    return chunk === undefined ? rank : rank + countBefore(chunk, isBefore);
  }

  /** The keys of the ranks from `from` (included) to `to` (excluded), in order. */
  slice(from: number, to: number): string[] {
    const keys: string[] = [];
    let rank = 0;
    for (const chunk of this.#chunks) {
      if (rank >= to) break;
      const end = rank + chunk.length;
      if (end > from) {
        const last = Math.min(chunk.length, to - rank);
        for (let i = Math.max(0, from - rank); i < last; i++) keys.push(chunk[i] ?? '');
      }
      rank = end;
    }
    return keys;
  }

  #split(index: number, chunk: string[]): void {
    const upper = chunk.splice(MAX_CHUNK_SIZE / 2);
    this.#chunks.splice(index + 1, 0, upper);
    this.#lasts.splice(index, 0, chunk.at(-1) ?? '');
  }

  #joinWithNext(index: number, chunk: string[]): void {
    const next = this.#chunks[index + 1];
    if (next === undefined || chunk.length + next.length > MAX_CHUNK_SIZE / 2) return;
    chunk.push(...next);
    this.#chunks.splice(index + 1, 1);
    this.#lasts.splice(index, 1);
  }
}

function countBefore(keys: readonly string[], isBefore: IsBefore): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(keys[middle] ?? '')) low = middle + 1;
    else high = middle;
  }
  return low;
}
