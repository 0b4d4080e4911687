import { describe, expect, test } from '@jest/globals';
import { Range } from '../../../src/phs/values/range.js';
import { char, float, type PhsValue } from '../../../src/phs/values/value.js';
import { LoneRun, call, callOn, change, fn, isRefusedOnConstants, property } from './dispatch.js';

const above = (limit: number) => fn(1, ([x]) => Number(x) > limit);

describe('reading arrays', () => {
  test.each<[string, PhsValue[], PhsValue]>([
    ['len', [[1, 2]], 2],
    ['is_empty', [[]], true],
    ['get', [[5, 6], 0], 5],
    ['get', [[5, 6], -1], 6],
    ['get', [[5], 9], null],
    ['get', [[5], -9], null],
    ['contains', [[1, 'a'], 'a'], true],
    ['contains', [['a'], char('a')], true],
    ['contains', [[[1]], [float(1)]], true],
    ['contains', [[1], '1'], false],
    ['index_of', [[5, 6, 7], 6], 1],
    ['index_of', [['a', 'b'], 'b'], 1],
    ['index_of', [[5], 9], -1],
    ['index_of', [[5, 6, 5], 5, 1], 2],
    ['index_of', [[5, 6, 5], 5, -1], 2],
    ['index_of', [[5, 6, 5], 5, -99], 0],
    ['index_of', [[5], 5, 1], -1],
    ['index_of', [[5, 6], above(5)], 1],
    ['index_of', [[5, 6, 7], above(5), -1], 2],
    ['extract', [[1, 2, 3, 4], new Range(1, 3, false)], [2, 3]],
    ['extract', [[1, 2, 3, 4], new Range(1, 3, true)], [2, 3, 4]],
    ['extract', [[1, 2, 3, 4], new Range(2, undefined, false)], [3, 4]],
    ['extract', [[1, 2, 3, 4], 1, 2], [2, 3]],
    ['extract', [[1, 2, 3, 4], -2], [3, 4]],
    ['extract', [[1, 2, 3, 4], -99, 1], [1]],
    ['extract', [[1, 2], 5], []],
    ['extract', [[1, 2], 0, -1], []],
  ])('%s%p is %p', (name, args, expected) => {
    expect(call(name, ...args)).toEqual(expected);
  });

  test('len and is_empty are properties too', () => {
    expect([property('len', [1]), property('is_empty', [1])]).toEqual([1, false]);
  });
});

