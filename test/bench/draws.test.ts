import { expect, test } from '@jest/globals';
import { randomPositions, zipfPositions } from '../../bench/draws.js';

const BELOW = 1_000;
const COUNT = 100_000;

/** How often each position was drawn, most often first. */
function shares(drawn: Uint32Array): number[] {
  const counts = new Array<number>(BELOW).fill(0);
  for (const position of drawn) counts[position] = (counts[position] ?? 0) + 1;
  return counts.map((count) => count / COUNT).sort((a, b) => b - a);
}

test('uniform draws hit every position about as often', () => {
  const drawn = shares(randomPositions(BELOW, COUNT));
  expect(drawn).toHaveLength(BELOW);
  expect(drawn[0]).toBeLessThan(2 / BELOW);
  expect(drawn.at(-1)).toBeGreaterThan(0.4 / BELOW);
});

test('draws by Zipf hit the n-th most popular position in proportion to n to the -0.99', () => {
  const drawn = shares(zipfPositions(BELOW, COUNT));
  const zeta = Array.from({ length: BELOW }, (_, i) => (i + 1) ** -0.99).reduce((sum, x) => sum + x, 0);
  expect(drawn).toHaveLength(BELOW);
  expect(drawn[0]).toBeCloseTo(1 / zeta, 2);
  expect(drawn[1]).toBeCloseTo(2 ** -0.99 / zeta, 2);
  expect(drawn[9]).toBeCloseTo(10 ** -0.99 / zeta, 2);
});
