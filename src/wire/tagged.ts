import { PhlowError } from '../errors.js';
import { toBase64 } from './base64.js';
import { ERRORS, TYPED_ARRAYS } from './cloneable-classes.js';
import { entriesOf, flagsOf, membersOf, sourceOf, timeOf, unboxedBy, viewedBytes } from './inner-values.js';
import { isA } from './loss.js';
import { isIndex, objectOf } from './object-of.js';
import {
  KeyCost,
  MAX_PARTS,
  OBJECT_PARTS,
  PAIR_PARTS,
  partsOf,
  partsOfDigits,
  partsOfPattern,
  tooManyParts,
} from './tagged-cost.js';

/** The key of what JSON has no word for: `{ "$": kind, "of": content }`. A plain object that has this key itself is written as `object`. */
export const KIND = '$';

/** Steps of a path that a message names. */
const MAX_STEPS = 20;

/** Keys that the reader of plain text drops. */
const ESCAPED: ReadonlySet<string> = new Set([KIND, '__proto__', 'constructor', 'prototype']);

/** What boxes of primitive values are called. */
const BOXED: ReadonlySet<string> = new Set(['Number', 'String', 'Boolean', 'BigInt']);

const { isRawJSON: isRawJson } = JSON as { readonly isRawJSON?: (value: unknown) => boolean };

/** The kinds of views by their names. */
export const BYTES = { ...TYPED_ARRAYS, DataView } as const;

/** More parts than the longest message has room for: a part that stands in many places is met in each of them. */
const MAX_JSON_PARTS = 8 * 1_048_576;
let partsLeft = 0;

/** True for a value that JSON text says exactly: nothing in it would be lost or changed. */
export function isJson(value: unknown, levels: number): boolean {
  partsLeft = MAX_JSON_PARTS;
  return isJsonPart(value, levels);
}

function isJsonPart(value: unknown, levels: number): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0);
    case 'object':
      break;
    default:
      return false;
  }
  if (value === null) return true;
  if (levels === 0 || --partsLeft < 0) return false;
  if (Array.isArray(value)) {
    // Without its holes and with what it has under keys of its own: a list of its keys would take four times as long.
    const members: readonly unknown[] = Object.values(value);
    if (members.length !== value.length || hasSymbols(value)) return false;
    if (Object.getPrototypeOf(value) !== Array.prototype) return false;
    for (let i = 0; i < members.length; i++) {
      // As many holes as keys of its own: then the members are others.
      if (members[i] !== value[i] || !isJsonPart(members[i], levels - 1)) return false;
    }
    return !hasToJson(value);
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if ((prototype !== Object.prototype && prototype !== null) || hasSymbols(value)) return false;
  // JSON takes such an object for the text in it.
  if (prototype === null && isRawJson?.(value) === true) return false;
  for (const key in value) {
    if (ESCAPED.has(key) || !isJsonPart((value as Record<string, unknown>)[key], levels - 1)) return false;
  }
  return !hasToJson(value);
}

/** True for an object with keys that text drops. */
function hasSymbols(value: object): boolean {
  return Object.getOwnPropertySymbols(value).length > 0;
}

/** True for an object that JSON text would be asked of, also where that does not show among its keys. */
function hasToJson(value: object): boolean {
  return typeof (value as { readonly toJSON?: unknown }).toJSON === 'function';
}

/**
 * A value as JSON data that says what JSON has no word for. What it says is what structured clone carries: own members of objects, and the
 * kinds below. Throws PHLOW_INPUT_UNCLONABLE with the place in the value.
 */
