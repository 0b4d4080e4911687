import { describe, expect, test } from '@jest/globals';
import { newMap, setEntry } from '../../../src/phs/values/entries.js';
import { float, type PhsValue } from '../../../src/phs/values/value.js';
import { LoneRun, call, callOn, change, fn, isRefusedOnConstants } from './dispatch.js';

describe('maps', () => {
  test.each<[string, PhsValue[], PhsValue]>([
    ['len', [{ a: 1, b: 2 }], 2],
    ['is_empty', [{}], true],
    ['keys', [{ b: 1, a: 2 }], ['a', 'b']],
    ['keys', [{ '\u{1f600}': 1, '\uffff': 2 }], ['\uffff', '\u{1f600}']],
    ['values', [{ b: 1, a: 2 }], [2, 1]],
    ['contains', [{ a: null }, 'a'], true],
    ['contains', [{}, 'toString'], false],
    ['contains_key', [{ a: 1 }, 'z'], false],
    ['get', [{ a: 1 }, 'a'], 1],
    ['get', [{ a: 1 }, 'z'], null],
    ['get', [{}, 'constructor'], null],
    [
      'merge',
      [
        { a: 1, b: 2 },
        { b: 3, c: 4 },
      ],
      { a: 1, b: 3, c: 4 },
    ],
    ['merge', [{ a: 1 }, 5], null],
    ['merge', [null, { a: 1 }], null],
    ['filter', [{ a: 1, b: 2 }, fn(2, ([, v]) => Number(v) > 1)], { b: 2 }],
    ['filter', [{ a: 1, b: 2 }, fn(1, (_args, self) => Number(self?.get()) > 1)], { b: 2 }],
    ['filter', [{ a: 1 }, fn(1, () => 1)], {}],
    ['map', [{ a: 1 }, fn(2, ([k, v]) => [k, v])], { a: ['a', 1] }],
    ['map', [{ a: 1 }, fn(1, ([k]) => k)], { a: 'a' }],
  ])('%s%p is %p', (name, args, expected) => {
    expect(call(name, ...args)).toEqual(expected);
  });

  test.each<[string, PhsValue[], PhsValue, PhsValue]>([
    ['set', [{ a: 1 }, 'b', 2], null, { a: 1, b: 2 }],
    ['set', [{ a: 1 }, 'a', 2], null, { a: 2 }],
    ['remove', [{ a: 1, b: 2 }, 'a'], 1, { b: 2 }],
    ['remove', [{ a: 1 }, 'z'], null, { a: 1 }],
    ['clear', [{ a: 1 }], null, {}],
    ['mixin', [{ a: 1 }, { a: 2, b: 3 }], null, { a: 2, b: 3 }],
    ['fill_with', [{ a: 1 }, { a: 2, b: 3 }], null, { a: 1, b: 3 }],
    ['drain', [{ a: 1, b: 2 }, fn(2, ([, v]) => v === 1)], { a: 1 }, { b: 2 }],
    ['retain', [{ a: 1, b: 2 }, fn(2, ([, v]) => v === 1)], { b: 2 }, { a: 1 }],
  ])('%s%p answers %p and leaves %p', (name, [receiver, ...args], answer, left) => {
    expect(change(name, receiver, ...args)).toEqual([answer, left]);
    expect(isRefusedOnConstants(name, receiver, ...args)).toBe(true);
  });

  test('__proto__ is a key like any other', () => {
    const map = newMap<PhsValue>();
    setEntry(map, '__proto__', 1);
    expect(call('get', map, '__proto__')).toBe(1);
    expect(call('keys', call('merge', {}, map))).toEqual(['__proto__']);
    expect(change('set', {}, '__proto__', { polluted: true })[1]).not.toHaveProperty('polluted');
    expect(change('remove', map, '__proto__')[0]).toBe(1);
    expect(Object.keys(map)).toEqual([]);
  });

  test('merge and mixin keep to the limit of a map', () => {
    expect(() => callOn(new LoneRun({ mapEntries: 1 }), 'merge', { a: 1 }, { b: 1 })).toThrow(
      'map too large',
    );
    expect(() => callOn(new LoneRun({ mapEntries: 1 }), 'mixin', { a: 1 }, { b: 1 })).toThrow(
      'map too large',
    );
  });
});

describe('questions about kinds', () => {
  const VALUES: Readonly<Record<string, PhsValue>> = {
    unit: null,
    bool: true,
    int: 1,
    bigint: 2n ** 60n,
    float: 1.5,
    whole: float(1),
    string: 'a',
    blank: ' \u2003',
    array: [1],
    none: [],
    map: { a: 1 },
    empty: {},
    char: call('get', 'a', 0),
    range: call('range', 0, 5),
    nothing: call('range', 5, 5),
  };

  test.each<[string, string[]]>([
    ['is_null', ['unit']],
    ['is_array', ['array', 'none']],
    ['is_object', ['map', 'empty']],
    ['is_string', ['string', 'blank']],
    ['is_number', ['int', 'bigint', 'float', 'whole']],
    ['is_boolean', ['bool']],
    ['is_float', ['float', 'whole']],
    ['is_int', ['int', 'bigint']],
    ['is_empty', ['unit', 'blank', 'none', 'empty', 'nothing']],
    ['is_datetime', []],
  ])('%s is true of %j', (name, expected) => {
    const found = Object.keys(VALUES).filter((key) => call(name, VALUES[key]) === true);
    expect(found).toEqual(expected);
  });

  test('is_not_null is the opposite of is_null', () => {
    expect(Object.values(VALUES).every((value) => call('is_not_null', value) === (value !== null))).toBe(
      true,
    );
  });
});
