import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

const HIGHEST_NS = 60_000_000_000;

/**
 * Latencies in an HDR histogram of three significant figures, 1 ns to 60 s. Node carries the reference implementation
 * (`perf_hooks.createHistogram`), so no package is needed.
 */
export class Histogram {
  readonly #ns: RecordableHistogram = createHistogram({ lowest: 1, highest: HIGHEST_NS, figures: 3 });

  /** Notes one operation that took `ms`. */
  record(ms: number): void {
    this.#ns.record(Math.min(HIGHEST_NS, Math.max(1, Math.round(ms * 1e6))));
  }

  /** Takes over everything that `other` has seen. */
  add(other: Histogram): void {
    if (other.#ns.count > 0) this.#ns.add(other.#ns);
  }

  /** How many operations were noted. */
  get count(): number {
    return this.#ns.count;
  }

  /** The time, in microseconds, that `percent` of the operations did not exceed; 0 when none was noted. */
  percentileUs(percent: number): number {
    return this.#ns.count === 0 ? 0 : this.#ns.percentile(percent) / 1000;
  }

  /** The longest time, in milliseconds. */
  get maxMs(): number {
    return this.#ns.count === 0 ? 0 : this.#ns.max / 1e6;
  }
}
