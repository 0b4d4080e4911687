/**
 * How many modules the packages in flight in one module have passed through. A call that the module makes for none of them counts as made for
 * the one that has come furthest: a chain that comes back to its start must end.
 */
export class Hops {
  readonly #counts = new Map<number, number>();

  /** The longest way that a package in flight has come. */
  get most(): number {
    return Math.max(0, ...this.#counts.keys());
  }

  /** Counts this package's depth for as long as `work` runs. */
  async during<T>(hops: number, work: () => Promise<T>): Promise<T> {
    this.#counts.set(hops, (this.#counts.get(hops) ?? 0) + 1);
    try {
      return await work();
    } finally {
      const left = (this.#counts.get(hops) ?? 1) - 1;
      if (left === 0) this.#counts.delete(hops);
      else this.#counts.set(hops, left);
    }
  }
}
