import { compareText } from '../../values.js';
import { functionNotFound } from '../builtins/not-found.js';
import { Fn } from '../values/fn.js';
import { Range, Timestamp } from '../values/range.js';
import type { Meter } from '../values/render.js';
import {
  Char,
  Float,
  asNumber,
  isPhsArray,
  isPhsMap,
  type PhsArray,
  type PhsMap,
  type PhsValue,
} from '../values/value.js';

const EPSILON = 2.220446049250313e-16;

/** Floats are equal when they differ by rounding only (docs/spec/phs.md 4.4); infinities and NaN compare as IEEE says. */
function floatsEqual(x: number, y: number): boolean {
  if (x === y) return true;
  const scale = x * y === 0 ? 1 : Math.max(Math.abs(x), Math.abs(y));
  return scale !== Infinity && Math.abs(x - y) / scale <= EPSILON;
}

/** `==` of any two values, deep; false for kinds that do not mix. Throws for two functions. */
export function equals(a: PhsValue, b: PhsValue, meter: Meter): boolean {
  if (typeof a === 'string' || typeof b === 'string' || a instanceof Char || b instanceof Char) {
    const left = a instanceof Char ? a.text : a;
    if (typeof left !== 'string') return false;
    meter.charge(left.length >> 6);
    return left === (b instanceof Char ? b.text : b);
  }
  if (typeof a === 'number' || typeof b === 'number' || a instanceof Float || b instanceof Float) {
    return numbersEqual(a, b);
  }
  if (a === null || a === undefined) return b === null || b === undefined;
  if (isPhsArray(a)) return isPhsArray(b) && arraysEqual(a, b, meter);
  if (isPhsMap(a)) return isPhsMap(b) && mapsEqual(a, b, meter);
  if (a instanceof Fn && b instanceof Fn) throw functionNotFound('==', [a, b]);
  if (a instanceof Range && b instanceof Range) return rangesEqual(a, b);
  if (a instanceof Timestamp && b instanceof Timestamp) return a.seconds === b.seconds;
  return a === b;
}

function numbersEqual(a: PhsValue, b: PhsValue): boolean {
  const x = asNumber(a);
  const y = asNumber(b);
  if (x === undefined || y === undefined) return false;
  // A safe int never equals a bigint, which is out of the safe range; ints compare exactly.
  if (Number.isSafeInteger(a) && (typeof b === 'bigint' || Number.isSafeInteger(b)))
    return x === y && typeof b === 'number';
  if (typeof a === 'bigint' && Number.isSafeInteger(b)) return false;
  return floatsEqual(x, y);
}

function arraysEqual(a: PhsArray, b: PhsArray, meter: Meter): boolean {
  if (a.length !== b.length) return false;
  meter.charge(a.length);
  return a.every((item, i) => equals(item, b[i], meter));
}

function mapsEqual(a: PhsMap, b: PhsMap, meter: Meter): boolean {
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  meter.charge(keys.length);
  return keys.every((key) => Object.hasOwn(b, key) && equals(a[key], b[key], meter));
}

function rangesEqual(a: Range, b: Range): boolean {
  if (a.inclusive !== b.inclusive) throw functionNotFound('==', [a, b]);
  return a.start === b.start && a.end === b.end;
}

/**
 * How two values order: negative, zero, positive; undefined when they have no order (docs/spec/phs.md 4.4). Numbers that are equal but
 * for rounding order as equal; NaN has no order.
 */
export function order(a: PhsValue, b: PhsValue, meter: Meter): number | undefined {
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b ? -1 : a > b ? 1 : 0;
  const x = asNumber(a);
  if (x !== undefined) {
    const y = asNumber(b);
    if (y === undefined || Number.isNaN(x) || Number.isNaN(y)) return undefined;
    if (Number.isSafeInteger(a) && Number.isSafeInteger(b)) return x - y;
    return floatsEqual(x, y) ? 0 : x < y ? -1 : 1;
  }
  const left = a instanceof Char ? a.text : a;
  const right = b instanceof Char ? b.text : b;
  if (typeof left === 'string') return typeof right === 'string' ? textOrder(left, right, meter) : undefined;
  if (typeof left === 'boolean') return typeof right === 'boolean' ? Number(left) - Number(right) : undefined;
  if (left instanceof Timestamp) return right instanceof Timestamp ? left.seconds - right.seconds : undefined;
  return undefined;
}

function textOrder(a: string, b: string, meter: Meter): number {
  meter.charge(Math.min(a.length, b.length) >> 2);
  return compareText(a, b);
}
