import { describe, expect, test } from '@jest/globals';
import { Entries } from '../../../../workers/modules/cache/entries.js';
import { Segment } from '../../../../workers/modules/cache/segment.js';

/** Entries 'a', 'b', 'c', ... in slots 1, 2, 3, ... */
function letters(count: number): Entries {
  const entries = new Entries();
  for (let i = 0; i < count; i++) entries.add(letter(i + 1), i);
  return entries;
}

function letter(slot: number): string {
  return String.fromCharCode(96 + slot);
}

describe('Segment', () => {
  test('is full at three quarters of its places', () => {
    const segment = new Segment(0, 16);
    for (let slot = 1; slot <= 11; slot++) segment.add(slot, slot);
    expect(segment.isFull).toBe(false);
    segment.add(12, 12);
    expect(segment.isFull).toBe(true);
  });

  test('tells keys apart whose hashes are equal', () => {
    const entries = letters(5);
    const segment = new Segment(0, 16);
    for (let slot = 1; slot <= 5; slot++) segment.add(-7, slot);
    for (let slot = 1; slot <= 5; slot++) expect(segment.find(-7, letter(slot), entries)).toBe(slot);
    expect(segment.find(-7, 'f', entries)).toBe(0);
  });

  // Places 14, 15, 0, 1, 2: the members run over the end of the array.
  const hashes = [14, 14, 15, 15, 0];

  test.each([1, 2, 3, 4, 5])('finds the others after member %d of a run over the end has left', (gone) => {
    const entries = letters(5);
    const segment = new Segment(0, 16);
    hashes.forEach((hash, i) => segment.add(hash, i + 1));
    segment.delete(hashes[gone - 1] ?? 0, gone);
    expect(hashes.map((hash, i) => segment.find(hash, letter(i + 1), entries))).toEqual(
      [1, 2, 3, 4, 5].map((slot) => (slot === gone ? 0 : slot)),
    );
  });

  test('a member in its own place stays there when one before it leaves', () => {
    const entries = letters(3);
    const segment = new Segment(0, 16);
    segment.add(3, 1);
    segment.add(4, 2);
    segment.add(3, 3);
    segment.delete(3, 1);
    expect(segment.find(4, 'b', entries)).toBe(2);
    expect(segment.find(3, 'c', entries)).toBe(3);
  });

  test('moves every member to the segment chosen for its hash', () => {
    const entries = letters(4);
    const segment = new Segment(0, 16);
    for (const [slot, hash] of [
      [1, 5],
      [2, -5],
      [3, 6],
      [4, -6],
    ] as const)
      segment.add(hash, slot);
    const low = new Segment(1, 16);
    const high = new Segment(1, 16);
    segment.moveTo((hash) => (hash < 0 ? high : low));
    expect([low.find(5, 'a', entries), low.find(6, 'c', entries)]).toEqual([1, 3]);
    expect([high.find(-5, 'b', entries), high.find(-6, 'd', entries)]).toEqual([2, 4]);
    expect(low.find(-5, 'b', entries)).toBe(0);
  });
});
