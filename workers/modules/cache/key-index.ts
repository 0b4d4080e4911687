import { KeyScan } from './key-scan.js';
import type { ListQuery } from './list.js';
import { SortedKeys } from './sorted-keys.js';
import type { KeyObserver, Store } from './store.js';

/** An index that no list has read while this many times its size of keys came and went is given back. */
const IDLE_TURNOVERS = 4;

/**
 * The store's keys in order. It starts empty, when the first list asks for order, and is filled slot by slot in as many goes as the
 * caller likes; keys that come and go meanwhile are followed in the slots already read and met later in the others.
 */
export class KeyIndex implements KeyObserver {
  readonly #store: Store;
  #sorted = new SortedKeys();
  /** Slots below this one have been read. */
  #next = 1;
  #isComplete = false;
  #changesSinceRead = 0;
  readonly #scans = new Set<KeyScan>();

  constructor(store: Store) {
    this.#store = store;
    store.observe(this);
  }

  /** True once every key is in it. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** True when keeping it up to date costs more than it has been worth lately. */
  get isIdle(): boolean {
    return this.#isComplete && this.#changesSinceRead > IDLE_TURNOVERS * (this.#store.size + 1024);
  }

  /** The keys, for reading. */
  read(): SortedKeys {
    this.#changesSinceRead = 0;
    return this.#sorted;
  }

  /** Reads at most `limit` more slots. */
  fill(limit: number): void {
    if (this.#isComplete) return;
    const end = Math.min(this.#store.slotsEnd, this.#next + limit);
    for (; this.#next < end; this.#next++) {
      const key = this.#store.keyAt(this.#next);
      if (key !== undefined) this.#sorted.add(key);
    }
    this.#isComplete = this.#next >= this.#store.slotsEnd;
  }

  /** Begins a search that hears of every change until `endScan`; the index must be complete. */
  startScan(query: ListQuery): KeyScan {
    const scan = new KeyScan(this.#sorted, query);
    this.#scans.add(scan);
    return scan;
  }

  endScan(scan: KeyScan): void {
    this.#scans.delete(scan);
  }

  added(key: string, slot: number): void {
    this.#changesSinceRead++;
    if (this.#isComplete || slot < this.#next) this.#sorted.add(key);
    for (const scan of this.#scans) scan.added(key);
  }

  dropped(key: string, slot: number): void {
    this.#changesSinceRead++;
    if (this.#isComplete || slot < this.#next) this.#sorted.delete(key);
    for (const scan of this.#scans) scan.dropped(key);
  }

  cleared(): void {
    this.#sorted = new SortedKeys();
    this.#next = 1;
    this.#isComplete = true;
    for (const scan of this.#scans) scan.restart(this.#sorted);
  }
}
