/** Sub-buckets per power of two: values are told apart to about 3 %. */
const SUB_BITS = 5;
const SUB = 1 << SUB_BITS;
/** Powers of two above the first bucket; together with it, values up to 2^31 microseconds (36 minutes). */
const POWERS = 31 - SUB_BITS;

/**
 * Durations in microseconds, in buckets of equal relative width. Recording is a few integer operations on the path of each package,
 * which is why this is not a library.
 */
export class Histogram {
  readonly #counts = new Float64Array((POWERS + 1) * SUB);
  #count = 0;
  #max = 0;
  #sum = 0;

  get count(): number {
    return this.#count;
  }
  get maxUs(): number {
    return this.#max;
  }
  get sumUs(): number {
    return this.#sum;
  }

  record(us: number): void {
    const value = us < 0 ? 0 : us > 0x7fffffff ? 0x7fffffff : Math.floor(us);
    const power = value < SUB ? 0 : 32 - Math.clz32(value) - SUB_BITS;
    const index = power === 0 ? value : power * SUB + ((value >>> (power - 1)) - SUB);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#count++;
    this.#sum += value;
    if (value > this.#max) this.#max = value;
  }

  /** The value below which the share `q` (0 to 1) of all recordings lies, in microseconds; 0 when there are none. */
  quantile(q: number): number {
    let left = Math.ceil(this.#count * q);
    if (this.#count === 0) return 0;
    for (const [index, count] of this.#counts.entries()) {
      left -= count;
      if (left <= 0) return Math.min(highestIn(index), this.#max);
    }
    return this.#max;
  }

  /** The usual figures, in microseconds. */
  summary(): { count: number; sumUs: number; p50Us: number; p99Us: number; p999Us: number; maxUs: number } {
    return {
      count: this.#count,
      sumUs: this.#sum,
      p50Us: this.quantile(0.5),
      p99Us: this.quantile(0.99),
      p999Us: this.quantile(0.999),
      maxUs: this.#max,
    };
  }
}

function highestIn(index: number): number {
  const power = Math.floor(index / SUB);
  if (power === 0) return index;
  const step = 2 ** (power - 1);
  return ((index % SUB) + SUB) * step + step - 1;
}
