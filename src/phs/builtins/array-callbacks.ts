import { equals } from '../interpreter/equality.js';
import type { Fn } from '../values/fn.js';
import { ScriptError } from '../script-error.js';
import { typeName, type PhsArray, type PhsValue } from '../values/value.js';
import { indexFrom, refill } from './arrays.js';
import { undefinedOnFailure, holds, itemsOf, namesToo, passItem } from './callback.js';
import { mutator, pure, visitor, type Builtin, type Context } from './registry.js';

/**
 * Arrays with a callback (docs/spec/phs.md 11.6). Most pass `(item, index)`, as many of them as the function takes, and the item
 * as `this` to a function that takes none. Callbacks that change the array meanwhile see their own change, the walk does not.
 */
export const ARRAY_CALLBACKS: readonly Builtin[] = [
  // Here a string is a value to look for, not the name of a function.
  pure('index_of', ['array', 'fn'], (context, array, fn) => findIndex(context, array, fn, 0)),
  pure('index_of', ['array', 'fn', 'index'], findIndex),
  pure('index_of', ['array', 'any'], (context, array, value) => indexFrom(context, array, value, 0)),
  pure('index_of', ['array', 'any', 'index'], indexFrom),
  ...namesToo(callbacks()),
];

function callbacks(): readonly Builtin[] {
  return [
    pure('map', ['array', 'fn'], (context, array, fn) => {
      const out: PhsValue[] = [];
      for (const [index, item] of itemsOf(context, array)) out.push(passItem(context, fn, item, index));
      return out;
    }),
    pure('filter', ['array', 'fn'], (context, array, fn) => {
      const out: PhsValue[] = [];
      for (const [index, item] of itemsOf(context, array))
        if (holds(context, fn, item, index)) out.push(item);
      return out;
    }),
    pure('find', ['array', 'fn'], (context, array, fn) => find(context, array, fn, 0)),
    pure('find', ['array', 'fn', 'index'], find),
    pure('find_map', ['array', 'fn'], (context, array, fn) => findMap(context, array, fn, 0)),
    pure('find_map', ['array', 'fn', 'index'], findMap),
    pure('all', ['array', 'fn'], (context, array, fn) => {
      for (const [index, item] of itemsOf(context, array)) if (!holds(context, fn, item, index)) return false;
      return true;
    }),
    // Unlike its family it passes the item alone, and insists on a bool (docs/spec/phs.md 11.1).
    pure('some', ['array', 'fn'], (context, array, fn) => {
      for (const [, item] of itemsOf(context, array)) {
        const answer = context.call(fn, [item]);
        if (typeof answer !== 'boolean') {
          const message = `Output type incorrect: ${typeName(answer)} (expecting bool)`;
          throw new ScriptError('ErrorMismatchDataType', message);
        }
        if (answer) return true;
      }
      return false;
    }),

    pure('reduce', ['array', 'fn'], (context, array, fn) => reduce(context, array, fn, null)),
    pure('reduce', ['array', 'fn', 'any'], reduce),
    pure('reduce_rev', ['array', 'fn'], (context, array, fn) => reduceBack(context, array, fn, null)),
    pure('reduce_rev', ['array', 'fn', 'any'], reduceBack),

    pure('zip', ['array', 'array', 'fn'], (context, array, other, fn) => {
      const out: PhsValue[] = [];
      const count = Math.min(array.length, other.length);
      for (const [index, item] of itemsOf(context, array.slice(0, count))) {
        const pair = [item, other[index] ?? null];
        out.push(context.call(fn, context.arityOf(fn) === 3 ? [...pair, index] : pair));
      }
      return out;
    }),

    visitor('for_each', ['array', 'fn'], (context, array, fn) => {
      for (const index of [...array.keys()]) {
        context.charge(1);
        const self = {
          get: () => array[index] ?? null,
          set: (value: PhsValue) => {
            if (index < array.length) array[index] = value;
          },
        };
        context.call(fn, context.arityOf(fn) === 1 ? [index] : [], self);
      }
      return null;
    }),
    mutator('drain', ['array', 'fn'], (context, array, fn) => {
      const [matching, others] = parted(context, array, fn);
      refill(array, others);
      return matching;
    }),
    mutator('retain', ['array', 'fn'], (context, array, fn) => {
      const [matching, others] = parted(context, array, fn);
      refill(array, matching);
      return others;
    }),
    mutator('dedup', ['array'], (context, array) => dedup(context, array, (a, b) => equals(a, b, context))),
    mutator('dedup', ['array', 'fn'], (context, array, fn) =>
      dedup(context, array, (a, b) => {
        return undefinedOnFailure(context, fn, a, b) === true;
      }),
    ),
  ];
}

function findIndex(context: Context, array: PhsArray, fn: Fn, start: number): number {
  for (const [index, item] of itemsOf(context, array, start))
    if (holds(context, fn, item, index)) return index;
  return -1;
}

function find(context: Context, array: PhsArray, fn: Fn, start: number): PhsValue {
  const index = findIndex(context, array, fn, start);
  return index < 0 ? null : (array[index] ?? null);
}

function findMap(context: Context, array: PhsArray, fn: Fn, start: number): PhsValue {
  for (const [index, item] of itemsOf(context, array, start)) {
    const found = passItem(context, fn, item, index);
    if (found !== null && found !== undefined) return found;
  }
  return null;
}

function reduce(context: Context, array: PhsArray, fn: Fn, initial: PhsValue): PhsValue {
  let result = initial;
  for (const [index, item] of itemsOf(context, array)) result = step(context, fn, result, item, index);
  return result;
}

function reduceBack(context: Context, array: PhsArray, fn: Fn, initial: PhsValue): PhsValue {
  let result = initial;
  for (const [index, item] of [...itemsOf(context, array)].reverse()) {
    result = step(context, fn, result, item, index);
  }
  return result;
}

/** One turn of reduce: `(result, item)`, with the index for a third parameter, or the item as `this` without a second. */
function step(context: Context, fn: Fn, result: PhsValue, item: PhsValue, index: number): PhsValue {
  const arity = context.arityOf(fn);
  if (arity === 3) return context.call(fn, [result, item, index]);
  if (arity !== 1) return context.call(fn, [result, item]);
  let self = context.share(item);
  return context.call(fn, [result], { get: () => self, set: (value) => (self = value) });
}

function parted(context: Context, array: PhsArray, fn: Fn): [PhsValue[], PhsValue[]] {
  const matching: PhsValue[] = [];
  const others: PhsValue[] = [];
  for (const [index, item] of itemsOf(context, array)) {
    (holds(context, fn, item, index) ? matching : others).push(item);
  }
  return [matching, others];
}

function dedup(context: Context, array: PhsValue[], isSame: (a: PhsValue, b: PhsValue) => boolean): PhsValue {
  const kept: PhsValue[] = [];
  for (const [, item] of itemsOf(context, array)) {
    if (kept.length === 0 || !isSame(kept.at(-1), item)) kept.push(item);
  }
  refill(array, kept);
  return null;
}
