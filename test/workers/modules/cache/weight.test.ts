import { describe, expect, test } from '@jest/globals';
import { weightOf } from '../../../../workers/modules/cache/weight.js';

const FLAT = 220;

describe('weightOf', () => {
  test.each([[1], [null], [true], ['short'], [{ big: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] }], [{ name: 'Ann' }]])(
    'a small entry weighs the same whatever it holds: %p',
    (value) => {
      expect(weightOf('key', value)).toBe(FLAT);
    },
  );

  test('a text counts by its length, twice that when it is not Latin-1', () => {
    const latin = weightOf('key', 'é'.repeat(10_000));
    const wide = weightOf('key', '～'.repeat(10_000));
    expect(Math.round(latin / 1_000)).toBe(10);
    expect(Math.round(wide / 1_000)).toBe(20);
  });

  test('one wide character at the end of a long text widens all of it', () => {
    expect(weightOf('key', `${'a'.repeat(10_000)}～`)).toBeGreaterThan(20_000);
  });

  test('a long key counts as well', () => {
    expect(weightOf('k'.repeat(5_000), null)).toBeGreaterThan(5_000);
  });

  test('a list of equal rows counts all of them though it looks at a few', () => {
    const row = { id: 1, name: 'a name of some length', price: 1.5 };
    const one = weightOf(
      'key',
      Array.from({ length: 1_000 }, () => row),
    );
    const ten = weightOf(
      'key',
      Array.from({ length: 10_000 }, () => row),
    );
    expect(ten / one).toBeGreaterThan(9.9);
    expect(ten / one).toBeLessThan(10.1);
  });

  test('more members weigh more', () => {
    const members = (count: number): unknown =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`member${i}`, 'a value of some length']));
    const weights = [10, 100, 128, 129, 1_000].map((count) => weightOf('key', members(count)));
    expect(weights).toEqual([...weights].sort((a, b) => a - b));
  });

  test('bytes count as what they are', () => {
    expect(weightOf('key', new Uint8Array(5_000))).toBeGreaterThan(5_000);
  });

  test('a value that holds itself and a very deep one end', () => {
    const ring: unknown[] = [];
    ring.push(ring, ring, ring);
    let deep: unknown = 'leaf';
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(weightOf('key', ring)).toBeGreaterThan(0);
    expect(weightOf('key', deep)).toBeGreaterThan(0);
  });
});
