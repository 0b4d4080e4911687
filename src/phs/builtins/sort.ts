import { order } from '../interpreter/equality.js';
import type { Fn } from '../values/fn.js';
import { ScriptError } from '../script-error.js';
import { asNumber, isInt, kindOf, type PhsValue } from '../values/value.js';
import { refill } from './arrays.js';
import { undefinedOnFailure, namesToo } from './callback.js';
import { mutator, type Builtin, type Context } from './registry.js';

/** True when the first must come before the second. */
type Precedes = (a: PhsValue, b: PhsValue) => boolean;

/** `sort` (docs/spec/phs.md 11.6): in place, stable, answers unit. */
export const SORT: readonly Builtin[] = [
  mutator('sort', ['array'], (context, array) => {
    const [first] = array;
    if (array.some((item) => kindOf(item) !== kindOf(first))) {
      throw new ScriptError(
        'ErrorFunctionNotFound',
        'Function not found: sort() cannot be called with elements of different types',
      );
    }
    refill(
      array,
      sorted(context, array, (a, b) => before(context, a, b)),
    );
    return null;
  }),
  ...namesToo([
    mutator('sort', ['array', 'fn'], (context, array, fn) => {
      refill(array, sorted(context, array, precedesBy(context, fn)));
      return null;
    }),
  ]),
];

/** Ints exactly, floats and texts by size, false before true; what has no order stays as it is. */
function before(context: Context, a: PhsValue, b: PhsValue): boolean {
  if (isInt(a) && isInt(b)) return a < b;
  const x = asNumber(a);
  const y = asNumber(b);
  // Not order(): floats that are equal but for rounding still sort by size.
  if (x !== undefined && y !== undefined) return x < y;
  return (order(a, b, context) ?? 0) < 0;
}

/** A comparer answers an int below 0, or true, when its first argument goes first. */
function precedesBy(context: Context, fn: Fn): Precedes {
  return (a, b) => {
    const answer = undefinedOnFailure(context, fn, a, b);
    return typeof answer === 'boolean' ? answer : isInt(answer) && answer < 0;
  };
}

/**
 * The items in order, by merging sorted runs of growing length. Our own, because it calls the comparer a bounded number of times
 * in a defined order whatever the comparer answers.
 */
function sorted(context: Context, items: readonly PhsValue[], precedes: Precedes): PhsValue[] {
  let from = [...items];
  let to = new Array<PhsValue>(from.length).fill(null);
  for (let width = 1; width < from.length; width *= 2) {
    context.charge(from.length);
    for (let start = 0; start < from.length; start += 2 * width) {
      merge(
        from,
        to,
        start,
        Math.min(start + width, from.length),
        Math.min(start + 2 * width, from.length),
        precedes,
      );
    }
    [from, to] = [to, from];
  }
  return from;
}

function merge(
  from: readonly PhsValue[],
  to: PhsValue[],
  start: number,
  middle: number,
  end: number,
  precedes: Precedes,
): void {
  let left = start;
  let right = middle;
  for (let i = start; i < end; i++) {
    const takesRight = left >= middle || (right < end && precedes(from[right], from[left]));
    to[i] = from[takesRight ? right++ : left++];
  }
}
