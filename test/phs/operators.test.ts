import { describe, expect, test } from '@jest/globals';
import { messageOf, valueOf } from './running.js';

describe('precedence', () => {
  test.each<[string, unknown]>([
    ['2 ** 3 ** 2', 512],
    ['2 ** 1 << 1', 4],
    ['1 << 2 + 1', 5],
    ['10 - 3 - 2', 5],
    ['1 | 2 ^ 3', 0],
    ['() ?? 5 > 3', true],
    ['1 < 2 == true', true],
    ['3 in 1 + 1 .. 4', true],
    ['!false && true', true],
    ['let x = 2; -x ** 2', 4],
    ['true ? 1 : false ? 2 : 3', 1],
    ['it false ? 1 : it true ? 2 : 3', 2],
    ['when 1 > 2 then "a" else "b"', 'b'],
    ['when true ? 1 : 2', 1],
  ])('%s', (code, value) => expect(valueOf(code)).toEqual(value));
});

describe('arithmetic', () => {
  test.each<[string, unknown]>([
    ['7 / 2', 3],
    ['-7 / 2', -3],
    ['-7 % 3', -1],
    ['0 * -5', 0],
    ['type_of(0 * -5)', 'i64'],
    ['7 / 2.0', 3.5],
    ['1.0 / 0 == 1e999', true],
    ['type_of(2 * 1.5)', 'f64'],
    ['(2.0 * 1.5).to_string()', '3.0'],
    ['9007199254740991 + 1', 9007199254740992n],
    ['9007199254740992 - 1', 9007199254740991],
    ['3037000499 * 3037000499', 9223372030926249001n],
    ['1 << 63', -9223372036854775808n],
    ['1 << 64', 0],
    ['-1 >> 70', -1],
    ['8 >> -1', 16],
    ['6 & 3 | 8', 10],
    ['true ^ true', false],
    ['+5', 5],
    ['"abcabc" - "b"', 'acac'],
    ['[1] + [2]', [1, 2]],
    ['{a: 1} + {a: 2, b: 3}', { a: 2, b: 3 }],
    ["'a' + 'b'", 'ab'],
    ['1 + 2 + "a" + 1.0 + null', '3a1.0'],
  ])('%s', (code, value) => expect(valueOf(code)).toEqual(value));

  test.each([
    ['9223372036854775807 + 1', 'Addition overflow: 9223372036854775807 + 1'],
    ['-9223372036854775807 - 2', 'Subtraction overflow'],
    ['9223372036854775807 * 2', 'Multiplication overflow'],
    ['-9223372036854775808 / -1', 'Division overflow'],
    ['-(-9223372036854775808)', 'Negation overflow'],
    ['1 / 0', 'Division by zero: 1 / 0'],
    ['1 % 0', 'Modulo division by zero or overflow: 1 % 0'],
    ['2 ** -1', 'Integer raised to a negative power: 2 ** -1'],
    ['2 ** 63', 'Exponential overflow: 2 ** 63'],
    ['"a" * 3', 'Function not found: * (&str | ImmutableString | String, i64)'],
    ['() + 1', 'Function not found: + ((), i64)'],
    ['[1] + 1', 'Function not found: + (array, i64)'],
    ['5 & 3 == 1', 'Function not found: & (i64, bool)'],
    ['!1', 'Function not found: ! (i64)'],
    ['-"a"', 'Function not found: - (&str | ImmutableString | String)'],
    ['0.5..2', 'Function not found: .. (f64, i64)'],
  ])('%s fails', (code, message) => expect(messageOf(code)).toContain(message));
});

describe('comparison', () => {
  test.each<[string, unknown]>([
    ['0.1 + 0.2 == 0.3', true],
    ['1.000000000000001 == 1.0', false],
    ['1 == 1.0', true],
    ['9007199254740993 == 9007199254740992', false],
    ['"1" == 1', false],
    ['\'a\' == "a"', true],
    ['[1, {a: 2.0}] == [1.0, {a: 2}]', true],
    ['() < 1', false],
    ['() <= ()', false],
    ['"5" > 3', false],
    ['false < true', true],
    ['"\u{1F600}" > "\uFFFD"', true],
    ['let n = 0.0 / 0; n != n', true],
    ['(1..3) == (1..3)', true],
    ['2 in [1, 2.0]', true],
    ['"a" !in {a: null}', false],
    ['\'e\' in "hello"', true],
  ])('%s', (code, value) => expect(valueOf(code)).toEqual(value));

  test.each([
    ['[1] < [2]', 'Function not found: < (array, array)'],
    ['let f = |x| x; f == f', 'Function not found: == (Fn, Fn)'],
    ['1 in 5', 'Function not found: contains (i64, i64)'],
  ])('%s fails', (code, message) => expect(messageOf(code)).toContain(message));
});

describe('logic', () => {
  test('the right side is not evaluated when the left one decides', () => {
    expect(valueOf('[false && nope(), true || nope(), 1 ?? nope()]')).toEqual([false, true, 1]);
  });
  test('?? gives way only for unit', () =>
    expect(valueOf('[false ?? 1, 0 ?? 1, "" ?? 1, null ?? 1]')).toEqual([false, 0, '', 1]));
  test.each([
    ['let a = 1; a && true', 'Data type incorrect: i64 (expecting bool)'],
    ['let a = 1; true && a', 'Data type incorrect: i64 (expecting bool)'],
    ['payload.name || "anon"', 'Expecting a boolean expression, not a string'],
    ['it null ? 1 : 2', 'Data type incorrect: () (expecting bool)'],
  ])('%s fails', (code, message) => expect(messageOf(code)).toContain(message));
});
