import { describe, expect, test } from '@jest/globals';
import { Range } from '../../../src/phs/values/range.js';
import { char, float, type PhsValue } from '../../../src/phs/values/value.js';
import { call, change, property } from './dispatch.js';

const MIN = -(2n ** 63n);
const MAX = 2n ** 63n - 1n;

describe('numbers', () => {
  test.each<[string, PhsValue[], PhsValue]>([
    ['abs', [-5], 5],
    ['abs', [MIN + 1n], MAX],
    ['abs', [-1.5], 1.5],
    ['abs', [float(-2)], float(2)],
    ['sign', [-3], -1],
    ['sign', [0], 0],
    ['sign', [2.5], 1],
    ['sign', [float(-0)], 0],
    ['is_odd', [5], true],
    ['is_odd', [-5], true],
    ['is_odd', [MAX], true],
    ['is_even', [0], true],
    ['is_zero', [0], true],
    ['is_zero', [float(-0)], true],
    ['max', [3, 7], 7],
    ['max', [MAX, 1], MAX],
    ['max', [1, 2.5], 2.5],
    ['max', [3, 2.5], float(3)],
    ['min', [3, 3.5], float(3)],
    ['min', [-1, -2], -2],
    ['max', ['a', 'b'], 'b'],
    ['max', [char('a'), char('b')], char('b')],
    ['max', ['a', char('b')], 'b'],
    ['min', ['\u{1f600}', '\uffff'], '\uffff'],
    ['to_float', [5], float(5)],
    ['to_float', [2.5], 2.5],
    ['to_int', [4.9], 4],
    ['to_int', [-4.9], -4],
    ['to_int', [7], 7],
    ['to_int', [NaN], 0],
    ['to_int', [2 ** 63], MAX],
    ['to_int', [-(2 ** 63)], MIN],
    ['to_int', [char('a')], 97],
    ['to_hex', [255], 'ff'],
    ['to_octal', [8], '10'],
    ['to_binary', [10], '1010'],
    ['to_hex', [-1], 'ffffffffffffffff'],
    ['toFixed', [1.005, 1], '1.0'],
    ['toFixed', [5, 2], '5.00'],
    ['toFixed', [2.5], '3'],
    ['toFixed', [float(2), 1], '2.0'],
    ['toFixed', [MAX, 1], '9223372036854775807.0'],
    ['toFixed', [1e21, 0], '1000000000000000000000'],
  ])('%s%j is %p', (name, args, expected) => {
    expect(call(name, ...args)).toEqual(expected);
  });

  test('abs of the smallest int overflows', () => {
    expect(() => call('abs', MIN)).toThrow('Negation overflow: --9223372036854775808');
  });

  test('to_int of a float beyond 64 bits overflows', () => {
    expect(() => call('to_int', 1e30)).toThrow('Integer overflow: to_int(1000000000000000000000000000000)');
  });

  test('toFixed with more than 100 digits says what it takes', () => {
    expect(() => call('toFixed', 1, 101)).toThrow('give 0 to 100');
  });

  test('to_int of a string does not exist', () => {
    expect(() => call('to_int', '42')).toThrow(
      'Function not found: to_int (&str | ImmutableString | String)',
    );
  });
});

describe('parse_int and parse_float', () => {
  test.each<[string, PhsValue[], PhsValue]>([
    ['parse_int', ['42'], 42],
    ['parse_int', ['  -42\n'], -42],
    ['parse_int', ['+7'], 7],
    ['parse_int', ['007'], 7],
    ['parse_int', ['9223372036854775807'], MAX],
    ['parse_int', ['-9223372036854775808'], MIN],
    ['parse_int', ['123abc', 16], 0x123abc],
    ['parse_int', ['Zz', 36], 1295],
    ['parse_float', ['1.5'], 1.5],
    ['parse_float', [' 3 '], float(3)],
    ['parse_float', ['1.'], float(1)],
    ['parse_float', ['.5'], 0.5],
    ['parse_float', ['-1e3'], float(-1000)],
    ['parse_float', ['inf'], Infinity],
    ['parse_float', ['-Infinity'], -Infinity],
    ['parse_float', ['NaN'], NaN],
  ])('%s%j is %p', (name, args, expected) => {
    expect(call(name, ...args)).toEqual(expected);
  });

  test.each<[string, PhsValue[], string]>([
    ['parse_int', ['abc'], "Error parsing integer number 'abc': invalid digit found in string"],
    ['parse_int', [''], "Error parsing integer number '': cannot parse integer from empty string"],
    ['parse_int', ['  '], "Error parsing integer number '  ': cannot parse integer from empty string"],
    ['parse_int', ['-'], "Error parsing integer number '-': invalid digit found in string"],
    ['parse_int', ['1_000'], "Error parsing integer number '1_000': invalid digit found in string"],
    ['parse_int', ['9223372036854775808'], 'number too large to fit in target type'],
    ['parse_int', ['-9223372036854775809'], 'number too small to fit in target type'],
    ['parse_int', ['2', 2], 'invalid digit found in string'],
    ['parse_int', ['1', 1], "Invalid radix: '1'"],
    ['parse_int', ['1', 37], "Invalid radix: '37'"],
    ['parse_float', ['x'], "Error parsing floating-point number 'x': invalid float literal"],
    ['parse_float', ['.'], "Error parsing floating-point number '.': invalid float literal"],
    ['parse_float', ['1e'], "Error parsing floating-point number '1e': invalid float literal"],
    ['parse_float', [''], "Error parsing floating-point number '': cannot parse float from empty string"],
  ])('%s%j fails with: %s', (name, args, message) => {
    expect(() => call(name, ...args)).toThrow(message);
  });
});

