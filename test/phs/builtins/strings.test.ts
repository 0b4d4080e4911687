import { describe, expect, test } from '@jest/globals';
import { Range, Sequence } from '../../../src/phs/values/range.js';
import { char, float, type PhsValue } from '../../../src/phs/values/value.js';
import { LoneRun, call, callOn, change, isRefusedOnConstants, property } from './dispatch.js';

describe('reading strings, in code points', () => {
  test.each<[string, PhsValue[], PhsValue]>([
    ['len', ['héllo'], 5],
    ['len', ['a😀b'], 3],
    ['len', [char('😀')], 1],
    ['bytes', ['é😀'], 6],
    ['to_upper', ['aé'], 'AÉ'],
    ['to_upper', ['straße'], 'STRASSE'],
    ['to_lower', ['AÉ'], 'aé'],
    ['to_upper', [char('é')], char('É')],
    ['to_upper', [char('ß')], char('ß')],
    ['to_lower', [char('A')], char('a')],
    ['contains', ['hello', 'ell'], true],
    ['contains', ['hello', ''], true],
    ['contains', ['hello', char('z')], false],
    ['starts_with', ['hello', 'he'], true],
    ['starts_with', ['hello', char('h')], true],
    ['ends_with', ['hello', 'lo'], true],
    ['ends_with', ['hello', char('l')], false],
    ['index_of', ['hello', 'l'], 2],
    ['index_of', ['hello', 'z'], -1],
    ['index_of', ['😀hello', char('l')], 3],
    ['index_of', ['hello', 'l', 3], 3],
    ['index_of', ['hello', 'l', -1], -1],
    ['index_of', ['hello', 'l', -2], 3],
    ['index_of', ['hello', 'h', -99], 0],
    ['index_of', ['hello', 'h', 5], -1],
    ['index_of', ['hello', ''], 0],
    ['index_of', ['', ''], -1],
    ['get', ['abc', 1], char('b')],
    ['get', ['a😀c', 1], char('😀')],
    ['get', ['abc', -1], char('c')],
    ['get', ['abc', 3], null],
    ['get', ['abc', -4], null],
    ['sub_string', ['hello', 1, 3], 'ell'],
    ['sub_string', ['hello', 2], 'llo'],
    ['sub_string', ['hello', -3], 'llo'],
    ['sub_string', ['hello', -3, 2], 'll'],
    ['sub_string', ['hello', -99, 2], 'he'],
    ['sub_string', ['hello', 9, 2], ''],
    ['sub_string', ['hello', 1, -1], ''],
    ['sub_string', ['hello', 3, 99], 'lo'],
    ['sub_string', ['😀hello', 1, 2], 'he'],
    ['sub_string', ['hello', new Range(1, 3, false)], 'el'],
    ['sub_string', ['hello', new Range(1, 3, true)], 'ell'],
    ['sub_string', ['hello', new Range(3, 1, false)], ''],
    ['sub_string', ['hello', new Range(-2, 2, false)], 'he'],
    ['to_chars', ['a😀'], [char('a'), char('😀')]],
  ])('%s%p is %p', (name, args, expected) => {
    expect(call(name, ...args)).toEqual(expected);
  });

  test.each<[string, string, PhsValue]>([
    ['len', 'a😀', 2],
    ['bytes', 'é', 2],
    ['is_empty', '  ', false],
    ['is_empty', '', true],
  ])('the property %s of %p is %p', (name, value, expected) => {
    expect(property(name, value)).toBe(expected);
  });

  test.each<[PhsValue[], string]>([
    [['a😀c'], 'a😀c'],
    [['hello', 2], 'llo'],
    [['hello', -2], 'lo'],
    [['hello', 1, 3], 'ell'],
    [['hello', new Range(1, 2, true)], 'el'],
  ])('chars%p walks over %s', (args, expected) => {
    const sequence = call('chars', ...args);
    const items = sequence instanceof Sequence ? [...sequence.items()] : [];
    expect(items).toEqual(Array.from(expected, char));
  });
});

describe('split', () => {
  test.each<[string, PhsValue[], PhsValue]>([
    ['split', ['a,b,,c', ','], ['a', 'b', '', 'c']],
    ['split', ['', ','], ['']],
    ['split', ['ab', ''], ['', 'a', 'b', '']],
    ['split', ['😀b', ''], ['', '😀', 'b', '']],
    ['split', ['a-b', char('-')], ['a', 'b']],
    ['split', ['  a \t b\u00a0c '], ['a', 'b', 'c']],
    ['split', [''], []],
    ['split', ['a,b,c', ',', 2], ['a', 'b,c']],
    ['split', ['a,b,c', ',', 0], ['a,b,c']],
    ['split', ['a,b,c', ',', 9], ['a', 'b', 'c']],
    ['split', ['ab', '', 2], ['', 'ab']],
    ['split', ['hello', 2], ['he', 'llo']],
    ['split', ['hello', -2], ['hel', 'lo']],
    ['split', ['hello', 0], ['', 'hello']],
    ['split', ['hello', 99], ['hello', '']],
    ['split', ['hello', -99], ['', 'hello']],
    ['split_rev', ['a,b,c', ','], ['c', 'b', 'a']],
    ['split_rev', ['a,b,c', ',', 2], ['c', 'a,b']],
    ['split_rev', ['aaa', 'aa'], ['', 'a']],
    ['split_rev', ['ab', '', 2], ['', 'ab']],
    ['split_rev', ['ab', ''], ['', 'b', 'a', '']],
  ])('%s%p is %p', (name, args, expected) => {
    expect(call(name, ...args)).toEqual(expected);
  });

  test('into more parts than an array may have ends with the limit', () => {
    expect(() => callOn(new LoneRun({ arrayItems: 3 }), 'split', 'a,b,c,d', ',')).toThrow('array too large');
  });
});

