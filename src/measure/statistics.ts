/** The middle value; 0 of nothing. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which a share `q` of the values lies, interpolated between neighbours (R's type 7). */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const below = sorted[Math.floor(at)] ?? 0;
  const above = sorted[Math.ceil(at)] ?? below;
  return below + (above - below) * (at - Math.floor(at));
}

/** Interquartile range as a share of the median: half of the values lie within it. 0 where the median is 0. */
export function spread(values: readonly number[]): number {
  const middle = median(values);
  return middle === 0 ? 0 : (quantile(values, 0.75) - quantile(values, 0.25)) / middle;
}

/** Up to this many pairs the distribution of U is counted out; beyond, the normal approximation is within a percent. */
const MAX_EXACT_PAIRS = 400;

/**
 * Two-sided p of the Mann-Whitney U test: how likely two samples lie at least this far apart when both come from one
 * distribution. Assumes no shape; exact for small samples without ties (Mann and Whitney 1947), else the normal
 * approximation with correction for ties and continuity. 1 when either sample is empty.
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): number {
  if (a.length === 0 || b.length === 0) return 1;
  let u = 0;
  for (const x of a) for (const y of b) u += x > y ? 1 : x === y ? 0.5 : 0;
  const all = [...a, ...b];
  const hasTies = new Set(all).size < all.length;
  if (!hasTies && a.length * b.length <= MAX_EXACT_PAIRS) return exact(u, a.length, b.length);
  return approximate(u, a.length, b.length, all);
}

function exact(u: number, n: number, m: number): number {
  // ways[k]: arrangements in which U is k, built by the generating function prod (1 - x^(m+i)) / (1 - x^i), i = 1..n.
  const ways = new Array<number>(n * m + 1).fill(0);
  ways[0] = 1;
  for (let i = 1; i <= n; i++) {
    for (let k = ways.length - 1; k >= m + i; k--) ways[k] = (ways[k] ?? 0) - (ways[k - m - i] ?? 0);
    for (let k = i; k < ways.length; k++) ways[k] = (ways[k] ?? 0) + (ways[k - i] ?? 0);
  }
  const total = ways.reduce((sum, count) => sum + count, 0);
  const nearer = Math.min(u, n * m - u);
  const tail = ways.slice(0, nearer + 1).reduce((sum, count) => sum + count, 0);
  return Math.min(1, (2 * tail) / total);
}

function approximate(u: number, n: number, m: number, all: readonly number[]): number {
  const size = n + m;
  const counts = new Map<number, number>();
  for (const value of all) counts.set(value, (counts.get(value) ?? 0) + 1);
  let ties = 0;
  for (const count of counts.values()) ties += count ** 3 - count;
  const variance = ((n * m) / 12) * (size + 1 - ties / (size * (size - 1)));
  if (variance <= 0) return 1;
  const z = Math.max(0, Math.abs(u - (n * m) / 2) - 0.5) / Math.sqrt(variance);
  return Math.min(1, 2 * upperTail(z));
}

/** P(Z > z) of the standard normal for z >= 0 (Abramowitz and Stegun 26.2.17, error below 7.5e-8). */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const poly =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * poly;
}
