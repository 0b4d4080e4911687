/** What the cache has been asked for since it started; `clear` resets none of it. */
export class Stats {
  gets = 0;
  hits = 0;
  sets = 0;
  removes = 0;

  /** Counts a look-up (`get` or `exists`). */
  lookedUp(isHit: boolean): void {
    this.gets++;
    if (isHit) this.hits++;
  }

  /** Hits per look-up in percent, unrounded; 0 before the first look-up. */
  get hitRate(): number {
    return this.gets === 0 ? 0 : (this.hits / this.gets) * 100;
  }
}
