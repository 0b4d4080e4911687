/** Objects that are looked through one by one; for more of them a set takes over. */
const FEW = 8;

/** The objects that stand in a value which is being written. One that stands in it twice stays one object in a clone, and would be two here. */
export class ObjectsOfValue {
  readonly #few: (object | undefined)[] = [];
  #count = 0;
  #many: Set<object> | undefined;

  /** False for an object that was added before. */
  add(object: object): boolean {
    if (this.#many !== undefined) {
      const { size } = this.#many;
      return this.#many.add(object).size > size;
    }
    const few = this.#few;
    for (let i = 0; i < this.#count; i++) if (few[i] === object) return false;
    few[this.#count++] = object;
    if (this.#count > FEW) this.#many = new Set(few as object[]);
    return true;
  }

  /** Begins with the next value. */
  clear(): void {
    if (this.#count === 0) return;
    for (let i = 0; i < this.#count; i++) this.#few[i] = undefined;
    this.#count = 0;
    this.#many = undefined;
  }
}
