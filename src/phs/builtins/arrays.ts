import { equals } from '../interpreter/equality.js';
import type { PhsArray, PhsValue } from '../values/value.js';
import { partAt, partIn, positionIn, type Part } from './parts.js';
import { getter, mutator, pure, type Builtin, type Context } from './registry.js';

/** Arrays without callbacks (docs/spec/phs.md 11.6). */
export const ARRAYS: readonly Builtin[] = [
  pure('len', ['array'], (_context, array) => array.length),
  getter('len', 'array', (_context, array) => array.length),
  getter('is_empty', 'array', (_context, array) => array.length === 0),
  pure('get', ['array', 'index'], (_context, array, at) => array.at(at) ?? null),
  pure('contains', ['array', 'any'], (context, array, value) => indexFrom(context, array, value, 0) >= 0),
  pure('extract', ['array', 'index'], (context, array, start) =>
    copyOf(context, array, partAt(array.length, start, Infinity)),
  ),
  pure('extract', ['array', 'index', 'index'], (context, array, start, length) =>
    copyOf(context, array, partAt(array.length, start, length)),
  ),
  pure('extract', ['array', 'range'], (context, array, range) =>
    copyOf(context, array, partIn(array.length, range)),
  ),

  mutator('set', ['array', 'index', 'any'], (_context, array, at, value) => {
    const index = at < 0 ? array.length + at : at;
    if (index >= 0 && index < array.length) array[index] = value;
    return null;
  }),
  mutator('push', ['array', 'any'], (context, array, value) => {
    context.room('array', array.length + 1);
    array.push(value);
    return null;
  }),
  mutator('append', ['array', 'array'], (context, array, more) => {
    context.room('array', array.length + more.length);
    context.charge(more.length);
    for (const item of [...more]) array.push(context.share(item));
    return null;
  }),
  mutator('insert', ['array', 'index', 'any'], (context, array, at, value) => {
    context.room('array', array.length + 1);
    context.charge(array.length >> 6);
    array.splice(positionIn(array.length, at), 0, value);
    return null;
  }),
  mutator('pop', ['array'], (_context, array) => array.pop() ?? null),
  mutator('shift', ['array'], (context, array) => {
    context.charge(array.length >> 6);
    return array.shift() ?? null;
  }),
  mutator('remove', ['array', 'index'], (context, array, at) => {
    const index = at < 0 ? array.length + at : at;
    if (index < 0 || index >= array.length) return null;
    context.charge(array.length >> 6);
    return array.splice(index, 1)[0] ?? null;
  }),

  mutator('clear', ['array'], (_context, array) => {
    array.length = 0;
    return null;
  }),
  mutator('truncate', ['array', 'index'], (_context, array, length) => {
    array.length = Math.min(array.length, Math.max(length, 0));
    return null;
  }),
  mutator('chop', ['array', 'index'], (context, array, length) => {
    context.charge(array.length >> 6);
    array.splice(0, Math.max(array.length - Math.max(length, 0), 0));
    return null;
  }),
  mutator('reverse', ['array'], (context, array) => {
    context.charge(array.length >> 6);
    array.reverse();
    return null;
  }),
  mutator('pad', ['array', 'index', 'any'], (context, array, length, value) => {
    if (length <= array.length) return null;
    context.room('array', length);
    context.charge(length - array.length);
    while (array.length < length) array.push(context.share(value));
    return null;
  }),

  mutator('splice', ['array', 'index', 'index', 'array'], (context, array, start, length, items) =>
    splice(context, array, partAt(array.length, start, length), items),
  ),
  mutator('splice', ['array', 'range', 'array'], (context, array, range, items) =>
    splice(context, array, partIn(array.length, range), items),
  ),
  mutator('split', ['array', 'index'], (context, array, at) => {
    context.charge(array.length >> 6);
    return array.splice(positionIn(array.length, at));
  }),
  mutator('drain', ['array', 'index', 'index'], (context, array, start, length) =>
    cutOut(context, array, partAt(array.length, start, length)),
  ),
  mutator('drain', ['array', 'range'], (context, array, range) =>
    cutOut(context, array, partIn(array.length, range)),
  ),
  mutator('retain', ['array', 'index', 'index'], (context, array, start, length) =>
    cutDownTo(context, array, partAt(array.length, start, length)),
  ),
  mutator('retain', ['array', 'range'], (context, array, range) =>
    cutDownTo(context, array, partIn(array.length, range)),
  ),
];

/** Index of the first item that equals a value, from a position on; -1 when there is none. */
export function indexFrom(context: Context, array: PhsArray, value: PhsValue, start: number): number {
  for (let i = positionIn(array.length, start); i < array.length; i++) {
    context.charge(1);
    if (equals(array[i], value, context)) return i;
  }
  return -1;
}

/** Makes an array hold these items, and no others. */
export function refill(array: PhsValue[], items: PhsArray): void {
  array.length = 0;
  for (const item of items) array.push(item);
}

function copyOf(context: Context, array: PhsArray, [from, to]: Part): PhsValue {
  context.charge(to - from);
  return array.slice(from, to);
}

function splice(context: Context, array: PhsValue[], [from, to]: Part, items: PhsArray): PhsValue {
  context.room('array', array.length - (to - from) + items.length);
  context.charge(items.length + (array.length >> 6));
  const added = items.map((item) => context.share(item));
  // Not array.splice: it takes the items as arguments, and many of them overflow the stack.
  const tail = array.splice(from);
  for (const item of added) array.push(item);
  for (const item of tail.slice(to - from)) array.push(item);
  return null;
}

function cutOut(context: Context, array: PhsValue[], [from, to]: Part): PhsValue {
  context.charge(array.length >> 6);
  return array.splice(from, to - from);
}

function cutDownTo(context: Context, array: PhsValue[], [from, to]: Part): PhsValue {
  context.charge(array.length);
  const tail = array.splice(to);
  const removed = array.splice(0, from);
  for (const item of tail) removed.push(item);
  return removed;
}
