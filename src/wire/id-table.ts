/** Places in the ring of a table that is new. */
const MIN_PLACES = 16;
/** The most places that a ring gets for the sake of entries that are few. */
const MAX_SPARE_PLACES = 65_536;
/** The window, in ids per place, in which moves aside are counted. */
const IDS_PER_PLACE = 16;

/**
 * Values by ids that count up and mostly leave in turn: so a value stands at its id's place in a ring, which costs a fraction of a hash table. One
 * that is still there when its place is needed again moves to a table aside; when many do, the ring grows. Not only for speed: V8 replaces the table of
 * a Map whose members come and go, and the old table points to the new one; once one of them has been promoted, it keeps all later ones alive until
 * the next major collection (docs/decisions/rings-and-lists.md).
 */
export class IdTable<T> {
  /** The ids in the ring, 0 where there is none, and their values. */
  #ids: number[] = new Array<number>(MIN_PLACES).fill(0);
  #values: (T | undefined)[] = emptyRing(MIN_PLACES);
  readonly #aside = new Map<number, T>();
  #inRing = 0;
  #lastId = 0;
  /** Moves aside since `#movedSince`, an id. */
  #moved = 0;
  #movedSince = 0;

  get size(): number {
    return this.#inRing + this.#aside.size;
  }

  /** Adds a value under an id that is not in use: a whole number above 0, mostly above all before it. */
  add(id: number, value: T): void {
    if (id > this.#lastId) this.#lastId = id;
    const place = id % this.#ids.length;
    const occupant = this.#ids[place] as number;
    if (occupant === 0) {
      this.#ids[place] = id;
      this.#values[place] = value;
      this.#inRing++;
      return;
    }
    const moved = this.#values[place] as T;
    this.#ids[place] = id;
    this.#values[place] = value;
    this.#moveAside(occupant, moved);
  }

  /** The value with this id; an id may be any number, also one that was never given. */
  get(id: number): T | undefined {
    const place = id % this.#ids.length;
    if (this.#ids[place] === id && id > 0) return this.#values[place];
    return this.#aside.size === 0 ? undefined : this.#aside.get(id);
  }

  has(id: number): boolean {
    return (this.#ids[id % this.#ids.length] === id && id > 0) || this.#aside.has(id);
  }

  /** Takes a value out; undefined when there is none with this id. */
  take(id: number): T | undefined {
    const place = id % this.#ids.length;
    if (this.#ids[place] === id && id > 0) {
      const value = this.#values[place];
      this.#ids[place] = 0;
      this.#values[place] = undefined;
      this.#inRing--;
      return value;
    }
    if (this.#aside.size === 0) return undefined;
    const value = this.#aside.get(id);
    this.#aside.delete(id);
    return value;
  }

  /** What is in it now, by ids. */
  entries(): [number, T][] {
    const all = [...this.#aside];
    for (const [place, id] of this.#ids.entries()) if (id !== 0) all.push([id, this.#values[place] as T]);
    return all.sort(([a], [b]) => a - b);
  }

  #moveAside(id: number, value: T): void {
    this.#aside.set(id, value);
    if (!this.#isTight()) return;
    const entries = this.entries();
    const places = this.#ids.length * 4;
    this.#ids = new Array<number>(places).fill(0);
    this.#values = emptyRing(places);
    this.#aside.clear();
    this.#inRing = 0;
    for (const [known, one] of entries) this.add(known, one);
  }

  /** True when a larger ring would keep more entries in their places. */
  #isTight(): boolean {
    const { length } = this.#ids;
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

function emptyRing<T>(places: number): (T | undefined)[] {
  return new Array<T | undefined>(places).fill(undefined);
}