export function toTagged(value: unknown, levels: number): unknown {
  let parts = 0;
  const path: (string | number)[] = [];
  const refuse = (problem: string): never => {
    const steps = path.slice(0, MAX_STEPS).map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`));
    const at = steps.join('') + (path.length > MAX_STEPS ? '…' : '');
    const message = `Cannot write a value as text: ${at === '' ? 'it' : `its ${at.replace(/^\./, '')}`} ${problem}`;
    throw new PhlowError('PHLOW_INPUT_UNCLONABLE', message, { details: { path: at } });
  };
  const count = (more: number): void => {
    if ((parts += more) > MAX_PARTS) refuse(tooManyParts());
  };
  const tag = (kind: string, of: unknown): unknown => {
    count(partsOf(kind));
    return { [KIND]: kind, of };
  };
  const inside = (key: string | number, member: unknown, left: number): unknown => {
    path.push(key);
    const written = write(member, left - 1);
    path.pop();
    return written;
  };
  const write = (item: unknown, left: number): unknown => {
    count(1);
    switch (typeof item) {
      case 'string':
      case 'boolean':
        return item;
      case 'number':
        return Number.isFinite(item) && !Object.is(item, -0)
          ? item
          : tag('number', Object.is(item, -0) ? '-0' : String(item));
      case 'bigint': {
        // Hexadecimal: decimal digits take the square of their number.
        const digits = item.toString(16);
        count(partsOfDigits(digits));
        return tag('bigint', digits);
      }
      case 'undefined':
        return tag('undefined', 0);
      case 'function':
      case 'symbol':
        return refuse(`is a ${typeof item}`);
      case 'object':
        if (item === null) return null;
    }
    if (left <= 0) return refuse(`nests more than ${levels} levels deep, or in a circle`);
    const known = exotic(item, left);
    if (known !== undefined) return known;
    count(OBJECT_PARTS);
    const keys = Object.keys(item);
    const pairs = pairsOf(item, keys, left);
    if (!keys.some((key) => ESCAPED.has(key))) return objectOf(pairs);
    count(keys.length * PAIR_PARTS);
    return tag('object', pairs);
  };
  const writeKey = (place: number, key: unknown, left: number, cost: KeyCost): unknown => {
    count(cost.add(key));
    return inside(place, key, left);
  };
  const pairsOf = (item: object, keys: readonly string[], left: number): (readonly [string, unknown])[] =>
    keys.map((key) => [key, inside(key, (item as Record<string, unknown>)[key], left)]);
  const array = (items: readonly unknown[], left: number): unknown =>
    Array.from({ length: items.length }, (_, i) => (i in items ? inside(i, items[i], left) : tag('hole', 0)));
  const exotic = (item: object, left: number): unknown => {
    if (Array.isArray(item)) {
      const items = array(item, left);
      const keys = Object.keys(item).filter((key) => !isIndex(key));
      if (keys.length === 0) return items;
      count(keys.length * PAIR_PARTS);
      return tag('list', [items, pairsOf(item, keys, left)]);
    }
    if (item instanceof Date) {
      const time = timeOf(item) as number;
      return tag('date', Number.isNaN(time) ? null : time);
    }
    if (item instanceof Map) {
      const cost = new KeyCost();
      const pairs = entriesOf(item).map(([key, of], i) => [
        writeKey(i, key, left, cost),
        inside(i, of, left),
      ]);
      return tag('map', pairs);
    }
    if (item instanceof Set) {
      const cost = new KeyCost();
      return tag(
        'set',
        membersOf(item).map((key, i) => writeKey(i, key, left, cost)),
      );
    }
    if (item instanceof RegExp) {
      const [source, flags] = [sourceOf(item) as string, flagsOf(item)];
      count(partsOfPattern(source, flags));
      return tag('regexp', [source, flags]);
    }
    if (isDetached(item)) return refuse('is memory that was moved away');
    if (item instanceof ArrayBuffer) return tag('bytes', ['ArrayBuffer', toBase64(new Uint8Array(item))]);
    for (const [name, kind] of Object.entries(BYTES)) {
      if (!(item instanceof kind)) continue;
      if (!(item.buffer instanceof ArrayBuffer)) return refuse('is memory that two threads would share');
      return tag('bytes', [name, toBase64(viewedBytes(item))]);
    }
    if (item instanceof Error) {
      const name = Object.hasOwn(ERRORS, item.name) ? item.name : 'Error';
      const cause = 'cause' in item ? [inside('cause', item.cause, left)] : [];
      return tag('error', [name, item.message, typeof item.stack === 'string' ? item.stack : null, ...cause]);
    }
    const kind = Object.prototype.toString.call(item).slice(8, -1);
    if (BOXED.has(kind)) return tag('boxed', inside('valueOf()', unboxedBy(kind, item), left));
    return kind === 'Object' ? undefined : refuse(isA(kind));
  };
  return write(value, levels);
}

/** True for a buffer that was transferred, and for what looks into one. */
function isDetached(item: object): boolean {
  const buffer = ArrayBuffer.isView(item) ? item.buffer : item;
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength > 0) return false;
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}
