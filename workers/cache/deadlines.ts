import { lengthened } from './lengthened.js';

const NEVER = Number.POSITIVE_INFINITY;

/**
 * When each slot expires: a binary heap of slots, earliest deadline on top, in which every slot knows its place, so that a renewed or
 * removed entry leaves at once instead of as a stale record later. Exists only once a TTL is used. Slots count from 1.
 */
export class Deadlines {
  /** At `slot`: the instant of its expiry, `NEVER` for slots that are free or have none. */
  #at: Float64Array;
  /** At `slot`: its place in the heap, 0 when it is not in it. */
  #place: Uint32Array;
  /** The heap, from place 1. */
  #heap: Uint32Array;
  #size = 0;

  constructor(length: number) {
    this.#at = new Float64Array(length).fill(NEVER);
    this.#place = new Uint32Array(length);
    this.#heap = new Uint32Array(length);
  }

  /** Makes room for slots below `length`. */
  grow(length: number): void {
    const at = new Float64Array(length).fill(NEVER);
    at.set(this.#at);
    this.#at = at;
    this.#place = lengthened(this.#place, length);
    this.#heap = lengthened(this.#heap, length);
  }

  /** The instant at which the slot expires, `Infinity` for never. */
  of(slot: number): number {
    return this.#at[slot] ?? NEVER;
  }

  /** The slot with the earliest deadline that lies before `now`, or 0. */
  firstBefore(now: number): number {
    const slot = this.#heap[1] ?? 0;
    return this.#size > 0 && this.of(slot) < now ? slot : 0;
  }

  /** Gives a slot a deadline, or takes it away with `Infinity`. */
  set(slot: number, deadline: number): void {
    const before = this.of(slot);
    if (deadline === before) return;
    this.#at[slot] = deadline;
    const place = this.#place[slot] ?? 0;
    if (deadline === NEVER) {
      this.#takeOut(place);
    } else if (place === 0) {
      this.#rise(++this.#size, slot);
    } else if (deadline < before) {
      this.#rise(place, slot);
    } else {
      this.#sink(place, slot);
    }
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

  #takeOut(place: number): void {
    const slot = this.#heap[place] ?? 0;
    this.#place[slot] = 0;
    const last = this.#heap[this.#size--] ?? 0;
    if (last === slot) return;
    // The last slot takes over the hole; it may belong above or below it.
    const above = this.#heap[place >> 1] ?? 0;
    if (place > 1 && this.of(last) < this.of(above)) this.#rise(place, last);
    else this.#sink(place, last);
  }

  #rise(place: number, slot: number): void {
    const deadline = this.of(slot);
    while (place > 1) {
      const above = this.#heap[place >> 1] ?? 0;
      if (this.of(above) <= deadline) break;
      this.#put(place, above);
      place >>= 1;
    }
    this.#put(place, slot);
  }

  #sink(place: number, slot: number): void {
    const deadline = this.of(slot);
    for (;;) {
      let below = place * 2;
      if (below > this.#size) break;
      let child = this.#heap[below] ?? 0;
      if (below < this.#size) {
        const other = this.#heap[below + 1] ?? 0;
        if (this.of(other) < this.of(child)) {
          child = other;
          below++;
        }
      }
      if (this.of(child) >= deadline) break;
      this.#put(place, child);
      place = below;
    }
    this.#put(place, slot);
  }

  #put(place: number, slot: number): void {
    this.#heap[place] = slot;
    this.#place[slot] = place;
  }
}
