/** Turns a count of busy milliseconds into a share of the time between two readings. Each reader has a meter of its own. */
export class BusyMeter {
  #at = performance.now();
  #busyMs = 0;

  /** Share of the time since the last reading, 0 to 1. */
  read(busyMs: number | undefined): number {
    const now = performance.now();
    const elapsed = now - this.#at;
    const busy = (busyMs ?? 0) - this.#busyMs;
    this.#at = now;
    this.#busyMs = busyMs ?? 0;
    return elapsed <= 0 ? 0 : Math.min(1, Math.max(0, busy / elapsed));
  }
}
