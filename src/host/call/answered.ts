/** How many answered packages are remembered for a report. */
const REMEMBERED = 16;

/** The packages that an instance has answered last. Two writes into arrays per package: it stands on the path of each. */
export class Answered {
  readonly #ids = new Float64Array(REMEMBERED);
  readonly #at = new Float64Array(REMEMBERED);
  #count = 0;

  /** All packages that were answered. */
  get count(): number {
    return this.#count;
  }

  record(id: number, now: number): void {
    const place = this.#count++ % REMEMBERED;
    this.#ids[place] = id;
    this.#at[place] = now;
  }

  /** The last ones, newest last. */
  last(now: number): { readonly id: number; readonly agoMs: number }[] {
    const known = Math.min(this.#count, REMEMBERED);
    return Array.from({ length: known }, (_, i) => {
      const place = (this.#count - known + i) % REMEMBERED;
      return { id: this.#ids[place] ?? 0, agoMs: Math.round(now - (this.#at[place] ?? now)) };
    });
  }
}
