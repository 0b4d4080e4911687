const TICK_MS = 1_000;

/** Something that wants to be looked at once a second; answers whether it needs the next look. */
export interface Pulsed {
  tick(now: number): boolean;
}

/** One timer for all modules of a host, which runs only while one of them has something to watch: an idle host costs no CPU. */
export class Pulse {
  readonly #watched = new Set<Pulsed>();
  #timer: NodeJS.Timeout | undefined;

  watch(pulsed: Pulsed): void {
    this.#watched.add(pulsed);
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS).unref();
  }

  forget(pulsed: Pulsed): void {
    this.#watched.delete(pulsed);
    if (this.#watched.size === 0) this.#rest();
  }

  #tick(): void {
    const now = performance.now();
    for (const pulsed of this.#watched) if (!pulsed.tick(now)) this.#watched.delete(pulsed);
    if (this.#watched.size === 0) this.#rest();
  }

  #rest(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