describe('replace of a string by a string gives a new string', () => {
  test.each<[string[], string]>([
    [['abcb', 'b', 'x'], 'axcx'],
    [['abc', 'z', 'y'], 'abc'],
    [['ab', '', '-'], '-a-b-'],
    [['', '', '-'], '-'],
    [['aaa', 'aa', 'b'], 'ba'],
    [['a.c', '.', '$&'], 'a$&c'],
    [['abab', 'ab', ''], ''],
  ])('replace%j is %p', (args, expected) => {
    expect(call('replace', ...args)).toBe(expected);
  });

  test('and may not grow beyond the limit', () => {
    const run = new LoneRun({ stringLength: 100 });
    expect(() => callOn(run, 'replace', 'a'.repeat(50), '', 'xyz')).toThrow('string too large');
  });
});

describe('changing strings in place', () => {
  test.each<[string, PhsValue[], PhsValue, PhsValue]>([
    ['trim', [' a\u2003\n'], null, 'a'],
    ['trim', ['\ufeffa'], null, '\ufeffa'],
    ['make_upper', ['aé'], null, 'AÉ'],
    ['make_lower', ['AÉ'], null, 'aé'],
    ['make_upper', [char('a')], null, char('A')],
    ['make_lower', [char('A')], null, char('a')],
    ['set', ['abc', 1, char('x')], null, 'axc'],
    ['set', ['abc', -1, char('😀')], null, 'ab😀'],
    ['set', ['abc', 3, char('x')], null, 'abc'],
    ['set', ['abc', -4, char('x')], null, 'abc'],
    ['crop', ['hello', 1, 3], null, 'ell'],
    ['crop', ['hello', 3], null, 'lo'],
    ['crop', ['hello', -2], null, 'lo'],
    ['crop', ['hello', new Range(1, 3, false)], null, 'el'],
    ['crop', ['hello', 9], null, ''],
    ['truncate', ['hello', 2], null, 'he'],
    ['truncate', ['hello', 9], null, 'hello'],
    ['truncate', ['hello', -1], null, ''],
    ['clear', ['hello'], null, ''],
    ['remove', ['banana', 'an'], null, 'ba'],
    ['remove', ['banana', char('a')], null, 'bnn'],
    ['replace', ['abcb', char('b'), char('x')], null, 'axcx'],
    ['replace', ['abcb', char('b'), 'xy'], null, 'axycxy'],
    ['replace', ['abcb', 'b', char('x')], null, 'axcx'],
    ['pad', ['a', 3, '-'], null, 'a--'],
    ['pad', ['a', 6, 'xyz'], null, 'axyzxy'],
    ['pad', ['a', 3, char('😀')], null, 'a😀😀'],
    ['pad', ['abc', 2, '-'], null, 'abc'],
    ['pad', ['abc', 9, ''], null, 'abc'],
    ['append', ['a', 'b'], null, 'ab'],
    ['append', ['a', char('b')], null, 'ab'],
    ['append', ['a', float(1)], null, 'a1.0'],
    ['append', ['a', null], null, 'a'],
    ['pop', ['ab😀'], char('😀'), 'ab'],
    ['pop', [''], null, ''],
    ['pop', ['abcd', 2], 'cd', 'ab'],
    ['pop', ['abcd', 9], 'abcd', ''],
    ['pop', ['abcd', 0], '', 'abcd'],
    ['pop', ['abcd', -1], '', 'abcd'],
  ])('%s%p answers %p and leaves %p', (name, [receiver, ...args], answer, left) => {
    expect(change(name, receiver, ...args)).toEqual([answer, left]);
  });

  test('pad beyond the limit fails before it builds the string', () => {
    expect(() => change('pad', 'a', Number.MAX_SAFE_INTEGER, 'x')).toThrow('string too large');
  });

  test.each<[string, PhsValue[]]>([
    ['trim', []],
    ['make_upper', []],
    ['make_lower', []],
    ['set', [0, char('x')]],
    ['crop', [1]],
    ['truncate', [1]],
    ['clear', []],
    ['remove', ['a']],
    ['replace', [char('a'), 'b']],
    ['pad', [3, 'x']],
    ['append', ['x']],
    ['pop', []],
  ])('%s is refused on a constant', (name, args) => {
    expect(isRefusedOnConstants(name, 'abc', ...args)).toBe(true);
  });

  test.each<[string, PhsValue[]]>([
    ['split', []],
    ['split', [',']],
    ['split_rev', [',']],
    ['get', [0]],
    ['replace', ['a', 'b']],
    ['to_upper', []],
    ['sub_string', [1]],
  ])('%s works on a constant', (name, args) => {
    expect(isRefusedOnConstants(name, 'abc', ...args)).toBe(false);
  });
});

test.each([
  'join',
  'length',
  'substring',
  'indexOf',
  'includes',
  'toUpperCase',
  'to_uppercase',
  'repeat',
  'reverse',
])('there is no %s of strings', (name) => {
  expect(() => call(name, 'abc')).toThrow(`Function not found: ${name} (`);
});

test('a needle made to be slow is found as fast as any other', () => {
  const text = 'a'.repeat(2_000_000);
  const needle = `b${'a'.repeat(1_000_000)}`;
  expect(call('contains', text, needle)).toBe(false);
  expect(call('index_of', `${text}${needle}`, needle)).toBe(2_000_000);
  expect(call('split', `x${needle}y${needle}`, needle)).toEqual(['x', 'y', '']);
});
