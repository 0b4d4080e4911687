/** The packages that a module has, with the time each was sent: tells solicited replies from others, and what is overdue. */
export class OpenPackages {
  readonly #sentAt = new Map<number, number>();

  /** Notes a package that is sent. */
  open(id: number, now: number): void {
    this.#sentAt.set(id, now);
  }

  /** True when the package was open; it is not any more. */
  close(id: number): boolean {
    return this.#sentAt.delete(id);
  }

  /** True when the package is open: what came shows that the module is at work on it, so its time starts anew. */
  touch(id: number, now: number): boolean {
    if (!this.#sentAt.delete(id)) return false;
    this.#sentAt.set(id, now);
    return true;
  }

  /** Milliseconds that the oldest package has been with the module; 0 when it has none. */
  oldestMs(now: number): number {
    // A map keeps the order of insertion, so the first one is the oldest.
    for (const sentAt of this.#sentAt.values()) return now - sentAt;
    return 0;
  }
}