describe('changing arrays in place', () => {
  test.each<[string, PhsValue[], PhsValue, PhsValue]>([
    ['push', [[1], 2], null, [1, 2]],
    ['push', [[1], [2]], null, [1, [2]]],
    ['append', [[1], [2, 3]], null, [1, 2, 3]],
    ['insert', [[1, 2], 1, 9], null, [1, 9, 2]],
    ['insert', [[1, 2], -1, 9], null, [1, 9, 2]],
    ['insert', [[1], 9, 2], null, [1, 2]],
    ['insert', [[1], -9, 2], null, [2, 1]],
    ['set', [[1, 2], 0, 9], null, [9, 2]],
    ['set', [[1, 2], -1, 9], null, [1, 9]],
    ['set', [[1], 5, 9], null, [1]],
    ['pop', [[1, 2]], 2, [1]],
    ['pop', [[]], null, []],
    ['shift', [[1, 2]], 1, [2]],
    ['shift', [[]], null, []],
    ['remove', [[1, 2, 3], 1], 2, [1, 3]],
    ['remove', [[1, 2, 3], -1], 3, [1, 2]],
    ['remove', [[1], 5], null, [1]],
    ['remove', [[1], -5], null, [1]],
    ['clear', [[1]], null, []],
    ['truncate', [[1, 2, 3], 2], null, [1, 2]],
    ['truncate', [[1, 2], 9], null, [1, 2]],
    ['truncate', [[1, 2], -1], null, []],
    ['chop', [[1, 2, 3], 2], null, [2, 3]],
    ['chop', [[1, 2], 9], null, [1, 2]],
    ['chop', [[1, 2], -1], null, []],
    ['reverse', [[1, 2, 3]], null, [3, 2, 1]],
    ['pad', [[1], 3, 0], null, [1, 0, 0]],
    ['pad', [[1, 2], 1, 0], null, [1, 2]],
    ['splice', [[1, 2, 3, 4], 1, 2, [9]], null, [1, 9, 4]],
    ['splice', [[1, 2, 3, 4], new Range(1, 3, false), [8, 9]], null, [1, 8, 9, 4]],
    ['splice', [[1, 2, 3], -1, 9, [7]], null, [1, 2, 7]],
    ['splice', [[1], 9, 1, [2]], null, [1, 2]],
    ['splice', [[1, 2], 1, 0, [9]], null, [1, 9, 2]],
    ['split', [[1, 2, 3], 1], [2, 3], [1]],
    ['split', [[1, 2, 3], -1], [3], [1, 2]],
    ['split', [[1, 2], 9], [], [1, 2]],
    ['split', [[1, 2], -9], [1, 2], []],
    ['drain', [[1, 2, 3, 4], new Range(1, 3, false)], [2, 3], [1, 4]],
    ['drain', [[1, 2, 3, 4], 1, 2], [2, 3], [1, 4]],
    ['drain', [[1, 2, 3, 4], above(2)], [3, 4], [1, 2]],
    ['drain', [[5, 6, 7], fn(2, ([, i]) => i === 1)], [6], [5, 7]],
    ['retain', [[1, 2, 3, 4], above(2)], [1, 2], [3, 4]],
    ['retain', [[1, 2, 3, 4], new Range(1, 3, false)], [1, 4], [2, 3]],
    ['retain', [[1, 2, 3, 4, 5], 1, 2], [1, 4, 5], [2, 3]],
    ['dedup', [[1, 1, 2, 1]], null, [1, 2, 1]],
    ['dedup', [[1, float(1), 2]], null, [1, 2]],
    ['dedup', [[1, 2, 4, 7], fn(2, ([a, b]) => Number(b) - Number(a) < 2)], null, [1, 4, 7]],
  ])('%s%p answers %p and leaves %p', (name, [receiver, ...args], answer, left) => {
    expect(change(name, receiver, ...args)).toEqual([answer, left]);
  });

  test('pad and push keep to the limit of an array', () => {
    expect(() => callOn(new LoneRun({ arrayItems: 2 }), 'pad', [1], 3, 0)).toThrow('array too large');
    expect(() => callOn(new LoneRun({ arrayItems: 1 }), 'push', [1], 2)).toThrow('array too large');
    expect(() => callOn(new LoneRun({ arrayItems: 3 }), 'append', [1, 2], [3, 4])).toThrow('array too large');
    expect(() => change('pad', [1], Number.MAX_SAFE_INTEGER, 0)).toThrow('array too large');
  });

  test('splice takes more items than a call takes arguments', () => {
    const items = new Array<PhsValue>(300_000).fill(1);
    const [, left] = change('splice', [0], 0, 1, items);
    expect(left).toHaveLength(300_000);
  });

  test('what changes an array is refused on constants, what reads it is not', () => {
    const changing: [string, PhsValue[]][] = [
      ['set', [0, 1]],
      ['push', [1]],
      ['append', [[1]]],
      ['insert', [0, 1]],
      ['pop', []],
      ['shift', []],
      ['remove', [0]],
      ['clear', []],
      ['truncate', [0]],
      ['chop', [0]],
      ['reverse', []],
      ['pad', [3, 0]],
      ['splice', [0, 1, []]],
      ['split', [1]],
      ['sort', []],
      ['dedup', []],
      ['drain', [0, 1]],
      ['retain', [0, 1]],
    ];
    const reading: [string, PhsValue[]][] = [
      ['get', [0]],
      ['extract', [0]],
      ['for_each', [fn(0, () => null)]],
      ['map', [fn(1, () => null)]],
      ['filter', [fn(1, () => null)]],
      ['contains', [1]],
    ];
    const refused = [...changing, ...reading].filter(([name, args]) =>
      isRefusedOnConstants(name, [1], ...args),
    );
    expect(refused.map(([name]) => name)).toEqual(changing.map(([name]) => name));
  });
});