describe('functions of floats', () => {
  test.each<[string, number[], PhsValue]>([
    ['floor', [2.7], float(2)],
    ['floor', [-2.1], float(-3)],
    ['ceiling', [2.1], float(3)],
    ['round', [2.5], float(3)],
    ['round', [-2.5], float(-3)],
    ['round', [0.49999999999999994], float(0)],
    ['int', [-2.7], float(-2)],
    ['fraction', [1.25], 0.25],
    ['is_nan', [NaN], true],
    ['is_finite', [1.5], true],
    ['is_infinite', [-Infinity], true],
    ['sqrt', [6.25], 2.5],
    ['exp', [0.5], Math.exp(0.5)],
    ['ln', [0.5], Math.log(0.5)],
    ['log', [1000.5], Math.log10(1000.5)],
    ['log', [0.25, 0.5], float(2)],
    ['hypot', [1.5, 2.5], Math.hypot(1.5, 2.5)],
    ['sin', [0.5], Math.sin(0.5)],
    ['cos', [0.5], Math.cos(0.5)],
    ['tan', [0.5], Math.tan(0.5)],
    ['asin', [0.5], Math.asin(0.5)],
    ['acos', [0.5], Math.acos(0.5)],
    ['atan', [0.5], Math.atan(0.5)],
    ['atan', [0.5, 1.5], Math.atan2(0.5, 1.5)],
    ['sinh', [0.5], Math.sinh(0.5)],
    ['cosh', [0.5], Math.cosh(0.5)],
    ['tanh', [0.5], Math.tanh(0.5)],
    ['asinh', [0.5], Math.asinh(0.5)],
    ['acosh', [1.5], Math.acosh(1.5)],
    ['atanh', [0.5], Math.atanh(0.5)],
    ['to_degrees', [0.5], 0.5 * (180 / Math.PI)],
    ['to_radians', [0.5], 0.5 * (Math.PI / 180)],
  ])('%s%j is %p', (name, args, expected) => {
    expect(call(name, ...args)).toEqual(expected);
  });

  test('log of 1000.0 is exactly 3.0', () => {
    expect(call('log', float(1000))).toEqual(float(3));
  });

  test('PI and E are functions', () => {
    expect([call('PI'), call('E')]).toEqual([Math.PI, Math.E]);
  });

  test.each(['floor', 'ceiling', 'round', 'int', 'fraction', 'sqrt', 'sin', 'ln', 'log'])(
    '%s does not take an int',
    (name) => {
      expect(() => call(name, 16)).toThrow(`Function not found: ${name} (i64)`);
    },
  );

  test('round takes no number of digits, and there is no log10 or pow', () => {
    expect(() => call('round', 1.234, 2)).toThrow('Function not found: round (f64, i64)');
    expect(() => call('log10', 1.5)).toThrow('Function not found: log10 (f64)');
    expect(() => call('pow', 1.5, 2.5)).toThrow('Function not found: pow (f64, f64)');
  });
});

test.each<[string, PhsValue, PhsValue]>([
  ['is_odd', 3, true],
  ['is_even', 4, true],
  ['is_zero', float(0), true],
  ['floor', 2.7, float(2)],
  ['ceiling', 2.1, float(3)],
  ['round', 2.5, float(3)],
  ['int', 2.5, float(2)],
  ['fraction', 2.5, 0.5],
  ['is_nan', 2.5, false],
  ['is_finite', 2.5, true],
  ['is_infinite', 2.5, false],
])('the property %s of %p is %p', (name, value, expected) => {
  expect(property(name, value)).toEqual(expected);
});

describe('bit fields', () => {
  test.each<[string, PhsValue[], PhsValue]>([
    ['get_bit', [5, 0], true],
    ['get_bit', [5, 1], false],
    ['get_bit', [-1, -1], true],
    ['get_bits', [0b1011_0110, 2, 4], 0b1101],
    ['get_bits', [0b1011_0110, new Range(2, 6, false)], 0b1101],
    ['get_bits', [0b1011_0110, new Range(2, 5, true)], 0b1101],
    ['get_bits', [-1, 0, 64], -1],
    ['get_bits', [-1, 60, 64], 15],
    ['get_bits', [5, 0, 0], 0],
  ])('%s%p is %p', (name, args, expected) => {
    expect(call(name, ...args)).toEqual(expected);
  });

  test('set_bit and set_bits change their receiver', () => {
    expect(change('set_bit', 4, 0, true)).toEqual([null, 5]);
    expect(change('set_bit', 5, 0, false)).toEqual([null, 4]);
    expect(change('set_bit', 0, 63, true)).toEqual([null, MIN]);
    expect(change('set_bits', 0b1111_0000, 2, 4, 0b1001)).toEqual([null, 0b1110_0100]);
    expect(change('set_bits', 0, new Range(0, 3, true), 0xff)).toEqual([null, 15]);
  });

  test('a bit outside 64 fails', () => {
    expect(() => call('get_bit', 1, 64)).toThrow(
      'Bit-field index 64 out of bounds: only 64 bits in bit-field',
    );
    expect(() => call('get_bit', 1, -65)).toThrow('Bit-field index -65 out of bounds');
  });

  test('bits walks from the lowest bit', () => {
    expect(walked(call('bits', 5, 0, 4))).toEqual([true, false, true, false]);
    expect(walked(property('bits', 1))).toHaveLength(64);
  });
});

function walked(value: PhsValue): unknown[] {
  return [...(value as unknown as { items(): Iterable<PhsValue> }).items()];
}
