import { describe, expect, test } from '@jest/globals';
import { Entries } from '../../../../workers/modules/cache/entries.js';

describe('Entries', () => {
  test('slots count from 1, and nothing is in slot 0', () => {
    const entries = new Entries();
    expect([entries.size, entries.end, entries.keyAt(0), entries.valueAt(0)]).toEqual([
      0,
      1,
      undefined,
      undefined,
    ]);
    expect(entries.add('a', 1)).toBe(1);
    expect([entries.size, entries.end, entries.keyAt(1), entries.valueAt(1)]).toEqual([1, 2, 'a', 1]);
  });

  test('a slot that was freed holds nothing and is the next one to be used', () => {
    const entries = new Entries();
    for (const key of ['a', 'b', 'c']) entries.add(key, key);
    entries.remove(2);
    expect([entries.size, entries.end, entries.keyAt(2), entries.valueAt(2)]).toEqual([
      2,
      4,
      undefined,
      undefined,
    ]);
    expect(entries.add('d', 'D')).toBe(2);
    expect([entries.keyAt(1), entries.valueAt(2), entries.keyAt(3), entries.end]).toEqual(['a', 'D', 'c', 4]);
  });

  test('replace() puts another value beside the same key', () => {
    const entries = new Entries();
    entries.add('a', 1);
    entries.replace(1, { two: 2 });
    expect([entries.keyAt(1), entries.valueAt(1)]).toEqual(['a', { two: 2 }]);
  });

  test('keeps 10 000 of them apart', () => {
    const entries = new Entries();
    for (let i = 1; i <= 10_000; i++) expect(entries.add(`k${i}`, i)).toBe(i);
    const slots = Array.from({ length: 10_000 }, (_, i) => i + 1);
    expect(
      slots.filter((slot) => entries.keyAt(slot) !== `k${slot}` || entries.valueAt(slot) !== slot),
    ).toEqual([]);
  });
});
