import { MAX_KEY, MAX_MEMBERS, MAX_SHAPES } from './region.js';

/** Places in all that are known; beyond, objects with other members are not described. */
const MAX_PLACES = 2_048;

/** A member of a shape, after the members before it: shapes that begin alike share their first places. */
export class ShapePlace {
  readonly key: string;
  readonly before: ShapePlace | undefined;
  readonly length: number;
  /** The member that came after this one first, which is the likely one. */
  next: ShapePlace | undefined = undefined;
  others: Map<string, ShapePlace> | undefined = undefined;
  /** The number of the shape that ends here; -1: none has. */
  shape = -1;
  /** The last text that was written here, in the open region. */
  text: string | undefined = undefined;

  constructor(key: string, before: ShapePlace | undefined) {
    this.key = key;
    this.before = before;
    this.length = before === undefined ? 0 : before.length + 1;
  }
}

/** The shapes that a writer has met: which members objects have, in their order. */
export class ShapeTree {
  readonly root = new ShapePlace('', undefined);
  #places = 0;
  #shapes = 0;
  /** Shapes that no message has described. */
  #undescribed: ShapePlace[] = [];

  /** The place of a member after `place`; undefined where it is not known and there is no room for it. */
  after(place: ShapePlace, key: string): ShapePlace | undefined {
    const { next } = place;
    if (next === undefined) return (place.next = this.#add(place, key));
    if (next.key === key) return next;
    const known = place.others?.get(key);
    if (known !== undefined) return known;
    const added = this.#add(place, key);
    if (added !== undefined) (place.others ??= new Map()).set(key, added);
    return added;
  }

  /** The number of the shape that ends here; -1 where there is no room for another one. */
  shapeAt(place: ShapePlace): number {
    if (place.shape === -1 && this.#shapes < MAX_SHAPES) {
      place.shape = this.#shapes++;
      this.#undescribed.push(place);
    }
    return place.shape;
  }

  /** What describes them to the reader; undefined where that knows them all. */
  get undescribed(): { from: number; shapes: string[][] } | undefined {
    if (this.#undescribed.length === 0) return undefined;
    const shapes = this.#undescribed.map((place) => keysTo(place));
    return { from: this.#shapes - shapes.length, shapes };
  }

  /** The reader has been sent `undescribed`. */
  described(): void {
    if (this.#undescribed.length > 0) this.#undescribed = [];
  }

  #add(before: ShapePlace, key: string): ShapePlace | undefined {
    // With this key an object literal has another prototype instead of a member.
    if (
      this.#places === MAX_PLACES ||
      before.length === MAX_MEMBERS ||
      key.length > MAX_KEY ||
      key === '__proto__'
    )
      return undefined;
    this.#places++;
    return new ShapePlace(key, before);
  }
}

/** The members of the shape that ends at a place. */
function keysTo(place: ShapePlace): string[] {
  const keys: string[] = [];
  for (let at = place; at.before !== undefined; at = at.before) keys.push(at.key);
  return keys.reverse();
}
