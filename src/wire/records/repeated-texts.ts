import type { ShapePlace } from './shape-tree.js';

/** The last text at each member in the region that is written. Forgotten with the region: a short text may keep a long one alive that it is a part of. */
export class RepeatedTexts {
  #places: ShapePlace[] = [];

  /** True for the text that stood there last; another one takes its place. */
  has(place: ShapePlace, text: string): boolean {
    if (place.text === text) return true;
    if (place.text === undefined) this.#places.push(place);
    place.text = text;
    return false;
  }

  forget(): void {
    if (this.#places.length === 0) return;
    for (const place of this.#places) place.text = undefined;
    this.#places = [];
  }
}
