import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareText } from '../../../../src/values.js';
import { SortedKeys } from '../../../../workers/modules/cache/sorted-keys.js';

function all(keys: SortedKeys): string[] {
  return keys.slice(0, keys.size);
}

function filled(count: number): SortedKeys {
  const keys = new SortedKeys();
  // 7 919 is a prime, so this visits every number below a count that it does not divide, in a scattered order.
  for (let i = 0; i < count; i++) keys.add(String((i * 7919) % count).padStart(6, '0'));
  return keys;
}

describe('SortedKeys', () => {
  test('orders by code point: astral characters come after all others', () => {
    const keys = new SortedKeys();
    for (const key of ['🙂', 'b', '～', '9', 'é', '10', 'B']) keys.add(key);
    expect(all(keys)).toEqual(['10', '9', 'B', 'b', 'é', '～', '🙂']);
  });

  test('slice() crosses from chunk to chunk', () => {
    const keys = filled(5_000);
    expect(keys.slice(1_020, 1_023)).toEqual(['001020', '001021', '001022']);
    expect(keys.slice(4_999, 9_999)).toEqual(['004999']);
    expect(keys.slice(300, 4_000)).toHaveLength(3_700);
  });

  test('rank() counts what stands before, in every chunk', () => {
    const keys = filled(5_000);
    for (const at of [0, 1, 511, 512, 513, 2_500, 4_999, 5_000]) {
      const key = String(at).padStart(6, '0');
      expect(keys.rank((other) => compareText(other, key) < 0)).toBe(at);
    }
  });

  test('ignores the removal of a key that it does not hold', () => {
    const keys = filled(3);
    keys.delete('000001x');
    keys.delete('zzz');
    expect(all(keys)).toEqual(['000000', '000001', '000002']);
    new SortedKeys().delete('a');
  });

  test('is empty again after every key has gone, in any order', () => {
    const keys = filled(5_000);
    for (let i = 0; i < 5_000; i++) keys.delete(String((i * 3) % 5_000).padStart(6, '0'));
    expect([keys.size, all(keys)]).toEqual([0, []]);
    keys.add('again');
    expect(all(keys)).toEqual(['again']);
  });

  test('equals a sorted set, whatever comes and goes', () => {
    const step = fc.tuple(
      fc.boolean(),
      fc.string({ maxLength: 3, unit: fc.constantFrom('a', 'b', '🙂', '～') }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const keys = new SortedKeys();
        const model = new Set<string>();
        for (const [isAdded, key] of steps) {
          if (!isAdded) {
            keys.delete(key);
            model.delete(key);
          } else if (!model.has(key)) {
            keys.add(key);
            model.add(key);
          }
        }
        const sorted = [...model].sort(compareText);
        expect(all(keys)).toEqual(sorted);
        expect(keys.slice(2, 5)).toEqual(sorted.slice(2, 5));
      }),
      { numRuns: 300 },
    );
  });
});
