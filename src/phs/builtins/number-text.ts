import { ScriptError } from '../script-error.js';
import { float, intOf, type Int, type PhsValue } from '../values/value.js';
import { trimmed } from '../values/white-space.js';

const LARGEST = 2n ** 63n - 1n;
/** No 64-bit int has more digits than this, whatever its base, but for leading zeros. */
const MAX_DIGITS = 64;
const FLOAT = /^[+-]?(?:inf|infinity|nan|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?)$/i;

/** The int of a whole JS number within 64 bits. */
export function integer(value: number): Int {
  return Number.isSafeInteger(value) ? value + 0 : intOf(BigInt(value));
}

/** The int that a text spells in a base (docs/spec/phs.md 8.2 for the errors). */
export function parseIntText(text: string, radix: number): Int {
  if (radix < 2 || radix > 36) throw new ScriptError('ErrorArithmetic', `Invalid radix: '${String(radix)}'`);
  const spelled = trimmed(text);
  const isNegative = spelled.startsWith('-');
  const digits = isNegative || spelled.startsWith('+') ? spelled.slice(1) : spelled;
  if (spelled === '') throw badInt(text, 'cannot parse integer from empty string');
  if (digits === '') throw badInt(text, 'invalid digit found in string');
  const base = BigInt(radix);
  let value = 0n;
  let isTooLarge = false;
  for (let i = 0; i < digits.length; i++) {
    const digit = digitAt(digits, i);
    if (digit >= radix) throw badInt(text, 'invalid digit found in string');
    if (!isTooLarge) value = value * base + BigInt(digit);
    isTooLarge ||= value > LARGEST + 1n;
  }
  if (isNegative) value = -value;
  if (value > LARGEST) throw badInt(text, 'number too large to fit in target type');
  if (value < -LARGEST - 1n) throw badInt(text, 'number too small to fit in target type');
  return intOf(value);
}

function digitAt(text: string, at: number): number {
  const unit = text.charCodeAt(at) | 32;
  const isDigit = text.charCodeAt(at) >= 48 && text.charCodeAt(at) <= 57;
  if (isDigit) return text.charCodeAt(at) - 48;
  return unit >= 97 && unit <= 122 && text.charCodeAt(at) < 128 ? unit - 87 : MAX_DIGITS;
}

function badInt(text: string, reason: string): ScriptError {
  return new ScriptError('ErrorArithmetic', `Error parsing integer number '${text}': ${reason}`);
}

/** The float that a text spells, as the original reads it: `1.`, `.5`, `inf` and `NaN` are fine. */
export function parseFloatText(text: string): PhsValue {
  const spelled = trimmed(text);
  if (!FLOAT.test(spelled)) {
    const reason = spelled === '' ? 'cannot parse float from empty string' : 'invalid float literal';
    throw new ScriptError('ErrorArithmetic', `Error parsing floating-point number '${text}': ${reason}`);
  }
  const lower = spelled.toLowerCase();
  if (lower.includes('nan')) return NaN;
  if (lower.includes('inf')) return lower.startsWith('-') ? -Infinity : Infinity;
  return float(Number(spelled));
}
