/** Slots of a chunk: a power of two, so that finding a slot's place is a shift and a mask. */
const CHUNK_BITS = 12;
const IN_CHUNK = 2 ** CHUNK_BITS - 1;

/**
 * The keys and values of a store, each pair in a numbered slot. A key stands beside its value, because code that compares the one wants the
 * other next and a second array would be a second cache miss; slots come in chunks, so that growing copies nothing. Slots count from 1.
 */
export class Entries {
  readonly #chunks: unknown[][] = [[undefined, undefined]];
  /** Slots that were in use and are not any more. */
  readonly #free: number[] = [];
  #end = 1;

  /** One more than the highest slot that was ever in use. */
  get end(): number {
    return this.#end;
  }

  /** How many slots are in use. */
  get size(): number {
    return this.#end - 1 - this.#free.length;
  }

  /** The key in a slot; undefined when it is free. */
  keyAt(slot: number): string | undefined {
    // Only `add` writes here, and what it writes is a text.
    return this.#chunks[slot >>> CHUNK_BITS]?.[(slot & IN_CHUNK) * 2] as string | undefined;
  }

  /** The value in a slot; undefined when it is free, or 0. */
  valueAt(slot: number): unknown {
    return this.#chunks[slot >>> CHUNK_BITS]?.[(slot & IN_CHUNK) * 2 + 1];
  }

  /** Puts a key and its value into a free slot, which it returns. */
  add(key: string, value: unknown): number {
    const slot = this.#free.pop() ?? this.#end++;
    const chunk = (this.#chunks[slot >>> CHUNK_BITS] ??= []);
    const place = (slot & IN_CHUNK) * 2;
    chunk[place] = key;
    chunk[place + 1] = value;
    return slot;
  }

  /** Puts another value into a slot that is in use. */
  replace(slot: number, value: unknown): void {
    const chunk = this.#chunks[slot >>> CHUNK_BITS];
    if (chunk !== undefined) chunk[(slot & IN_CHUNK) * 2 + 1] = value;
  }

  /** Frees a slot that is in use, and keeps nothing of what was in it. */
  remove(slot: number): void {
    const chunk = this.#chunks[slot >>> CHUNK_BITS];
    if (chunk === undefined) return;
    const place = (slot & IN_CHUNK) * 2;
    chunk[place] = undefined;
    chunk[place + 1] = undefined;
    this.#free.push(slot);
  }
}
