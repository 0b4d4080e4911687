/** How urgent a package is, against others that wait for the same module. */
const PRIORITIES = ['high', 'normal', 'low'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Things that wait their turn: by priority, within one priority in order of arrival. */
export class PriorityQueue<T> {
  readonly #lines: Readonly<Record<Priority, Set<T>>> = {
    high: new Set(),
    normal: new Set(),
    low: new Set(),
  };

  get size(): number {
    return this.#lines.high.size + this.#lines.normal.size + this.#lines.low.size;
  }

  enter(item: T, priority: Priority): void {
    this.#lines[priority].add(item);
  }

  /** Takes the next one out; undefined when nobody waits. */
  next(): T | undefined {
    for (const priority of PRIORITIES) {
      for (const item of this.#lines[priority]) {
        this.#lines[priority].delete(item);
        return item;
      }
    }
    return undefined;
  }

  /** Takes this one out; false when it does not wait. */
  leave(item: T): boolean {
    return PRIORITIES.some((priority) => this.#lines[priority].delete(item));
  }

  /** Everything that waits, in the order of its turn. */
  *[Symbol.iterator](): IterableIterator<T> {
    for (const priority of PRIORITIES) yield* [...this.#lines[priority]];
  }
}
