import { compareText } from '../../values.js';
import { getEntry, newMap, setEntry } from '../values/entries.js';
import type { Fn } from '../values/fn.js';
import type { PhsMap, PhsValue } from '../values/value.js';
import { namesToo } from './callback.js';
import { mutator, pure, type Builtin, type Context } from './registry.js';

/** A map that may be written to. */
type OwnMap = Record<string, PhsValue>;

/** Maps (docs/spec/phs.md 11.7). Keys are in order wherever order shows. */
export const MAPS: readonly Builtin[] = [
  pure('len', ['map'], (context, map) => keysOf(context, map).length),
  pure('keys', ['map'], (context, map) => sortedKeys(context, map)),
  pure('values', ['map'], (context, map) => sortedKeys(context, map).map((key) => map[key] ?? null)),
  pure('contains', ['map', 'string'], (_context, map, key) => Object.hasOwn(map, key)),
  pure('contains_key', ['map', 'string'], (_context, map, key) => Object.hasOwn(map, key)),
  pure('get', ['map', 'string'], (_context, map, key) => getEntry(map, key) ?? null),
  // Unlike `+` it answers unit when one side is no map (docs/spec/phs.md 11.1).
  pure('merge', ['map', 'map'], (context, map, other) => {
    const merged = newMap<PhsValue>();
    addAll(context, merged, map, () => true);
    addAll(context, merged, other, () => true);
    return merged;
  }),
  pure('merge', ['any', 'any'], () => null),

  mutator('set', ['map', 'string', 'any'], (context, map, key, value) => {
    if (!Object.hasOwn(map, key)) context.inserted(map);
    setEntry(map, key, value);
    return null;
  }),
  mutator('remove', ['map', 'string'], (_context, map, key) => {
    const removed = getEntry(map, key) ?? null;
    Reflect.deleteProperty(map, key);
    return removed;
  }),
  mutator('clear', ['map'], (context, map) => {
    for (const key of keysOf(context, map)) Reflect.deleteProperty(map, key);
    return null;
  }),
  mutator('mixin', ['map', 'map'], (context, map, other) => addAll(context, map, other, () => true)),
  mutator('fill_with', ['map', 'map'], (context, map, other) =>
    addAll(context, map, other, (key) => !Object.hasOwn(map, key)),
  ),

  ...namesToo([
    pure('map', ['map', 'fn'], (context, map, fn) => {
      const out = newMap<PhsValue>();
      for (const key of sortedKeys(context, map)) setEntry(out, key, pass(context, fn, key, map[key]));
      return out;
    }),
    pure('filter', ['map', 'fn'], (context, map, fn) => pick(map, matching(context, map, fn))),
    mutator('drain', ['map', 'fn'], (context, map, fn) => takeOut(map, matching(context, map, fn))),
    mutator('retain', ['map', 'fn'], (context, map, fn) => {
      const kept = new Set(matching(context, map, fn));
      return takeOut(
        map,
        Object.keys(map).filter((key) => !kept.has(key)),
      );
    }),
  ]),
];

function keysOf(context: Context, map: PhsMap): string[] {
  const keys = Object.keys(map);
  context.charge(keys.length >> 3);
  return keys;
}

function sortedKeys(context: Context, map: PhsMap): string[] {
  const keys = keysOf(context, map);
  context.charge(keys.length);
  return keys.sort(compareText);
}

function addAll(context: Context, map: OwnMap, other: PhsMap, wanted: (key: string) => boolean): null {
  const keys = keysOf(context, other).filter(wanted);
  const added = keys.filter((key) => !Object.hasOwn(map, key)).length;
  if (added > 0) context.room('map', keysOf(context, map).length + added);
  context.charge(keys.length);
  for (const key of keys) setEntry<PhsValue>(map, key, context.share<PhsValue>(other[key]));
  return null;
}

/** Calls with the key and the value, or with the key and the value as `this` when the function takes one argument only. */
function pass(context: Context, fn: Fn, key: string, value: PhsValue): PhsValue {
  context.charge(1);
  let own = context.share<PhsValue>(value);
  if (context.arityOf(fn) === 2) return context.call(fn, [key, own]);
  return context.call(fn, [key], { get: () => own, set: (changed) => (own = changed) });
}

function matching(context: Context, map: PhsMap, fn: Fn): string[] {
  return sortedKeys(context, map).filter((key) => pass(context, fn, key, map[key]) === true);
}

function pick(map: PhsMap, keys: readonly string[]): OwnMap {
  const out = newMap<PhsValue>();
  for (const key of keys) setEntry(out, key, getEntry(map, key) ?? null);
  return out;
}

function takeOut(map: OwnMap, keys: readonly string[]): OwnMap {
  const out = pick(map, keys);
  for (const key of keys) Reflect.deleteProperty(map, key);
  return out;
}
