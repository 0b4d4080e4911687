import { compareText } from '../../values.js';
import type { Meter } from './render.js';
import { ScriptError } from '../script-error.js';
import { Char, Float, Special, isOpaque, isPhsArray, type PhsValue } from './value.js';

const DEEPEST = 1_000;

/**
 * Compact JSON with sorted keys (docs/spec/phs.md 10.4): floats keep their fraction (`3.0`), a char is a string; what JSON has no
 * word for (NaN, infinities, functions, ranges) is null.
 */
export function toJson(value: PhsValue, meter: Meter, depth = 0): string {
  meter.charge(1);
  switch (typeof value) {
    case 'string':
      meter.charge(value.length >> 6);
      return JSON.stringify(value);
    case 'number':
      return Number.isSafeInteger(value) ? String(value + 0) : floatJson(value);
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'object':
      return objectJson(value, meter, depth);
    default:
      return 'null';
  }
}

function objectJson(value: (PhsValue & object) | null, meter: Meter, depth: number): string {
  if (value === null) return 'null';
  if (value instanceof Float) return floatJson(value.value);
  if (value instanceof Char) return JSON.stringify(value.text);
  if (value instanceof Special || isOpaque(value)) return 'null';
  if (depth >= DEEPEST) {
    throw ScriptError.limit(`Cannot write the value as JSON: nested deeper than ${String(DEEPEST)}`);
  }
  if (isPhsArray(value)) return `[${value.map((item) => toJson(item, meter, depth + 1)).join(',')}]`;
  const keys = Object.keys(value).sort(compareText);
  const members = keys.map((key) => `${JSON.stringify(key)}:${toJson(value[key], meter, depth + 1)}`);
  return `{${members.join(',')}}`;
}

function floatJson(value: number): string {
  if (!Number.isFinite(value)) return 'null';
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}
