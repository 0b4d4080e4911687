import { grow } from './recency.js';

const NEVER = Number.POSITIVE_INFINITY;

/** Children per node: fewer levels than with two, and the deadlines of four stand in one line of the processor's cache. */
const ARITY = 4;

/**
 * When each slot expires: a heap of slots, earliest deadline on top, in which every slot knows its place, so that a renewed or removed
 * entry leaves at once instead of as a stale record later. Exists only once a TTL is used. Slots count from 1, places from 0.
 */
export class Deadlines {
  /** At `slot`: the instant of its expiry, `NEVER` for slots that are free or have none. */
  #at: Float64Array;
  /** At `slot`: its place in the heap; means nothing for a slot that is not in it. */
  #place: Uint32Array;
  /** At `place`: the slot, and beside it its deadline once more, so that comparing needs no look at the slots. */
  #slots: Uint32Array;
  #order: Float64Array;
  #size = 0;

  constructor(length: number) {
    this.#at = new Float64Array(length).fill(NEVER);
    this.#place = new Uint32Array(length);
    this.#slots = new Uint32Array(length);
    this.#order = new Float64Array(length);
  }

  /** Makes room for slots below `length`. */
  grow(length: number): void {
    const at = new Float64Array(length).fill(NEVER);
    at.set(this.#at);
    this.#at = at;
    const order = new Float64Array(length);
    order.set(this.#order);
    this.#order = order;
    this.#place = grow(this.#place, length);
    this.#slots = grow(this.#slots, length);
  }

  /** The instant at which the slot expires, `Infinity` for never. */
  of(slot: number): number {
    return this.#at[slot] ?? NEVER;
  }

  /** The slot with the earliest deadline that lies before `now`, or 0. */
  firstBefore(now: number): number {
    return this.#size > 0 && this.#orderAt(0) < now ? (this.#slots[0] ?? 0) : 0;
  }

  /** Gives a slot a deadline, or takes it away with `Infinity`. */
  set(slot: number, deadline: number): void {
    const before = this.of(slot);
    if (deadline === before) return;
    this.#at[slot] = deadline;
    const place = this.#place[slot] ?? 0;
    if (deadline === NEVER) this.#takeOut(place);
    else if (before === NEVER) this.#rise(this.#size++, slot, deadline);
    else this.#settle(place, slot, deadline);
  }

  /**
   * Calls back for every slot whose deadline lies at `from` or later and before `to`, in no order. One pass over an array of numbers:
   * about a millisecond for a million slots.
   */
  eachBetween(from: number, to: number, found: (slot: number) => void): void {
    if (this.firstBefore(to) === 0) return;
    const at = this.#at;
    for (let slot = 1; slot < at.length; slot++) {
      const deadline = at[slot] ?? NEVER;
      if (deadline < to && deadline >= from) found(slot);
    }
  }

  /** Fills the hole at a place with the last slot, which may belong above or below it. */
  #takeOut(place: number): void {
    const last = --this.#size;
    if (place < last) this.#settle(place, this.#slots[last] ?? 0, this.#orderAt(last));
  }

  #settle(place: number, slot: number, deadline: number): void {
    if (place > 0 && deadline < this.#orderAt(above(place))) this.#rise(place, slot, deadline);
    else this.#sink(place, slot, deadline);
  }

  #rise(from: number, slot: number, deadline: number): void {
    let place = from;
    while (place > 0) {
      const parent = above(place);
      const order = this.#orderAt(parent);
      if (order <= deadline) break;
      this.#put(place, this.#slots[parent] ?? 0, order);
      place = parent;
    }
    this.#put(place, slot, deadline);
  }

  #sink(from: number, slot: number, deadline: number): void {
    let place = from;
    for (;;) {
      const first = place * ARITY + 1;
      const end = Math.min(first + ARITY, this.#size);
      let least = place;
      let order = deadline;
      for (let child = first; child < end; child++) {
        const other = this.#orderAt(child);
        if (other < order) {
          least = child;
          order = other;
        }
      }
      if (least === place) break;
      this.#put(place, this.#slots[least] ?? 0, order);
      place = least;
    }
    this.#put(place, slot, deadline);
  }

  #put(place: number, slot: number, deadline: number): void {
    this.#slots[place] = slot;
    this.#order[place] = deadline;
    this.#place[slot] = place;
  }

  #orderAt(place: number): number {
    return this.#order[place] ?? NEVER;
  }
}

function above(place: number): number {
  return Math.floor((place - 1) / ARITY);
}
