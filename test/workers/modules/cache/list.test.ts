import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareText } from '../../../../src/values.js';
import { type ListQuery, type Page, pageOf } from '../../../../workers/modules/cache/list.js';
import { SortedKeys } from '../../../../workers/modules/cache/sorted-keys.js';

const everything: ListQuery = { prefix: '', suffix: '', isDescending: false, offset: 0, limit: null };

function page(keys: readonly string[], query: ListQuery): Page {
  const sorted = new SortedKeys();
  for (const key of keys) sorted.add(key);
  return pageOf(sorted, query);
}

/** What a page is, in one line. */
function modelOf(keys: readonly string[], query: ListQuery): Page {
  const matching = keys
    .filter((key) => key.startsWith(query.prefix) && key.endsWith(query.suffix))
    .sort((a, b) => (query.isDescending ? compareText(b, a) : compareText(a, b)));
  const end = query.limit === null ? matching.length : query.offset + query.limit;
  return { keys: matching.slice(query.offset, end), total: matching.length };
}

describe('a page', () => {
  test.each([
    ['everything', everything, 'a aa ab b ba 🙂', 6],
    ['descending', { ...everything, isDescending: true }, '🙂 ba b ab aa a', 6],
    ['a prefix', { ...everything, prefix: 'a' }, 'a aa ab', 3],
    [
      'a prefix, descending, second page',
      { ...everything, prefix: 'a', isDescending: true, offset: 2, limit: 2 },
      'a',
      3,
    ],
    ['a suffix', { ...everything, suffix: 'a' }, 'a aa ba', 3],
    ['both, overlapping', { ...everything, prefix: 'a', suffix: 'a' }, 'a aa', 2],
    ['a limit of 0', { ...everything, limit: 0 }, '', 6],
    ['an offset beyond the end', { ...everything, offset: 6, limit: 2 }, '', 6],
    ['a prefix that nothing has', { ...everything, prefix: 'zz' }, '', 0],
  ])('of %s', (_name, query, keys, total) => {
    const expected: Page = { keys: keys === '' ? [] : keys.split(' '), total };
    expect(page(['b', '🙂', 'ab', 'a', 'ba', 'aa'], query)).toEqual(expected);
  });

  test('is what sorting and filtering all keys would give, whatever is asked for', () => {
    const text = fc.string({ maxLength: 3, unit: fc.constantFrom('a', 'b', '～', '🙂') });
    const query = fc.record({
      prefix: text,
      suffix: fc.oneof(fc.constant(''), text),
      isDescending: fc.boolean(),
      offset: fc.nat(30),
      limit: fc.option(fc.nat(10)),
    });
    fc.assert(
      fc.property(fc.uniqueArray(text, { maxLength: 80 }), query, (keys, asked) => {
        expect(page(keys, asked)).toEqual(modelOf(keys, asked));
      }),
      { numRuns: 500 },
    );
  });
});
