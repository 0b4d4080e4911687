/** One promise that the other side must settle. */
export interface Waiting<T> {
  readonly id: number;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
  /** When it was opened, in milliseconds of the monotonic clock; 0 when nobody measures. */
  readonly at: number;
  /** What was sent, for a report of what was lost. */
  readonly sent: unknown;
  /** Removes the timer and the listeners that belong to this wait. */
  cleanUp: (() => void) | undefined;
}

/** Places in the ring of a table that is new. */
const MIN_PLACES = 16;
/** The most places that a ring gets for the sake of waits that are few. */
const MAX_SPARE_PLACES = 65_536;
/** Ids per place in which fewer waits than there are places may move aside. */
const IDS_PER_PLACE = 16;

/**
 * The promises that wait for the other side, by id. The owner of the table empties it with `failAll` when the other side is gone:
 * that is why no wait can hang.
 *
 * Ids count up and are mostly settled in turn, so a wait stands at its id's place in a ring, which costs a fraction of a hash table. One that is
 * still there when its place is needed again moves to a table aside; when many do, the ring grows.
 */
export class Pending<T> {
  #ring: (Waiting<T> | undefined)[] = emptyRing(MIN_PLACES);
  readonly #aside = new Map<number, Waiting<T>>();
  #inRing = 0;
  #lastId = 0;
  /** Waits that have moved aside since this id was new. */
  #moved = 0;
  #movedSince = 0;

  /** How many promises wait. */
  get size(): number {
    return this.#inRing + this.#aside.size;
  }

  /** Opens a wait and returns its id. */
  add(resolve: (value: T) => void, reject: (error: unknown) => void, at = 0, sent?: unknown): number {
    const id = ++this.#lastId;
    this.#place({ id, resolve, reject, at, sent, cleanUp: undefined });
    return id;
  }

  /** True while the wait with this id is open. */
  has(id: number): boolean {
    return this.#find(id) !== undefined;
  }

  /** Names what has to be undone when this wait ends. */
  onEnd(id: number, cleanUp: () => void): void {
    const waiting = this.#find(id);
    if (waiting !== undefined) waiting.cleanUp = cleanUp;
  }

  /** Takes the wait out of the table; undefined when there is none with this id (a forged, late or doubled reply). */
  take(id: number): Waiting<T> | undefined {
    const waiting = this.#find(id);
    if (waiting === undefined) return undefined;
    const place = id % this.#ring.length;
    if (this.#ring[place] === waiting) {
      this.#ring[place] = undefined;
      this.#inRing--;
    } else {
      this.#aside.delete(id);
    }
    if (waiting.cleanUp !== undefined) waiting.cleanUp();
    return waiting;
  }

  /** Rejects everything that waits, each with an error of its own so that stacks and causes are not shared by accident. */
  failAll(errorFor: (id: number) => unknown): void {
    for (const [id] of this.entries()) this.take(id)?.reject(errorFor(id));
  }

  /** What waits now, oldest first. */
  entries(): IterableIterator<[number, Waiting<T>]> {
    const all = [...this.#aside.values()];
    for (const waiting of this.#ring) if (waiting !== undefined) all.push(waiting);
    return all
      .sort((a, b) => a.id - b.id)
      .map((waiting): [number, Waiting<T>] => [waiting.id, waiting])
      .values();
  }

  #find(id: number): Waiting<T> | undefined {
    // A forged id may be any number: what stands at no place is not found.
    const waiting = this.#ring[id % this.#ring.length];
    if (waiting !== undefined && waiting.id === id) return waiting;
    return this.#aside.size === 0 ? undefined : this.#aside.get(id);
  }

  #place(waiting: Waiting<T>): void {
    const place = waiting.id % this.#ring.length;
    const occupant = this.#ring[place];
    this.#ring[place] = waiting;
    if (occupant === undefined) this.#inRing++;
    else this.#moveAside(occupant);
  }

  #moveAside(occupant: Waiting<T>): void {
    this.#aside.set(occupant.id, occupant);
    if (!this.#isTight()) return;
    const waiting = [...this.entries()];
    this.#ring = emptyRing(this.#ring.length * 4);
    this.#aside.clear();
    this.#inRing = 0;
    for (const [, one] of waiting) this.#place(one);
  }

  /** True when a larger ring would keep more of the waits in their places. */
  #isTight(): boolean {
    const { length } = this.#ring;
    if (this.#aside.size >= length) return true;
    if (this.#lastId - this.#movedSince > length * IDS_PER_PLACE) {
      this.#movedSince = this.#lastId;
      this.#moved = 0;
    }
    if (++this.#moved < length || length >= MAX_SPARE_PLACES) return false;
    this.#moved = 0;
    return true;
  }
}

function emptyRing<T>(places: number): (Waiting<T> | undefined)[] {
  return new Array<Waiting<T> | undefined>(places).fill(undefined);
}
