import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareText } from '../../../../src/values.js';
import { KeyScan } from '../../../../workers/modules/cache/key-scan.js';
import type { ListQuery, Page } from '../../../../workers/modules/cache/list.js';
import { SortedKeys } from '../../../../workers/modules/cache/sorted-keys.js';

const ENDS_IN_7: ListQuery = { prefix: '', suffix: '7', isDescending: false, offset: 0, limit: null };

function sorted(keys: Iterable<string>): SortedKeys {
  const all = new SortedKeys();
  for (const key of keys) all.add(key);
  return all;
}

/** The page, after as many goes as it takes. */
function found(scan: KeyScan, limit: number): Page {
  while (!scan.next(limit));
  return scan.page();
}

describe('KeyScan', () => {
  test.each([1, 7, 1_000])('finds in goes of %d what one pass finds', (limit) => {
    const keys = Array.from({ length: 100 }, (_, i) => `k${i}`);
    const query = { ...ENDS_IN_7, isDescending: true, offset: 1, limit: 2 };
    expect(found(new KeyScan(sorted(keys), query), limit)).toEqual({ keys: ['k87', 'k77'], total: 10 });
  });

  test('finds nothing among no keys', () => {
    expect(found(new KeyScan(sorted([]), ENDS_IN_7), 5)).toEqual({ keys: [], total: 0 });
  });

  test('begins anew with the keys there are after everything was cleared', () => {
    const scan = new KeyScan(sorted(['a7', 'b7', 'c7']), ENDS_IN_7);
    scan.next(2);
    scan.restart(sorted(['a7', 'd7']));
    expect(found(scan, 1)).toEqual({ keys: ['a7', 'd7'], total: 2 });
  });

  test('the page is that of its moment, whatever comes and goes between the goes', () => {
    const key = fc.oneof(
      fc.nat(60).map((i) => `k${i}`),
      fc.constantFrom('a7', 'k🙂7', 'k\uffff7', 'z7', '7'),
    );
    const change = fc.oneof(
      fc.record({ kind: fc.constantFrom('add' as const, 'delete' as const), key }),
      fc.record({ kind: fc.constant('next' as const), limit: fc.integer({ min: 1, max: 8 }) }),
    );
    fc.assert(
      fc.property(
        fc.array(key),
        fc.array(change, { maxLength: 60 }),
        fc.constantFrom('', 'k', 'k2'),
        (first, changes, prefix) => {
          const present = new Set(first);
          const keys = sorted(present);
          const scan = new KeyScan(keys, { ...ENDS_IN_7, prefix });
          for (const one of changes) {
            if (one.kind === 'next') scan.next(one.limit);
            else if (one.kind === 'add' && !present.has(one.key)) {
              present.add(one.key);
              keys.add(one.key);
              scan.added(one.key);
            } else if (one.kind === 'delete' && present.delete(one.key)) {
              keys.delete(one.key);
              scan.dropped(one.key);
            }
          }
          const expected = [...present]
            .filter((each) => each.startsWith(prefix) && each.endsWith('7'))
            .sort(compareText);
          expect(found(scan, 3)).toEqual({ keys: expected, total: expected.length });
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
