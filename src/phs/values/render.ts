import { compareText, textOf } from '../../values.js';
import { Fn } from './fn.js';
import { Range } from './range.js';
import { Char, Float, Special, isOpaque, isPhsArray, typeName, type PhsValue } from './value.js';

/** What rendering needs of a run: it pays for each value it walks over. */
export interface Meter {
  charge(steps: number): void;
}

/** Text of a value in interpolation, concatenation and `to_string` (docs/spec/phs.md 10.3): strings as they are, unit as nothing. */
export function toText(value: PhsValue, meter: Meter): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? String(value) : floatText(value, 9999999827968, 1e-13);
  if (value instanceof Float) return floatText(value.value, 9999999827968, 1e-13);
  return toDebugText(value, meter);
}

/** Text of a value inside an array or a map: strings quoted, unit as `()`. */
export function toDebugText(value: PhsValue, meter: Meter): string {
  meter.charge(1);
  switch (typeof value) {
    case 'string':
      meter.charge(value.length >> 6);
      return quoted(value);
    case 'number':
      return Number.isSafeInteger(value) ? String(value) : floatText(value, 1e16, 1e-4);
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'object':
      return objectText(value, meter);
    case 'undefined':
      return '()';
    default:
      return typeName(value);
  }
}

function objectText(value: (PhsValue & object) | null, meter: Meter): string {
  if (value === null) return '()';
  if (isPhsArray(value)) return `[${value.map((item) => toDebugText(item, meter)).join(', ')}]`;
  if (value instanceof Special) return specialText(value);
  if (isOpaque(value)) return typeName(value);
  const keys = Object.keys(value).sort(compareText);
  return `#{${keys.map((key) => `${quoted(key)}: ${toDebugText(value[key], meter)}`).join(', ')}}`;
}

function specialText(value: Special): string {
  if (value instanceof Float) return floatText(value.value, 1e16, 1e-4);
  if (value instanceof Char) return value.text;
  if (value instanceof Fn) return `Fn(${value.name})`;
  if (value instanceof Range) {
    return `${String(value.start ?? '')}${value.inclusive ? '..=' : '..'}${String(value.end ?? '')}`;
  }
  return value.typeName;
}

/** Shortest digits that read back as the same float, always with a fraction or an exponent. */
function floatText(value: number, large: number, small: number): string {
  if (Number.isNaN(value)) return 'NaN';
  const size = Math.abs(value);
  if (size === Infinity) return value < 0 ? '-inf' : 'inf';
  if (size === 0) return Object.is(value, -0) && small === 1e-4 ? '-0.0' : '0.0';
  // The original compares with `>` in 32 bits at the top level and with `>=` inside containers.
  if (size < small || (small === 1e-4 ? size >= large : size > large)) {
    return value.toExponential().replace('e+', 'e');
  }
  const text = textOf(value);
  return text.includes('.') ? text : `${text}.0`;
}

const NAMED_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\0': '\\0',
};

/** A string between double quotes, with whatever cannot be printed escaped. */
function quoted(text: string): string {
  const escaped = text.replace(/["\\]|[^\P{C}]|[^\P{Z} ]|\p{M}/gu, (found) => {
    return NAMED_ESCAPES[found] ?? `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`;
  });
  return `"${escaped}"`;
}
