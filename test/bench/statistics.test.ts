import { describe, expect, test } from '@jest/globals';
import { mannWhitney, median, quantile, spread } from '../../src/measure/statistics.js';

describe('median() and quantile()', () => {
  test('interpolate between neighbours and do not reorder their input', () => {
    const values = [4, 1, 3, 2];
    expect(median(values)).toBe(2.5);
    expect(quantile(values, 0.25)).toBe(1.75);
    expect(values).toEqual([4, 1, 3, 2]);
  });

  test('of one value are that value, of none 0', () => {
    expect(median([7])).toBe(7);
    expect(median([])).toBe(0);
  });

  test('spread() is the interquartile range over the median', () => {
    expect(spread([1, 2, 3, 4, 5])).toBeCloseTo(2 / 3);
    expect(spread([0, 0, 0])).toBe(0);
  });
});

describe('mannWhitney()', () => {
  test('counts every arrangement of small samples: complete separation of 3 and 3 is 2 of 20', () => {
    expect(mannWhitney([1, 2, 3], [4, 5, 6])).toBeCloseTo(0.1, 10);
    expect(mannWhitney([4, 5, 6], [1, 2, 3])).toBeCloseTo(0.1, 10);
  });

  test('agrees with the published table: n = m = 5 with U = 2 is 8 of 252', () => {
    // Ways to reach U <= 2: 1 + 1 + 2 = 4 in each tail.
    expect(mannWhitney([1, 2, 3, 4, 7], [5, 6, 8, 9, 10])).toBeCloseTo(8 / 252, 10);
  });

  test('is 1 for interleaved samples, for equal ones and for an empty one', () => {
    expect(mannWhitney([1, 4, 5], [2, 3, 6])).toBe(1);
    expect(mannWhitney([3, 3, 3], [3, 3, 3])).toBe(1);
    expect(mannWhitney([], [1, 2])).toBe(1);
  });

  test('falls back to the normal approximation where there are ties', () => {
    const before = [10, 10, 11, 12, 13, 13, 14, 15];
    const after = [20, 21, 21, 22, 23, 24, 24, 25];
    const p = mannWhitney(before, after);
    expect(p).toBeLessThan(0.002);
    expect(p).toBeGreaterThan(0.0001);
  });

  test('approximates large samples: a shift by a half of the range is certain, none is not', () => {
    const one = Array.from({ length: 40 }, (_, i) => i);
    expect(
      mannWhitney(
        one,
        one.map((x) => x + 20.5),
      ),
    ).toBeLessThan(1e-4);
    expect(
      mannWhitney(
        one,
        one.map((x) => x + 0.5),
      ),
    ).toBeGreaterThan(0.8);
  });
});
