import { describe, expect, test } from '@jest/globals';
import { IdTable } from '../../src/wire/id-table.js';

describe('a table of values by id', () => {
  test('agrees with a map, for ids that leave in turn, late, and never', () => {
    for (const [width, keepsEach] of [
      [3, 1_000],
      [100, 50],
      [400, 7],
    ] as const) {
      const table = new IdTable<string>();
      const model = new Map<number, string>();
      for (let id = 1; id <= 30_000; id++) {
        table.add(id, `value ${id}`);
        model.set(id, `value ${id}`);
        const leaving = id - width;
        expect(table.get(leaving)).toBe(model.get(leaving));
        if (leaving % keepsEach === 0) continue;
        expect(table.take(leaving)).toBe(model.get(leaving));
        model.delete(leaving);
      }
      expect(table.size).toBe(model.size);
      expect(table.entries()).toEqual([...model]);
      for (const [id, value] of model) expect([table.has(id), table.take(id)]).toEqual([true, value]);
      expect([table.size, table.entries()]).toEqual([0, []]);
    }
  });

  test('finds nothing under what is no id of it', () => {
    const table = new IdTable<number>();
    for (const id of [1, 2, 3, 17, 33]) table.add(id, id);
    for (const id of [0, -1, -16, 1.5, NaN, Infinity, 4, 49, 2 ** 53, undefined as unknown as number])
      expect([table.has(id), table.get(id), table.take(id)]).toEqual([false, undefined, undefined]);
    expect(table.size).toBe(5);
  });

  test('keeps undefined as a value', () => {
    const table = new IdTable<undefined>();
    table.add(5, undefined);
    expect([table.has(5), table.size]).toEqual([true, 1]);
    table.take(5);
    expect([table.has(5), table.size]).toEqual([false, 0]);
  });

  test('takes ids that are larger than the engine’s small integers', () => {
    const table = new IdTable<string>();
    const ids = [2 ** 31 - 1, 2 ** 31, 2 ** 40, 2 ** 40 + 16];
    for (const id of ids) table.add(id, `value ${id}`);
    expect(table.entries()).toEqual(ids.map((id) => [id, `value ${id}`]));
    for (const id of ids) expect(table.take(id)).toBe(`value ${id}`);
  });
});
