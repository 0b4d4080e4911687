import { Deadlines } from './deadlines.js';
import { Entries } from './entries.js';
import type { KeyTable } from './key-table.js';
import { Recency } from './recency.js';
import { LargeTable } from './large-table.js';
import { SmallTable } from './small-table.js';

/**
 * Up to here all of a table stays in the processor's cache, and building it again takes less than a millisecond. Beyond it a hit would pay for
 * each hop from bucket to chain to record to text, and a set now and then for all keys at once (bench/NOTES.md).
 */
const MAX_SMALL_TABLE_SIZE = 10_000;

/** The table for a store of at most `capacity` entries. */
function tableFor(capacity: number, entries: Entries): KeyTable {
  return capacity <= MAX_SMALL_TABLE_SIZE ? new SmallTable(capacity) : new LargeTable(entries);
}

const NEVER = Number.POSITIVE_INFINITY;
const MIN_SLOTS = 16;
/** Expired entries that one insertion into a full store drops at most: enough to keep up, too few to be felt. */
const DROPPED_PER_SET = 128;

/** What a store is built with. */
export interface StoreOptions {
  /** Most entries. */
  readonly capacity: number;
  /** Most bytes, as the weights given to `set` count them. */
  readonly maxBytes: number;
  /** Milliseconds since an arbitrary start; never goes back. Asked only where a deadline can matter. */
  readonly now: () => number;
}

/** Hears of every key that comes and goes, with the slot it has. */
export interface KeyObserver {
  added(key: string, slot: number): void;
  dropped(key: string, slot: number): void;
  cleared(): void;
}

/**
 * Values under keys with exact capacity, strict least-recently-used eviction and deadlines. A table maps a key to the number of its slot, and
 * everything else about the entry stands in arrays at that number. So a hit costs a few integer writes, an eviction needs no search, and
 * what is dropped leaves nothing behind.
 *
 * An entry has expired when `now` lies beyond its deadline. Expired entries stay, and count in `size`, until something touches them,
 * their room is wanted, or `expire` gives them up.
 */
export class Store {
  readonly #capacity: number;
  readonly #maxBytes: number;
  readonly #now: () => number;
  /** Slots count from 1; 0 stands for none. */
  #entries: Entries;
  #table: KeyTable;
  #weights = new Float64Array(MIN_SLOTS);
  #recency = new Recency(MIN_SLOTS);
  #deadlines: Deadlines | undefined;
  #bytes = 0;
  /** Entries with a deadline before this instant are gone for every caller, though their slots may wait to be swept. */
  #givenUpBefore = -NEVER;
  #givenUp = 0;
  #givenUpBytes = 0;
  #observer: KeyObserver | undefined;

  constructor(options: StoreOptions) {
    this.#capacity = options.capacity;
    this.#maxBytes = options.maxBytes;
    this.#now = options.now;
    this.#entries = new Entries();
    this.#table = tableFor(options.capacity, this.#entries);
  }

  /** Entries, expired ones that nobody has touched included. */
  get size(): number {
    return this.#entries.size - this.#givenUp;
  }

  /** The sum of the weights of the entries that `size` counts. */
  get bytes(): number {
    return this.#bytes - this.#givenUpBytes;
  }

  /** Entries that `expire` has given up and `sweep` has yet to free. */
  get backlog(): number {
    return this.#givenUp;
  }

  /** One more than the highest slot that was ever in use. */
  get slotsEnd(): number {
    return this.#entries.end;
  }

  /** The value of a key, which becomes the most recently used; undefined when there is none or it has expired. */
  get(key: string): unknown {
    const slot = this.#find(key);
    if (slot === 0) return undefined;
    this.#recency.touch(slot);
    return this.#entries.valueAt(slot);
  }

  /** True when a key has a value that has not expired; has no effect on recency. */
  has(key: string): boolean {
    return this.#find(key) !== 0;
  }

  /** The value of a key as it stands, without an effect on recency and without a look at its deadline. */
  peek(key: string): unknown {
    return this.#entries.valueAt(this.#table.find(key));
  }

