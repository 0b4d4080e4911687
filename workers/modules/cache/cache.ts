import { PhlowError } from '../../../src/errors.js';
import type { CacheConfig } from './config.js';
import { KeyIndex } from './key-index.js';
import type { KeyScan } from './key-scan.js';
import { isLongSearch, type ListQuery, type Page, pageOf } from './list.js';
import { Store } from './store.js';
import { weightOf } from './weight.js';

/** What the cache has been asked for since it started; `clear` resets none of it. */
export class Stats {
  gets = 0;
  hits = 0;
  sets = 0;
  removes = 0;

  /** Counts a look-up (`get` or `exists`). */
  lookedUp(isHit: boolean): void {
    this.gets++;
    if (isHit) this.hits++;
  }

  /** Hits per look-up in percent, unrounded; 0 before the first look-up. */
  get hitRate(): number {
    return this.gets === 0 ? 0 : (this.hits / this.gets) * 100;
  }
}

/**
 * Entries freed, keys put in order and keys searched in one go: a fraction of a millisecond each, also before the code is hot. Between two
 * goes the thread answers whatever has come in.
 */
const FREED_PER_GO = 250;
const ORDERED_PER_GO = 500;
const SEARCHED_PER_GO = 2_000;

/** A first list reads this many entries at once: smaller caches answer every list at once. */
const ORDERED_AT_ONCE = 2_000;

/** A list that waits for the order of the keys, or for a search through very many of them. */
interface WaitingList {
  scan?: KeyScan;
  readonly query: ListQuery;
  readonly resolve: (page: Page) => void;
  readonly reject: (error: Error) => void;
}

/** One cache: its store, its counters, the order of its keys once somebody lists them, and the work it does in the background. */
export class Cache {
  readonly config: CacheConfig;
  readonly stats = new Stats();
  readonly store: Store;
  #index: KeyIndex | undefined;
  #lists: WaitingList[] = [];
  #next: NodeJS.Immediate | undefined;

  /** @param now milliseconds since an arbitrary start; never goes back. */
  constructor(config: CacheConfig, now: () => number) {
    this.config = config;
    this.store = new Store({
      capacity: config.capacity,
      maxBytes: config.maxBytes,
      // Deadlines are kept in whole milliseconds (docs/spec/modules.md 5.3).
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
    if (this.#index?.isIdle && this.#lists.length === 0) this.#dropIndex();
    return this.store.set(key, value, weightOf(key, value), ttlMs ?? this.config.defaultTtlMs);
  }

  /**
   * Drops every expired entry and says how many they were. To callers they are all gone when this returns; the memory of a great many is
   * freed in goes, so that nobody waits for it.
   */
  expire(): number {
    const count = this.store.expire();
    this.store.sweep(FREED_PER_GO);
    this.#work();
    return count;
  }

  /**
   * Answers a list as of the moment of the answer. From the first list on the keys are kept in order. Until that order is complete, and while
   * expired entries wait to be freed, lists wait, and so does one that searches many keys for a suffix: a pass over a million keys for a
   * page of ten would hold everybody else up.
   */
  list(query: ListQuery): Page | Promise<Page> {
    this.expire();
    this.#index ??= new KeyIndex(this.store);
    if (this.store.slotsEnd <= ORDERED_AT_ONCE) this.#index.fill(ORDERED_AT_ONCE);
    if (!this.#hasWork) {
      const keys = this.#index.read();
      if (!isLongSearch(keys, query)) return pageOf(keys, query);
    }
    return new Promise((resolve, reject) => {
      this.#lists.push({ query, resolve, reject });
      this.#work();
    });
  }

  /** Ends the work in the background, and the lists that wait for it. */
  stop(): void {
    clearImmediate(this.#next);
    this.#next = undefined;
    for (const { reject } of this.#lists.splice(0))
      reject(new PhlowError('PHLOW_MODULE_DOWN', 'Cannot answer the list: the cache was stopped'));
  }

  /** Sees to it that what is left to do in the background gets done. */
  #work(): void {
    if (this.#next !== undefined || !(this.#hasWork || this.#lists.length > 0)) return;
    this.#next = setImmediate(() => {
      this.#next = undefined;
      this.store.sweep(FREED_PER_GO);
      this.#index?.fill(ORDERED_PER_GO);
      if (!this.#hasWork) this.#answer();
      this.#work();
    });
  }

  /** Answers the lists that wait, unless so much has expired meanwhile that they wait for that to be freed too. */
  #answer(): void {
    if (this.#index === undefined || this.#lists.length === 0) return;
    this.store.expire();
    this.store.sweep(FREED_PER_GO);
    if (this.#hasWork) return;
    const keys = this.#index.read();
    let mayScan = true;
    this.#lists = this.#lists.filter((list) => {
      if (list.scan === undefined && !isLongSearch(keys, list.query)) {
        list.resolve(pageOf(keys, list.query));
        return false;
      }
      // One search a go, so that many of them take longer instead of holding everybody up.
      if (!mayScan) return true;
      mayScan = false;
      return !this.#scan(list);
    });
  }

  /** Searches on for a list; true when that answered it. */
  #scan(list: WaitingList): boolean {
    if (this.#index === undefined) return false;
    list.scan ??= this.#index.startScan(list.query);
    if (!list.scan.next(SEARCHED_PER_GO)) return false;
    this.#index.endScan(list.scan);
    list.resolve(list.scan.page());
    return true;
  }

  #dropIndex(): void {
    this.store.observe(undefined);
    this.#index = undefined;
  }

  get #hasWork(): boolean {
    return this.store.backlog > 0 || this.#index?.isComplete === false;
  }
}
