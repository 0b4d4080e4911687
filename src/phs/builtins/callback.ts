import { Fn } from '../values/fn.js';
import { ScriptError } from '../script-error.js';
import { KIND, type PhsArray, type PhsValue } from '../values/value.js';
import { positionIn } from './parts.js';
import type { Builtin, Context } from './registry.js';

/** The same functions with the name of a script function accepted wherever they take a function. */
export function namesToo(builtins: readonly Builtin[]): readonly Builtin[] {
  return builtins.map((builtin) => {
    const at = builtin.accepts.indexOf(KIND.fn);
    return {
      ...builtin,
      accepts: builtin.accepts.map((kinds) => (kinds === KIND.fn ? kinds | KIND.string : kinds)),
      apply: (context, a, b, c, d) =>
        builtin.apply(context, a, at === 1 ? named(b) : b, at === 2 ? named(c) : c, d),
    };
  });
}

function named(value: PhsValue): PhsValue {
  return typeof value === 'string' ? new Fn(value) : value;
}

/** The items there are now with their indexes, paying for each. */
export function* itemsOf(
  context: Context,
  array: PhsArray,
  start = 0,
): Generator<readonly [number, PhsValue]> {
  const { length } = array;
  for (let i = positionIn(length, start); i < length; i++) {
    context.charge(1);
    yield [i, array[i] ?? null];
  }
}

/** Calls with `(item, index)`, as many of them as the function takes. */
export function passItem(context: Context, fn: Fn, item: PhsValue, index: number): PhsValue {
  return context.callFitting(fn, [item, index], item);
}

/** True when the callback says exactly true of an item. */
export function holds(context: Context, fn: Fn, item: PhsValue, index: number): boolean {
  return passItem(context, fn, item, index) === true;
}

/**
 * What a callback that compares answers; undefined when it fails, for such errors count as "no answer" (docs/spec/phs.md 11.6).
 * Exceeded limits still end the run.
 */
export function undefinedOnFailure(context: Context, fn: Fn, a: PhsValue, b: PhsValue): PhsValue {
  try {
    return context.call(fn, [a, b]);
  } catch (error) {
    if (error instanceof ScriptError && error.kind !== 'ErrorLimit') return undefined;
    throw error;
  }
}
