import type { Entries } from './entries.js';

/**
 * A part of a table: hashes and the slots that belong to them, side by side in one array (open addressing: when its place is taken, a member
 * goes to the next free one). When a member leaves, those behind it move up, so nothing is left that would have to be cleaned away later.
 */
export class Segment {
  /** How many leading bits of the hash all its members have in common. */
  readonly depth: number;
  /** How many places it has; a power of two. */
  readonly places: number;
  /** At `2 * place` the hash, behind it the slot; slot 0 marks a free place. */
  readonly #cells: Int32Array;
  #size = 0;

  constructor(depth: number, places: number) {
    this.depth = depth;
    this.places = places;
    this.#cells = new Int32Array(2 * places);
  }

  /** True when it has no room left: a segment that is fuller than three quarters is slow to search. */
  get isFull(): boolean {
    return 4 * this.#size >= 3 * this.places;
  }

  /** The slot of the key among those with this hash, or 0. */
  find(hash: number, key: string, entries: Entries): number {
    const cells = this.#cells;
    const mask = cells.length - 1;
    for (let at = (hash << 1) & mask; ; at = (at + 2) & mask) {
      const slot = cells[at + 1] ?? 0;
      if (slot === 0 || (cells[at] === hash && entries.keyAt(slot) === key)) return slot;
    }
  }

  /** Adds a slot; there must be room. */
  add(hash: number, slot: number): void {
    const cells = this.#cells;
    const mask = cells.length - 1;
    let at = (hash << 1) & mask;
    while (cells[at + 1] !== 0) at = (at + 2) & mask;
    cells[at] = hash;
    cells[at + 1] = slot;
    this.#size++;
  }

  /** Takes out a slot that is in it. */
  delete(hash: number, slot: number): void {
    const cells = this.#cells;
    const mask = cells.length - 1;
    let hole = (hash << 1) & mask;
    while (cells[hole + 1] !== slot) hole = (hole + 2) & mask;
    for (let at = (hole + 2) & mask; cells[at + 1] !== 0; at = (at + 2) & mask) {
      const other = cells[at] ?? 0;
      // It may move up unless its own place lies behind the hole.
      if (((at - (other << 1)) & mask) < ((at - hole) & mask)) continue;
      cells[hole] = other;
      cells[hole + 1] = cells[at + 1] ?? 0;
      hole = at;
    }
    cells[hole + 1] = 0;
    this.#size--;
  }

  /** Adds each member to the segment that `choose` names for its hash. */
  moveTo(choose: (hash: number) => Segment): void {
    const cells = this.#cells;
    for (let at = 0; at < cells.length; at += 2) {
      const slot = cells[at + 1] ?? 0;
      const hash = cells[at] ?? 0;
      if (slot !== 0) choose(hash).add(hash, slot);
    }
  }
}
