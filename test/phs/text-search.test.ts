import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findText, occurrences, occurrencesFromEnd, without } from '../../src/phs/values/text-search.js';

/** Texts over two letters repeat themselves, and 33 and more units take the way for long needles. */
const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 120 });
const needle = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 4 }),
  fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 33, maxLength: 40 }),
);

describe('searching a text', () => {
  test('finds what indexOf finds', () => {
    fc.assert(
      fc.property(text, needle, text, fc.nat(130), (before, wanted, after, from) => {
        const whole = before + wanted + after;
        expect(findText(whole, wanted, from)).toBe(whole.indexOf(wanted, from));
      }),
      { seed: 1 },
    );
  });

  test('cuts where split cuts', () => {
    fc.assert(
      fc.property(text, needle, text, (before, wanted, after) => {
        const whole = before + wanted + after + wanted;
        expect(without(whole, wanted, () => undefined)).toBe(whole.split(wanted).join(''));
      }),
      { seed: 1 },
    );
  });

  test('from the end takes the rightmost of overlapping occurrences', () => {
    expect([...occurrences('aaa', 'aa')]).toEqual([[0, 2]]);
    expect([...occurrencesFromEnd('aaa', 'aa')]).toEqual([[1, 3]]);
    const long = 'ab'.repeat(20);
    expect([...occurrencesFromEnd(`${long}ab`, long)]).toEqual([[2, 42]]);
  });

  test('nothing is found between code points, never inside of one', () => {
    expect([...occurrences('😀', '')]).toEqual([
      [0, 0],
      [2, 2],
    ]);
    expect([...occurrencesFromEnd('a', '')]).toEqual([
      [1, 1],
      [0, 0],
    ]);
    expect(without('abc', '', () => undefined)).toBe('abc');
  });
});
