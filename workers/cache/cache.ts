import type { CacheConfig } from './config.js';
import { KeyIndex } from './key-index.js';
import { type ListQuery, type Page, pageOfSorted, pageOfUnsorted } from './list.js';
import { Stats } from './stats.js';
import { Store } from './store.js';
import { weightOf } from './weight.js';

/**
 * Entries freed or indexed in one go. A go takes about a millisecond; between two of them the thread answers whatever has come in.
 */
const ENTRIES_PER_GO = 1_000;

/** At most so many lists have to do without the order of the keys. */
const PARTS_OF_INDEX = 32;

/** One cache: its store, its counters, the order of its keys once somebody lists them, and the work it does in the background. */
export class Cache {
  readonly config: CacheConfig;
  readonly stats = new Stats();
  readonly store: Store;
  #index: KeyIndex | undefined;
  #next: NodeJS.Immediate | undefined;

  /** @param now milliseconds since an arbitrary start; never goes back. */
  constructor(config: CacheConfig, now: () => number) {
    this.config = config;
    this.store = new Store({
      capacity: config.capacity,
      maxBytes: config.maxBytes,
      // Deadlines are kept in whole milliseconds (spec/modules.md 5.3).
      now: () => Math.floor(now()),
    });
  }

  /**
   * Stores a value; false when it is heavier than the whole cache may be.
   *
   * @param ttlMs undefined stands for the configured TTL.
   */
  set(key: string, value: unknown, ttlMs: number | undefined): boolean {
    // A cache that is written to and no longer listed stops paying for the order of its keys.
    if (this.#index?.isIdle) this.#dropIndex();
    return this.store.set(key, value, weightOf(key, value), ttlMs ?? this.config.defaultTtlMs);
  }

  /**
   * Drops every expired entry and says how many they were. To callers they are all gone when this returns; the memory of a great many is
   * freed in goes, so that nobody waits for it.
   */
  expire(): number {
    const count = this.store.expire();
    this.store.sweep(ENTRIES_PER_GO);
    this.#work();
    return count;
  }

  /**
   * Answers a list as of now. From the first list on the keys are kept in order; until that order is complete, and while expired entries
   * wait to be freed, the page is picked from the unordered keys instead.
   */
  list(query: ListQuery): Page {
    this.expire();
    this.#index ??= new KeyIndex(this.store);
    // Such a pass costs more than a go. Doing a fixed part of the work with each keeps lists in quick succession from holding it up.
    this.#index.fill(Math.max(ENTRIES_PER_GO, Math.ceil(this.store.slotsEnd / PARTS_OF_INDEX)));
    this.#work();
    return this.#index.isComplete && this.store.backlog === 0
      ? pageOfSorted(this.#index.read(), query)
      : pageOfUnsorted(this.store, query);
  }

  /** Ends the work in the background. */
  stop(): void {
    clearImmediate(this.#next);
    this.#next = undefined;
  }

  /** Sees to it that what is left to do in the background gets done. */
  #work(): void {
    if (this.#next !== undefined || !this.#hasWork) return;
    this.#next = setImmediate(() => {
      this.#next = undefined;
      this.store.sweep(ENTRIES_PER_GO);
      this.#index?.fill(ENTRIES_PER_GO);
      this.#work();
    });
  }

  #dropIndex(): void {
    this.store.observe(undefined);
    this.#index = undefined;
  }

  get #hasWork(): boolean {
    return this.store.backlog > 0 || this.#index?.isComplete === false;
  }
}
