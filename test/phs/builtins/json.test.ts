import { describe, expect, test } from '@jest/globals';
import { Fn } from '../../../src/phs/values/fn.js';
import { Range } from '../../../src/phs/values/range.js';
import { char, float, type PhsValue } from '../../../src/phs/values/value.js';
import { LoneRun, call, callOn } from './dispatch.js';

describe('to_json', () => {
  test.each<[PhsValue, string]>([
    [null, 'null'],
    [true, 'true'],
    [5, '5'],
    [2n ** 60n, '1152921504606846976'],
    [1.5, '1.5'],
    [float(3), '3.0'],
    [float(-0), '-0.0'],
    [1e300, '1e+300'],
    [2 ** 60, '1152921504606847000.0'],
    [NaN, 'null'],
    [-Infinity, 'null'],
    ['say "hi"', '"say \\"hi\\""'],
    ['\u0001\n\u2028', '"\\u0001\\n\u2028"'],
    [char('c'), '"c"'],
    [[1, 2, 'test', true], '[1,2,"test",true]'],
    [{ b: { d: null, c: [] }, a: 3 }, '{"a":3,"b":{"c":[],"d":null}}'],
    [{}, '{}'],
    [[new Fn('f'), new Range(0, 5, false)], '[null,null]'],
  ])('of %p is %s', (value, expected) => {
    expect(call('to_json', value)).toBe(expected);
  });

  test('of something nested too deep ends with a limit', () => {
    let deep: PhsValue = 1;
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(() => call('to_json', deep)).toThrow('nested deeper than 1000');
  });
});

describe('parse', () => {
  test.each<[string, PhsValue]>([
    ['{"a": {"b": [1, null]}}', { a: { b: [1, null] } }],
    ['  [1]\n', [1]],
    ['[]', []],
    ['{ }', {}],
    ['true', true],
    ['false', false],
    ['null', null],
    ['"x"', 'x'],
    ['"a\\nb\\u00e9\\\\"', 'a\nbé\\'],
    ['"\\""', '"'],
    ['42', 42],
    ['-0', 0],
    ['1.5', 1.5],
    ['3.0', 3],
    ['1e3', 1000],
    ['9223372036854775807', 2n ** 63n - 1n],
    ['9223372036854775808', 2 ** 63],
    ['[1692362096000]', [1692362096000]],
    ['[3.0]', [float(3)]],
    ['{"a": 1, "a": 2}', { a: 2 }],
  ])('of %s is %p', (text, expected) => {
    expect(call('parse', text)).toEqual(expected);
  });

  test.each([
    '',
    ' ',
    'nope',
    '{a: 1}',
    '[1,]',
    '{"a": 1,}',
    '[1',
    '"x',
    "'x'",
    '"a\nb"',
    '"\\x"',
    '01',
    '1.',
    '.5',
    '+1',
    'NaN',
    '1 2',
    '#{"a": 1}',
    'truely',
  ])('of %p is unit', (text) => {
    expect(call('parse', text)).toBeNull();
  });

  test('reads __proto__ as a key like any other', () => {
    const map = call('parse', '{"__proto__": {"x": 1}}');
    expect(call('keys', map)).toEqual(['__proto__']);
    expect(map).not.toHaveProperty('x');
  });

  test('of brackets without end is unit, not a stack overflow', () => {
    expect(call('parse', '['.repeat(1_000_000))).toBeNull();
  });

  test('keeps to the limits of arrays and maps', () => {
    expect(() => callOn(new LoneRun({ arrayItems: 2 }), 'parse', '[1,2,3]')).toThrow('array too large');
    expect(() => callOn(new LoneRun({ mapEntries: 1 }), 'parse', '{"a":1,"b":2}')).toThrow('map too large');
  });
});

describe('parse_json', () => {
  test('gives a map, with whole floats as floats', () => {
    expect(call('parse_json', '{"a": 1.0, "b": 1}')).toEqual({ a: float(1), b: 1 });
  });

  test.each<[string, string]>([
    ['[1]', 'Output type incorrect: array (expecting map)'],
    ['5', 'Output type incorrect: i64 (expecting map)'],
    ['{"a": }', 'Cannot parse the text as JSON: expected a value, found } at character 7'],
    ['{"a": 1', 'Cannot parse the text as JSON: expected , or }, found the end at character 8'],
    ['["\\q"]', 'Cannot parse the text as JSON: invalid string at character 2'],
  ])('of %s fails: %s', (text, message) => {
    expect(() => call('parse_json', text)).toThrow(message);
  });
});

describe('uuid', () => {
  const shape = (version: string) =>
    new RegExp(`^[0-9a-f]{8}-[0-9a-f]{4}-${version}[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`);

  test.each<[PhsValue[], string]>([
    [[], '4'],
    [['v4'], '4'],
    [['nope'], '4'],
    [['v6'], '6'],
    [['v7'], '7'],
    [['v4', 'name'], '4'],
  ])('%j is of version %s', (args, version) => {
    expect(call('uuid', ...args)).toMatch(shape(version));
  });

  test('of a name is in the namespace of domain names', () => {
    expect(call('uuid', 'v3', 'example.com')).toBe('9073926b-929f-31c2-abc9-fad77ae3e8eb');
    expect(call('uuid', 'v5', 'example.com')).toBe('cfbff0d1-9375-5685-968c-48ce8b15ae17');
  });

  test('v6 and v7 carry the time', () => {
    const before = Date.now();
    const [seven, six] = [call('uuid', 'v7'), call('uuid', 'v6')] as string[];
    const after = Date.now();
    const millis = parseInt(String(seven).slice(0, 13).replace('-', ''), 16);
    const ticks = BigInt(`0x${String(six).slice(0, 13).replace('-', '')}${String(six).slice(15, 18)}`);
    const sixMillis = Number(ticks / 10_000n) - 12_219_292_800_000;
    expect([millis, sixMillis].every((time) => time >= before && time <= after)).toBe(true);
    expect(six).toMatch(/-000000000000$/);
  });
});
