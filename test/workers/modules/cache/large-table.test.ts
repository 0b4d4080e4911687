import { describe, expect, test } from '@jest/globals';
import { Entries } from '../../../../workers/modules/cache/entries.js';
import { LargeTable } from '../../../../workers/modules/cache/large-table.js';

/** A large table with the entries it looks into, as a store keeps them. */
function tableOf(count: number): { entries: Entries; table: LargeTable; keys: string[] } {
  const entries = new Entries();
  const table = new LargeTable(entries);
  const keys = Array.from({ length: count }, (_, i) => `key ${i}`);
  for (const key of keys) table.add(key, entries.add(key, key));
  return { entries, table, keys };
}

/** The keys whose slot is not found, or holds another key. */
function lost(keys: readonly string[], table: LargeTable, entries: Entries): string[] {
  return keys.filter((key) => entries.keyAt(table.find(key)) !== key);
}

describe('LargeTable', () => {
  test('finds nothing while it is empty', () => {
    expect(tableOf(0).table.find('key 0')).toBe(0);
  });

  test.each([1, 12, 13, 3_072, 3_073, 50_000])('finds each of %d keys, and no other', (count) => {
    const { table, entries, keys } = tableOf(count);
    expect(lost(keys, table, entries)).toEqual([]);
    expect(table.find(`key ${count}`)).toBe(0);
    expect(table.find('')).toBe(0);
  });

  test('forgets the keys that are deleted and keeps the others', () => {
    const { table, entries, keys } = tableOf(20_000);
    const gone = keys.filter((_, i) => i % 3 !== 0);
    for (const key of gone) {
      const slot = table.find(key);
      table.delete(key, slot);
      entries.remove(slot);
    }
    expect(gone.filter((key) => table.find(key) !== 0)).toEqual([]);
    expect(
      lost(
        keys.filter((_, i) => i % 3 === 0),
        table,
        entries,
      ),
    ).toEqual([]);
  });

  test('stays right while keys come and go for as long as one likes', () => {
    const { table, entries, keys } = tableOf(5_000);
    for (let i = 0; i < 50_000; i++) {
      const old = keys[i % 5_000] ?? '';
      const slot = table.find(old);
      table.delete(old, slot);
      entries.remove(slot);
      const key = `later ${i}`;
      keys[i % 5_000] = key;
      expect(table.find(key)).toBe(0);
      table.add(key, entries.add(key, i));
    }
    expect(lost(keys, table, entries)).toEqual([]);
    expect(entries.size).toBe(5_000);
    expect(entries.end).toBe(5_001);
  });

  test('tells keys apart that look alike', () => {
    const entries = new Entries();
    const table = new LargeTable(entries);
    const keys = ['', '\0', '\0\0', 'a', 'ab', 'ba', 'é', 'e\u0301', '\ud83d\ude00', '\ud83d', '__proto__'];
    for (const key of keys) table.add(key, entries.add(key, key));
    expect(lost(keys, table, entries)).toEqual([]);
    expect(new Set(keys.map((key) => table.find(key))).size).toBe(keys.length);
  });
});
