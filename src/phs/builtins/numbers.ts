import { compareText, textOf } from '../../values.js';
import { ScriptError } from '../script-error.js';
import { Float, asNumber, float, intOf, isInt, type Int, type PhsValue } from '../values/value.js';
import { integer, parseFloatText, parseIntText } from './number-text.js';
import { getter, pure, type Builtin } from './registry.js';
import { walked } from './text-parts.js';

const SMALLEST = -(2n ** 63n);
const MAX_DIGITS = 100;

/** docs/spec/phs.md 11.4 without what takes floats only (`floats.ts`) and the bit fields (`bits.ts`). */
export const NUMBERS: readonly Builtin[] = [
  pure('abs', ['int'], (_context, value) => {
    if (value === SMALLEST) throw arithmetic(`Negation overflow: -${String(value)}`);
    if (typeof value === 'number') return Math.abs(value);
    return value < 0n ? intOf(-value) : value;
  }),
  pure('abs', ['float'], (_context, value) => float(Math.abs(value))),
  pure('sign', ['int'], (_context, value) => (value > 0 ? 1 : value < 0 ? -1 : 0)),
  pure('sign', ['float'], (_context, value) => {
    if (Number.isNaN(value)) throw arithmetic('Sign of NaN is undefined');
    return value > 0 ? 1 : value < 0 ? -1 : 0;
  }),
  pure('is_odd', ['int'], (_context, value) => isOdd(value)),
  getter('is_odd', 'int', (_context, value) => isOdd(value)),
  pure('is_even', ['int'], (_context, value) => !isOdd(value)),
  getter('is_even', 'int', (_context, value) => !isOdd(value)),
  pure('is_zero', ['number'], (_context, value) => asNumber(value) === 0),
  getter('is_zero', 'number', (_context, value) => asNumber(value) === 0),

  ...extreme('max', (order) => order >= 0),
  ...extreme('min', (order) => order <= 0),

  pure('to_int', ['int'], (_context, value) => value),
  pure('to_int', ['float'], (_context, value) => {
    const most = 2 ** 63;
    if (value > most || value < -most) throw arithmetic(`Integer overflow: to_int(${floatName(value)})`);
    if (Number.isNaN(value)) return 0;
    return value === most ? -SMALLEST - 1n : integer(Math.trunc(value));
  }),
  pure('to_int', ['char'], (_context, value) => value.text.codePointAt(0) ?? 0),
  pure('to_float', ['number'], (_context, value) => float(asNumber(value) ?? 0)),
  pure('parse_int', ['string'], (context, text) => parseIntText(walked(context, text), 10)),
  pure('parse_int', ['string', 'index'], (context, text, radix) =>
    parseIntText(walked(context, text), radix),
  ),
  pure('parse_float', ['string'], (context, text) => parseFloatText(walked(context, text))),

  pure('to_hex', ['int'], (_context, value) => digitsOf(value, 16)),
  pure('to_octal', ['int'], (_context, value) => digitsOf(value, 8)),
  pure('to_binary', ['int'], (_context, value) => digitsOf(value, 2)),

  pure('toFixed', ['number'], (_context, value) => fixed(value, 0)),
  pure('toFixed', ['number', 'index'], (_context, value, digits) => fixed(value, digits)),
];

/** `max` and `min`: of two ints an int, of an int and a float a float, of two chars a char, of other texts a string. */
function extreme(name: string, wins: (order: number) => boolean): readonly Builtin[] {
  return [
    pure(name, ['number', 'number'], (_context, a, b) => {
      if (isInt(a) && isInt(b)) return wins(a < b ? -1 : a > b ? 1 : 0) ? a : b;
      const x = asNumber(a) ?? 0;
      const y = asNumber(b) ?? 0;
      return float(wins(x - y) ? x : y);
    }),
    pure(name, ['char', 'char'], (_context, a, b) => (wins(compareText(a.text, b.text)) ? a : b)),
    pure(name, ['text', 'text'], (_context, a, b) => (wins(compareText(a, b)) ? a : b)),
  ];
}

function isOdd(value: Int): boolean {
  return typeof value === 'bigint' ? value % 2n !== 0n : value % 2 !== 0;
}

/** Digits in a base; a negative int as the 64 bits of its two's complement. */
function digitsOf(value: Int, base: number): string {
  return value < 0 ? BigInt.asUintN(64, BigInt(value)).toString(base) : value.toString(base);
}

/** A decimal text with exactly this many digits after the point, as a published flow of the original expects it of numbers. */
function fixed(value: PhsValue, digits: number): string {
  if (digits < 0 || digits > MAX_DIGITS) {
    throw new ScriptError(
      'ErrorArithmetic',
      `Cannot format with ${String(digits)} digits after the point: give 0 to ${String(MAX_DIGITS)}`,
    );
  }
  const number = value instanceof Float ? value.value : value;
  if (typeof number === 'number' && Number.isFinite(number) && Math.abs(number) < 1e21) {
    return number.toFixed(digits);
  }
  if (typeof number === 'number' && !Number.isFinite(number)) return floatName(number);
  const whole = typeof number === 'bigint' ? number : BigInt(asNumber(number) ?? 0);
  return digits === 0 ? String(whole) : `${String(whole)}.${'0'.repeat(digits)}`;
}

function floatName(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  return textOf(value);
}

function arithmetic(message: string): ScriptError {
  return new ScriptError('ErrorArithmetic', message);
}
