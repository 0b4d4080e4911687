import { ScriptSyntaxError } from './syntax-error.js';
import { Float, float, intOf, type PhsValue } from '../values/value.js';

const RADIX = /0(?:[xX][0-9a-fA-F_]*|[oO][0-7_]*|[bB][01_]*)/y;
const WHOLE = /[0-9][0-9_]*/y;
/** A dot belongs to the number unless a range, a property or a method follows. */
const FRACTION = /\.(?:[0-9][0-9_]*|(?![.\p{L}_]))/uy;
const EXPONENT = /[eE][+-]?[0-9][0-9_]*/y;
const TRAILING = /[\p{L}\p{N}_]/uy;

/** This many digits are always a safe integer. */
const MAX_SAFE_DIGITS = 15;
const LARGEST = 2n ** 63n - 1n;

function match(pattern: RegExp, code: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(code)?.[0] ?? '';
}

/** Reads the number literal that begins at `start` (docs/spec/phs.md 2.3). */
export function lexNumber(code: string, start: number): { value: PhsValue; end: number } {
  const simple = digitsEnd(code, start);
  if (simple !== undefined) return { value: Number(code.slice(start, simple)), end: simple };
  const radix = match(RADIX, code, start);
  if (radix !== '') {
    const end = start + radix.length;
    const digits = radix.slice(2).replaceAll('_', '');
    const value = digits === '' ? undefined : BigInt(radix.slice(0, 2).toLowerCase() + digits);
    if (value === undefined || value >= 2n ** 64n || match(TRAILING, code, end) !== '')
      throw invalid(code, start, end);
    // The 64 bits are read as a signed number.
    return { value: intOf(BigInt.asIntN(64, value)), end };
  }
  const whole = match(WHOLE, code, start);
  let end = start + whole.length;
  const fraction = match(FRACTION, code, end);
  end += fraction.length;
  const exponent = match(EXPONENT, code, end);
  end += exponent.length;
  if (match(TRAILING, code, end) !== '') throw invalid(code, start, end);
  const text = code.slice(start, end).replaceAll('_', '');
  if (fraction !== '' || exponent !== '') return { value: float(Number(text)), end };
  return { value: decimal(text), end };
}

/** Where a few digits end that are all there is to the number, as nearly always; undefined when more may belong to it. */
function digitsEnd(code: string, start: number): number | undefined {
  let end = start;
  while (isAsciiDigit(code.charCodeAt(end))) end++;
  if (end === code.length) return end - start > MAX_SAFE_DIGITS ? undefined : end;
  const next = code.charCodeAt(end);
  const isMore = next === 0x2e || next === 0x5f || next > 0x7f || isAsciiLetter(next);
  return isMore || end - start > MAX_SAFE_DIGITS ? undefined : end;
}

/** A decimal int literal; beyond 64 bits it becomes a float. */
function decimal(digits: string): PhsValue {
  const near = Number(digits);
  if (Number.isSafeInteger(near)) return near;
  const exact = digits.length > 40 ? LARGEST + 1n : BigInt(digits);
  return exact > LARGEST ? near : exact;
}

function invalid(code: string, start: number, end: number): ScriptSyntaxError {
  const found = /^[\p{L}\p{N}_]*/u.exec(code.slice(end))?.[0] ?? '';
  const text = code.slice(start, end) + found;
  return new ScriptSyntaxError(`Invalid number: '${text}'`, start, text.length);
}

/** The value of a number literal with a minus right before it. */
export function negatedLiteral(value: PhsValue): PhsValue {
  if (value instanceof Float) return float(-value.value);
  if (typeof value === 'bigint') return intOf(-value);
  const number = Number(value);
  // The smallest int has no positive twin: its digits alone read as a float.
  if (number === 2 ** 63) return -(2n ** 63n);
  return Number.isSafeInteger(number) ? 0 - number : -number;
}

/** True for the code unit of a letter from a to z, small or capital. */
export function isAsciiLetter(unit: number): boolean {
  const small = unit | 0x20;
  return small >= 0x61 && small <= 0x7a;
}

/** True for the code unit of a digit from 0 to 9. */
export function isAsciiDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}
