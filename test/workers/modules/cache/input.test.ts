import { describe, expect, test } from '@jest/globals';
import { actionOf, keyProblem, type CacheInput } from '../../../../workers/modules/cache/input.js';
import { fakeContext } from '../../fake-context.js';

function read(input: CacheInput): { action: unknown; warnings: string[] } {
  const { log, lines } = fakeContext({});
  const action = actionOf(input, log);
  return { action, warnings: lines.filter(({ level }) => level === 'warn').map(({ message }) => message) };
}

function query(fields: Omit<CacheInput, 'action'>): unknown {
  return (read({ action: 'list', ...fields }).action as { query: unknown }).query;
}

describe('the key', () => {
  test.each([
    ['user:1', 'user:1'],
    [123, '123'],
    [-1.5, '-1.5'],
    [true, 'true'],
    [[], '[]'],
    [{ b: 2, a: 1 }, '{\n  "a": 1,\n  "b": 2\n}'],
  ])('%p is taken as %p', (key, text) => {
    expect(read({ action: 'get', key })).toEqual({ action: { action: 'get', key: text }, warnings: [] });
  });
});

describe('a key that would share its entry with others', () => {
  test.each<[string, unknown]>([
    ['Date', new Date(0)],
    ['Map', new Map([[1, 2]])],
    ['Set', new Set([1])],
    ['Number', NaN],
    ['Number', Infinity],
    ['Uint8Array', new Uint8Array([1])],
    ['RegExp', /a/],
    ['Object', { at: new Date(0) }],
    ['Array', [undefined]],
    ['Symbol', Symbol('a')],
  ])('is refused: %s', (kind, key) => {
    expect(keyProblem({ action: 'get', key })).toContain(`has no text form (${kind})`);
  });

  test.each<[unknown]>([['a'], [''], [0], [-0], [10n], [true], [null], [undefined], [[1, [2]]], [{ a: {} }]])(
    'is not %p',
    (key) => {
      expect(keyProblem({ action: 'get', key })).toBeUndefined();
    },
  );
});

describe('the ttl of set', () => {
  test.each([
    [0, 0],
    [1, 1_000],
    [3_600, 3_600_000],
    [2n, 2_000],
  ])('%p seconds are %p milliseconds', (ttl, ttlMs) => {
    expect(read({ action: 'set', key: 'k', value: 1, ttl })).toEqual({
      action: { action: 'set', key: 'k', value: 1, ttlMs },
      warnings: [],
    });
  });

  test('is the default, without a warning, where it is absent', () => {
    expect(read({ action: 'set', key: 'k', value: 1 })).toEqual({
      action: { action: 'set', key: 'k', value: 1, ttlMs: undefined },
      warnings: [],
    });
  });

  test.each([[-1], [1.5], ['60'], [true], [null], [NaN], [Infinity], [{ s: 1 }], [[60]]])(
    '%p is ignored with a warning that names the key',
    (ttl) => {
      const { action, warnings } = read({ action: 'set', key: 'k', value: 1, ttl });
      expect(action).toEqual({ action: 'set', key: 'k', value: 1, ttlMs: undefined });
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toContain("Ignored the ttl of key 'k'");
    },
  );
});

describe('the query of list', () => {
  const everything = { prefix: '', suffix: '', isDescending: false, offset: 0, limit: null };

  test('is everything, ascending, where nothing is given', () => {
    expect(query({})).toEqual(everything);
  });

  test('is descending for exactly "desc"', () => {
    expect(query({ order: 'desc' })).toEqual({ ...everything, isDescending: true });
    expect(query({ order: 'DESC' })).toEqual(everything);
    expect(query({ order: 1 })).toEqual(everything);
  });

  test('takes whole numbers that are not negative as offset and limit, and ignores the rest', () => {
    expect(query({ offset: 3, limit: 0 })).toEqual({ ...everything, offset: 3, limit: 0 });
    expect(query({ offset: -3, limit: '5' })).toEqual(everything);
    expect(query({ offset: 1.5, limit: null })).toEqual(everything);
    expect(query({ offset: -0, limit: -0 })).toEqual({ ...everything, limit: 0 });
  });

  test.each([
    [{ filter_type: 'prefix', filter_prefix: 'a', filter_value: 'b' }, 'a', ''],
    [{ filter_type: 'prefix', filter_value: 'b' }, 'b', ''],
    [{ filter_type: 'prefix', filter_prefix: '', filter_suffix: 'z' }, '', ''],
    [{ filter_type: 'prefix', filter_prefix: 2024 }, '2024', ''],
    [{ filter_type: 'suffix', filter_suffix: 'a', filter_value: 'b' }, '', 'a'],
    [{ filter_type: 'suffix', filter_value: 'b', filter_prefix: 'z' }, '', 'b'],
    [{ filter_type: 'pattern', filter_prefix: 'a', filter_suffix: 'b', filter_value: 'c' }, 'a', 'b'],
    [{ filter_type: 'none', filter_prefix: 'a' }, '', ''],
  ])('%p filters by prefix %p and suffix %p', (fields, prefix, suffix) => {
    const { action, warnings } = read({ action: 'list', ...fields });
    expect(action).toEqual({ action: 'list', query: { ...everything, prefix, suffix } });
    expect(warnings).toEqual([]);
  });

  test.each([
    [{ filter_prefix: 'a' }, 'without a filter_type'],
    [{ filter_type: null, filter_value: 'a' }, 'without a filter_type'],
    [{ filter_type: 'prefix', filter_suffix: 'a' }, 'needs filter_prefix or filter_value'],
    [{ filter_type: 'prefix', filter_prefix: null }, 'needs filter_prefix or filter_value'],
    [{ filter_type: 'suffix' }, 'needs filter_suffix or filter_value'],
    [{ filter_type: 'pattern', filter_prefix: 'a', filter_value: 'b' }, 'needs both'],
    [{ filter_type: 'Prefix', filter_prefix: 'a' }, "unknown filter_type 'Prefix'"],
    [{ filter_type: 'constructor', filter_prefix: 'a' }, "unknown filter_type 'constructor'"],
  ])('%p lists everything, with a warning', (fields, warning) => {
    const { action, warnings } = read({ action: 'list', ...fields });
    expect(action).toEqual({ action: 'list', query: everything });
    expect(warnings.join()).toContain(warning);
  });
});
