/** A member of a list. */
export interface Link<T> {
  readonly value: T;
}

interface Node<T> extends Link<T> {
  before: Node<T> | undefined;
  after: Node<T> | undefined;
}

/**
 * Members in the order in which they came, any of which leaves in constant time. For members that come and go by the thousand: V8 replaces the table of
 * a Set whose members do, and the old table points to the new one; once one of them has been promoted, it keeps all later ones alive until the next
 * major collection (docs/decisions/rings-and-lists.md).
 */
export class LinkedList<T> implements Iterable<T> {
  #first: Node<T> | undefined;
  #last: Node<T> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The one that has been here for the longest. */
  get first(): Link<T> | undefined {
    return this.#first;
  }

  add(value: T): Link<T> {
    const node: Node<T> = { value, before: this.#last, after: undefined };
    if (this.#last === undefined) this.#first = node;
    else this.#last.after = node;
    this.#last = node;
    this.#size++;
    return node;
  }

  /** Takes a member out; false when it has left before. */
  remove(link: Link<T>): boolean {
    const node = link as Node<T>;
    const { before, after } = node;
    if (before === undefined && this.#first !== node) return false;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    node.before = undefined;
    node.after = undefined;
    this.#size--;
    return true;
  }

  /** Members may leave, and others come, meanwhile: those who are here now are seen. */
  *[Symbol.iterator](): IterableIterator<T> {
    const values: T[] = [];
    for (let node = this.#first; node !== undefined; node = node.after) values.push(node.value);
    yield* values;
  }
}
