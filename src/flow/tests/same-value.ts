import { isMap, type Value } from '../../values.js';

/**
 * Whether two results are the same (docs/spec/flow.md 14.3): numbers by value, so that 2 and 2.0 are one; strings, booleans and null by kind and
 * value; arrays in order; objects whatever the order of their keys. Undefined is only itself.
 */
export function sameValue(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (isNumber(a) && isNumber(b)) return sameNumber(a, b);
  if (Array.isArray(a)) {
    const other: readonly Value[] | undefined = Array.isArray(b) ? b : undefined;
    return other?.length === a.length && a.every((item: Value, index) => sameValue(item, other[index]));
  }
  if (!isMap(a) || !isMap(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameValue(a[key], b[key]))
  );
}

function isNumber(value: Value): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function sameNumber(a: number | bigint, b: number | bigint): boolean {
  if (typeof a === 'bigint' && typeof b === 'bigint') return a === b;
  // An integer that no double can hold is never the same as a double.
  if (typeof a === 'bigint' || typeof b === 'bigint') return a == b;
  return Math.abs(a - b) < Number.EPSILON || (Number.isNaN(a) && Number.isNaN(b));
}