  /**
   * Puts a value under a key, which becomes the most recently used.
   *
   * @param weight the bytes the entry counts for.
   * @param ttlMs milliseconds until it expires, `Infinity` for never.
   * @returns false when the entry alone outweighs `maxBytes`; nothing has changed then.
   */
  set(key: string, value: unknown, weight: number, ttlMs: number): boolean {
    if (weight > this.#maxBytes) return false;
    // Where nothing ever expires, time is not worth asking for.
    const now = this.#deadlines === undefined && ttlMs === NEVER ? 0 : this.#now();
    let slot = this.#table.find(key);
    if (slot === 0 || this.#isGivenUp(slot)) {
      if (slot !== 0) this.#drop(slot);
      if (this.#entries.size >= this.#capacity) this.#makeRoom(now);
      slot = this.#add(key, value);
    } else {
      this.#recency.touch(slot);
      this.#bytes -= this.#weights[slot] ?? 0;
      this.#entries.replace(slot, value);
    }
    this.#weights[slot] = weight;
    this.#bytes += weight;
    if (ttlMs !== NEVER) this.#deadlines ??= new Deadlines(this.#weights.length);
    this.#deadlines?.set(slot, now + ttlMs);
    while (this.#bytes > this.#maxBytes) this.#makeRoom(now);
    return true;
  }

  /** Removes a key; false when it had no value or an expired one. */
  delete(key: string): boolean {
    const slot = this.#find(key);
    if (slot === 0) return false;
    this.#drop(slot);
    return true;
  }

  /** Removes everything; returns what `size` was. */
  clear(): number {
    const { size } = this;
    this.#entries = new Entries();
    this.#table = tableFor(this.#capacity, this.#entries);
    this.#weights = new Float64Array(MIN_SLOTS);
    this.#recency = new Recency(MIN_SLOTS);
    this.#deadlines = undefined;
    this.#bytes = 0;
    this.#givenUp = 0;
    this.#givenUpBytes = 0;
    this.#observer?.cleared();
    return size;
  }

  /**
   * Gives up every expired entry at once: none of them counts or can be found from here on. Their slots are freed by `sweep`, in as many
   * goes as the caller likes.
   *
   * @returns how many were given up.
   */
  expire(): number {
    if (this.#deadlines === undefined) return 0;
    const now = this.#now();
    const before = this.#givenUp;
    this.#deadlines.eachBetween(this.#givenUpBefore, now, (slot) => {
      this.#givenUp++;
      this.#givenUpBytes += this.#weights[slot] ?? 0;
    });
    this.#givenUpBefore = now;
    return this.#givenUp - before;
  }

  /** Frees at most `limit` slots of entries that were given up. */
  sweep(limit: number): void {
    for (let left = limit; left > 0 && this.#givenUp > 0; left--) {
      this.#drop(this.#deadlines?.firstBefore(this.#givenUpBefore) ?? 0);
    }
  }

  /** The key in a slot, also of an expired entry; undefined for a free slot and for an entry that was given up. */
  keyAt(slot: number): string | undefined {
    return this.#isGivenUp(slot) ? undefined : this.#entries.keyAt(slot);
  }

  /** Lets `observer` hear of keys from now on; undefined ends it. */
  observe(observer: KeyObserver | undefined): void {
    this.#observer = observer;
  }

  #isGivenUp(slot: number): boolean {
    return (
      this.#givenUp > 0 && this.#deadlines !== undefined && this.#deadlines.of(slot) < this.#givenUpBefore
    );
  }

  /** The slot of a live entry, or 0; drops the entry when it has expired. */
  #find(key: string): number {
    const slot = this.#table.find(key);
    if (slot === 0) return 0;
    if (this.#deadlines === undefined || this.#deadlines.of(slot) >= this.#now()) return slot;
    this.#drop(slot);
    return 0;
  }

  #add(key: string, value: unknown): number {
    const slot = this.#entries.add(key, value);
    if (slot >= this.#weights.length) this.#grow();
    this.#table.add(key, slot);
    this.#recency.add(slot);
    this.#observer?.added(key, slot);
    return slot;
  }

  #grow(): void {
    const length = this.#weights.length * 2;
    const weights = new Float64Array(length);
    weights.set(this.#weights);
    this.#weights = weights;
    this.#recency.grow(length);
    this.#deadlines?.grow(length);
  }

  /** Drops expired entries; where there are none, the least recently used one. */
  #makeRoom(now: number): void {
    if (this.#givenUp > 0) {
      // Room enough, and nothing that a caller could still count.
      this.sweep(DROPPED_PER_SET);
      return;
    }
    for (let dropped = 0; dropped < DROPPED_PER_SET; dropped++) {
      const slot = this.#deadlines?.firstBefore(now) ?? 0;
      if (slot === 0) {
        if (dropped === 0) this.#drop(this.#recency.oldest);
        return;
      }
      this.#drop(slot);
    }
  }

  #drop(slot: number): void {
    const key = this.#entries.keyAt(slot);
    if (key === undefined) return;
    const weight = this.#weights[slot] ?? 0;
    this.#bytes -= weight;
    if (this.#isGivenUp(slot)) {
      this.#givenUp--;
      this.#givenUpBytes -= weight;
    }
    this.#table.delete(key, slot);
    this.#recency.remove(slot);
    this.#deadlines?.set(slot, NEVER);
    this.#entries.remove(slot);
    this.#observer?.dropped(key, slot);
  }
}
