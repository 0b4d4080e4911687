import QuickLRU from 'quick-lru';
import type { KeyTable } from './key-table.js';

/**
 * The slots of a small store's keys, in quick-lru. It is used in one generation only: the store makes room before it adds, so the table never
 * gets as full as its `maxSize` and never drops anything by itself.
 */
export class SmallTable implements KeyTable {
  readonly #slots: QuickLRU<string, number>;

  constructor(capacity: number) {
    this.#slots = new QuickLRU({ maxSize: capacity + 1 });
  }

  find(key: string): number {
    return this.#slots.get(key) ?? 0;
  }

  add(key: string, slot: number): void {
    this.#slots.set(key, slot);
  }

  delete(key: string): void {
    this.#slots.delete(key);
  }
}
