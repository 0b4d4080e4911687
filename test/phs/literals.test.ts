import { describe, expect, test } from '@jest/globals';
import { messageOf, valueOf } from './running.js';

describe('numbers', () => {
  test.each<[string, unknown]>([
    ['42', 42],
    ['1_000_000', 1_000_000],
    ['0xff + 0o17 + 0b101', 275],
    ['0xFFFF_FFFF_FFFF_FFFF', -1],
    ['9223372036854775807', 9223372036854775807n],
    ['-9223372036854775808', -9223372036854775808n],
    ['type_of(9223372036854775808)', 'f64'],
    ['type_of(1.)', 'f64'],
    ['12.5e-1', 1.25],
    ['1E3 == 1000.0', true],
    ['5.abs()', 5],
    ['-5.abs()', 5],
    ['- 5.abs()', -5],
    ['-2 ** 2', 4],
    ['5 -5', 0],
    ['(1..5).end', 5],
  ])('%s', (code, value) => expect(valueOf(code)).toEqual(value));

  test('with letters behind them are refused', () =>
    expect(messageOf('12abc')).toContain("Invalid number: '12abc'"));
});

describe('strings', () => {
  test.each<[string, unknown]>([
    [String.raw`"a\tb\\c\"d\x41\u00e9\U0001F600"`, 'a\tb\\c"dAé😀'],
    ['"say ""hi"""', 'say "hi"'],
    ['"ab\\\n  cd"', 'ab cd'],
    ['`a\nb`', 'a\nb'],
    ['`\na`', 'a'],
    ['`a``b`', 'a`b'],
    ['`a\\nb`', 'a\\nb'],
    ['`cost $5 ${1 + 2}`', 'cost $5 3'],
    ['`a${`b${1}c`}d`', 'ab1cd'],
    ['`x${}y${null}z`', 'xyz'],
    ['`${let q = 2; q * 3}`', '6'],
    ['#"a\\n"b"#', 'a\\n"b' /* ended by the first quote with a hash behind it */],
    ['##"a"#b"##', 'a"#b'],
    ["type_of('x')", 'char'],
    ["type_of('xy')", 'string'],
    ["''", ''],
    [String.raw`'it\'s'`, "it's"],
  ])('%s', (code, value) => expect(valueOf(code)).toEqual(value));

  test.each([
    ['"abc', 'Open string is not terminated'],
    ['"a\nb"', 'Open string is not terminated'],
    ['`abc ${1', 'Open string is not terminated'],
    [String.raw`"\q"`, String.raw`Invalid escape sequence: '\q'`],
    [String.raw`"\ud800"`, String.raw`Invalid escape sequence: '\ud800'`],
    [String.raw`"\U00110000"`, 'Invalid escape sequence'],
    [String.raw`"\'"`, String.raw`Invalid escape sequence: '\''`],
  ])('%s is refused', (code, message) => expect(messageOf(code)).toContain(message));
});

describe('white space and comments', () => {
  test.each<[string, unknown]>([
    ['1 + // one\n 2', 3],
    ['1 /* a /* nested */ b */ + 2', 3],
    ['5 /* open to the end', 5],
    ['// nothing', null],
    ['', null],
    ['#! first line\n 7', 7],
  ])('%s', (code, value) => expect(valueOf(code)).toEqual(value));

  test('a space that is not ASCII is refused', () =>
    expect(messageOf('1\u00a0+ 1')).toContain("Unexpected '\u00a0'"));
});

describe('names', () => {
  test.each<[string, unknown]>([
    ['let _x = 1; _x', 1],
    ['let é = 2; é', 2],
    ['let then = 3; then', 3],
    ['let it = 4; it + 1', 5],
    ['[1].map(|when| when)', [1]],
    ['{default: 1, in: 2, null: 3}.in', 2],
    ['{a: {new: {null: 5}}}.a.new.null', 5],
  ])('%s', (code, value) => expect(valueOf(code)).toEqual(value));

  test.each([
    ['let _1 = 1', 'Variable name is not proper'],
    ['let _ = 1', 'Expecting name of a variable'],
    ['let new = 1', "'new' is a reserved keyword"],
    ['await x', "'await' is a reserved keyword"],
    ['let if = 1', 'Expecting name of a variable'],
    ['1 === 1', 'This is not JavaScript'],
    ['x -> 1', 'This is not C or C++'],
    ['x := 1', 'Should it be simply'],
    ['3 --2', "'--'"],
    ['@x', "'@' is a reserved symbol"],
    ['a ~ b', "'~' is a reserved symbol"],
  ])('%s is refused', (code, message) => expect(messageOf(code)).toContain(message));
});
