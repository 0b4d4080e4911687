const TICK_MS = 1_000;

/** Something that wants to be looked at once a second; answers whether it needs the next look. */
export interface Ticking {
  tick(now: number): boolean;
}

/** One timer for all modules of a host, which runs only while one of them has something to watch: an idle host costs no CPU. */
export class Ticker {
  readonly #watched = new Set<Ticking>();
  #timer: NodeJS.Timeout | undefined;

  watch(ticking: Ticking): void {
    this.#watched.add(ticking);
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS).unref();
  }

  forget(ticking: Ticking): void {
    this.#watched.delete(ticking);
    if (this.#watched.size === 0) this.#rest();
  }

  #tick(): void {
    const now = performance.now();
    for (const ticking of this.#watched) if (!ticking.tick(now)) this.#watched.delete(ticking);
    if (this.#watched.size === 0) this.#rest();
  }

  #rest(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