describe('arrays with callbacks', () => {
  const double = fn(1, ([x]) => Number(x) * 2);
  const indexes = fn(2, ([, i]) => i);
  const self = fn(0, (_args, place) => place?.get());

  test.each<[string, PhsValue[], PhsValue]>([
    ['map', [[1, 2], double], [2, 4]],
    ['map', [['a', 'b'], indexes], [0, 1]],
    ['map', [[7, 8], self], [7, 8]],
    ['map', [[], double], []],
    ['filter', [[1, 2, 3], above(1)], [2, 3]],
    ['filter', [[5, 6], fn(2, ([, i]) => i === 1)], [6]],
    ['filter', [[1, 2], double], []],
    ['find', [[1, 5, 6], above(3)], 5],
    ['find', [[1, 5, 6], above(3), 2], 6],
    ['find', [[1], above(3)], null],
    ['find_map', [[1, 2], fn(1, ([x]) => (x === 2 ? 'two' : null))], 'two'],
    ['find_map', [[1, 2], fn(1, ([x]) => x), -1], 2],
    ['find_map', [[1], fn(1, () => null)], null],
    ['all', [[1, 2], above(0)], true],
    ['all', [[], above(0)], true],
    ['all', [[1, 2], double], false],
    ['some', [[1, 2], above(1)], true],
    ['some', [[1, 2], above(5)], false],
    ['some', [[], above(5)], false],
    ['reduce', [[1, 2, 3], fn(2, ([a, x]) => Number(a) + Number(x)), 0], 6],
    ['reduce', [[1, 2, 3], fn(3, ([a, x, i]) => Number(a) + Number(x) * Number(i)), 0], 8],
    ['reduce', [[1, 2], fn(1, ([a], place) => Number(a) * 10 + Number(place?.get())), 0], 12],
    ['reduce', [[1], fn(2, ([a]) => a)], null],
    ['reduce', [[], fn(2, ([a]) => a), 5], 5],
    ['reduce_rev', [[1, 2], fn(2, ([a, x]) => Number(a) * 10 + Number(x)), 0], 21],
    ['reduce_rev', [[7, 8], fn(3, ([a, , i]) => Number(a) * 10 + Number(i)), 0], 10],
    ['zip', [[1, 2, 3], [10, 20], fn(2, ([a, b]) => Number(a) + Number(b))], [11, 22]],
    ['zip', [[1, 2], [10, 20], fn(3, ([, , i]) => i)], [0, 1]],
  ])('%s%p is %p', (name, args, expected) => {
    expect(call(name, ...args)).toEqual(expected);
  });

  test('some insists on a bool', () => {
    expect(() => call('some', [1], double)).toThrow('Output type incorrect: i64 (expecting bool)');
  });

  test('a callback with too many parameters is not found', () => {
    expect(() =>
      call(
        'map',
        [1],
        fn(3, () => null),
      ),
    ).toThrow('Function not found: anon$test');
  });

  test('a string stands for a function of that name', () => {
    expect(() => call('map', [1], 'nope')).toThrow('Function not found: nope (i64)');
  });

  test('for_each passes the index, binds the item to `this` and keeps what is written to it', () => {
    const seen: PhsValue[] = [];
    const items = [10, 20];
    const visit = fn(1, ([index], place) => {
      seen.push(index);
      place?.set(Number(place.get()) + 1);
      return null;
    });
    expect([call('for_each', items, visit), items, seen]).toEqual([null, [11, 21], [0, 1]]);
  });

  test('a callback that grows the array does not prolong the walk', () => {
    const items: PhsValue[] = [1, 2];
    const grow = fn(1, ([x]) => {
      items.push(x);
      return x;
    });
    expect(call('map', items, grow)).toEqual([1, 2]);
  });

  test('each item costs a step', () => {
    const run = new LoneRun({ steps: 5 });
    expect(() => callOn(run, 'map', [1, 2, 3, 4, 5, 6], double)).toThrow('out of steps');
  });
});

describe('sort', () => {
  const sorted = (items: PhsValue[], ...args: PhsValue[]): PhsValue => change('sort', items, ...args)[1];

  test.each<[PhsValue[], PhsValue[]]>([
    [
      [3, 1, 2],
      [1, 2, 3],
    ],
    [
      [2n ** 62n, 1, -(2n ** 63n)],
      [-(2n ** 63n), 1, 2n ** 62n],
    ],
    [
      [1.5, float(1), -0.5],
      [-0.5, float(1), 1.5],
    ],
    [
      ['b', '\u{1f600}', '\uffff', 'a'],
      ['a', 'b', '\uffff', '\u{1f600}'],
    ],
    [
      [char('b'), char('a')],
      [char('a'), char('b')],
    ],
    [
      [true, false],
      [false, true],
    ],
    [
      [[2], [1]],
      [[2], [1]],
    ],
    [[], []],
  ])('%p becomes %p', (items, expected) => {
    expect(sorted(items)).toEqual(expected);
  });

  test('answers unit', () => {
    expect(change('sort', [2, 1])[0]).toBeNull();
  });

  test('refuses elements of different types', () => {
    const message = 'Function not found: sort() cannot be called with elements of different types';
    expect(() => sorted([1, 'a'])).toThrow(message);
    expect(() => sorted([1, 1.5])).toThrow(message);
  });

  test('with a comparer that answers an int', () => {
    expect(
      sorted(
        [1, 3, 2],
        fn(2, ([a, b]) => Number(b) - Number(a)),
      ),
    ).toEqual([3, 2, 1]);
  });

  test('with a comparer that answers a bool: true means the first goes first', () => {
    expect(
      sorted(
        [1, 3, 2],
        fn(2, ([a, b]) => Number(a) > Number(b)),
      ),
    ).toEqual([3, 2, 1]);
  });

  test('is stable', () => {
    const byTens = fn(2, ([a, b]) => Math.trunc(Number(a) / 10) - Math.trunc(Number(b) / 10));
    expect(sorted([21, 13, 22, 11, 12], byTens)).toEqual([13, 11, 12, 21, 22]);
  });

  test('ignores errors of the comparer, but not limits', () => {
    expect(
      sorted(
        [2, 1],
        fn(1, () => 0),
      ),
    ).toEqual([2, 1]);
    expect(() => callOn(new LoneRun({ steps: 3 }), 'sort', [4, 3, 2, 1, 0])).toThrow('out of steps');
  });

  test('compares about n log n times whatever the comparer says', () => {
    let calls = 0;
    const wild = fn(2, () => (calls++ % 3) - 1);
    sorted(
      Array.from({ length: 1000 }, (_, i) => i),
      wild,
    );
    expect(calls).toBeLessThan(10_000);
  });
});

test.each([
  'join',
  'slice',
  'flat',
  'sum',
  'first',
  'last',
  'unique',
  'includes',
  'forEach',
  'length',
  'max',
])('there is no %s of arrays', (name) => {
  expect(() => call(name, [1])).toThrow(`Function not found: ${name} (array)`);
});
