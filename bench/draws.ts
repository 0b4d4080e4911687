const ZIPF_EXPONENT = 0.99;
/** Knuth's multiplier: brings neighbours in rank far apart. */
const SCATTER = 2_654_435_761;

/** `count` positions below `below`, each as likely as any other; the same in every run. */
export function randomPositions(below: number, count: number): Uint32Array {
  return positions(count, (u) => Math.floor(u * below));
}

/**
 * `count` positions below `below` by Zipf's law with exponent 0.99, as YCSB draws keys (Gray et al., Quickly Generating Billion-Record
 * Synthetic Databases, 1994), popular ones scattered; the same in every run.
 */
export function zipfPositions(below: number, count: number): Uint32Array {
  let zeta = 0;
  for (let rank = 1; rank <= below; rank++) zeta += rank ** -ZIPF_EXPONENT;
  const zeta2 = 1 + 2 ** -ZIPF_EXPONENT;
  const alpha = 1 / (1 - ZIPF_EXPONENT);
  const eta = (1 - (2 / below) ** (1 - ZIPF_EXPONENT)) / (1 - zeta2 / zeta);
  return positions(count, (u) => {
    let rank = 0;
    if (u * zeta >= zeta2) rank = Math.min(below - 1, Math.floor(below * (eta * u - eta + 1) ** alpha));
    else if (u * zeta >= 1) rank = 1;
    return (rank * SCATTER) % below;
  });
}

/** Drawn by a linear congruential generator (Numerical Recipes). */
function positions(count: number, of: (u: number) => number): Uint32Array {
  const drawn = new Uint32Array(count);
  let state = 12_345;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    drawn[i] = of(state / 2 ** 32);
  }
  return drawn;
}
