/** A logarithmic axis over `width` pixels: ratios look alike everywhere, so that 80 k and 1.5 M can share a plot honestly. */
export interface LogScale {
  /** Pixels from the left for a value; values outside are held at the edge. */
  at(value: number): number;
  readonly ticks: readonly { readonly value: number; readonly label: string; readonly isMajor: boolean }[];
}

/** Steps inside a decade that get a grid line; those below 3 decades of range get a label too. */
const STEPS: readonly number[] = [1, 2, 5];

/** Builds the axis that holds all positive `values`, with a little air at both ends. */
export function logScale(values: readonly number[], width: number): LogScale {
  const positive = values.filter((value) => value > 0 && Number.isFinite(value));
  const low = Math.log10(Math.min(...positive, positive.length === 0 ? 1 : Infinity)) - 0.08;
  const high = Math.max(Math.log10(Math.max(...positive, positive.length === 0 ? 10 : 0)) + 0.08, low + 0.5);
  const at = (value: number): number => {
    const share = (Math.log10(Math.max(value, Number.MIN_VALUE)) - low) / (high - low);
    return Math.round(Math.min(1, Math.max(0, share)) * width * 10) / 10;
  };
  const ticks = [];
  for (let decade = Math.floor(low); decade <= Math.ceil(high); decade++) {
    for (const step of STEPS) {
      const value = step * 10 ** decade;
      const exponent = Math.log10(value);
      if (exponent >= low && exponent <= high) {
        ticks.push({ value, label: compact(value), isMajor: step === 1 || high - low < 1.6 });
      }
    }
  }
  return { at, ticks };
}

const SUFFIXES: readonly (readonly [number, string])[] = [
  [1e9, ' G'],
  [1e6, ' M'],
  [1e3, ' k'],
];

/** A number in three digits and a suffix: 1.46 M, 380 k, 52. */
export function compact(value: number): string {
  for (const [size, suffix] of SUFFIXES) {
    if (Math.abs(value) >= size * 0.9995) return `${Number((value / size).toPrecision(3))}${suffix}`;
  }
  return String(Number(value.toPrecision(3)));
}

/** A time given in microseconds, in the unit that reads best: 850 ns, 52 us, 3.1 ms, 1.2 s. */
export function duration(micros: number): string {
  if (micros < 1) return `${Number((micros * 1000).toPrecision(3))} ns`;
  if (micros < 1000) return `${Number(micros.toPrecision(3))} µs`;
  if (micros < 1e6) return `${Number((micros / 1000).toPrecision(3))} ms`;
  return `${Number((micros / 1e6).toPrecision(3))} s`;
}
