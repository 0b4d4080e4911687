/** A longer copy of an array of slot numbers; the new places hold 0. */
export function grow(array: Uint32Array, length: number): Uint32Array {
  const longer = new Uint32Array(length);
  longer.set(array);
  return longer;
}

/** The place that is no slot: its neighbours are the two ends of the order. */
const END = 0;

/**
 * The order in which slots were last used: a ring of slot numbers in a typed array. Every operation is a few integer writes, whatever
 * the number of entries, and there is nothing in it for the garbage collector to follow. Slots count from 1.
 */
export class Recency {
  /**
   * At `2 * slot` the neighbour that was used just before the slot, at `2 * slot + 1` the one used just after it. Side by side, because
   * both are always wanted together and a second array would be a second cache miss.
   */
  #links: Uint32Array;

  constructor(length: number) {
    this.#links = new Uint32Array(2 * length);
  }

  /** The slot that has gone unused for longest, or 0 when there is none. */
  get oldest(): number {
    return this.#links[2 * END + 1] ?? END;
  }

  /** Makes room for slots below `length`. */
  grow(length: number): void {
    this.#links = grow(this.#links, 2 * length);
  }

  /** Puts a slot that is not in the ring at its recent end. */
  add(slot: number): void {
    const links = this.#links;
    const newest = links[2 * END] ?? END;
    links[2 * slot] = newest;
    links[2 * slot + 1] = END;
    links[2 * newest + 1] = slot;
    links[2 * END] = slot;
  }

  /** Takes a slot out of the ring. */
  remove(slot: number): void {
    const links = this.#links;
    const older = links[2 * slot] ?? END;
    const newer = links[2 * slot + 1] ?? END;
    links[2 * older + 1] = newer;
    links[2 * newer] = older;
  }

  /** Moves a slot to the recent end. */
  touch(slot: number): void {
    if (this.#links[2 * END] === slot) return;
    this.remove(slot);
    this.add(slot);
  }
}
