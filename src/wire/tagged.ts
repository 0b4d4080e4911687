import { PhlowError } from '../errors.js';
import { fromBase64, toBase64 } from './base64.js';
import { ERRORS, TYPED_ARRAYS } from './cloneable-classes.js';
import { isA } from './loss.js';
import { MAX_PARTS, OBJECT_PARTS, partsOf, tooManyParts } from './tagged-cost.js';

/** The key of what JSON has no word for: `{ "$": kind, "of": content }`. A plain object that has this key itself is written as `object`. */
const KIND = '$';

/** Steps of a path that a message names. */
const MAX_STEPS = 20;

/** Keys that the reader of plain text drops. */
const ESCAPED: ReadonlySet<string> = new Set([KIND, '__proto__', 'constructor', 'prototype']);

/** What boxes of primitive values are called. */
const BOXED: ReadonlySet<string> = new Set(['Number', 'String', 'Boolean', 'BigInt']);

const BYTES = { ...TYPED_ARRAYS, DataView } as const;

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
    for (const member of members) if (!isJsonPart(member, levels - 1)) return false;
    return !hasToJson(value);
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if ((prototype !== Object.prototype && prototype !== null) || hasSymbols(value)) return false;
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
      case 'bigint':
        // Hexadecimal: decimal digits take the square of their number.
        return tag('bigint', item.toString(16));
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
    return keys.some((key) => ESCAPED.has(key)) ? tag('object', pairs) : Object.fromEntries(pairs);
  };
  const pairsOf = (item: object, keys: readonly string[], left: number): (readonly [string, unknown])[] =>
    keys.map((key) => [key, inside(key, (item as Record<string, unknown>)[key], left)]);
  const array = (items: readonly unknown[], left: number): unknown =>
    Array.from({ length: items.length }, (_, i) => (i in items ? inside(i, items[i], left) : tag('hole', 0)));
  const exotic = (item: object, left: number): unknown => {
    if (Array.isArray(item)) {
      const items = array(item, left);
      const keys = Object.keys(item).filter((key) => !isIndex(key));
      return keys.length === 0 ? items : tag('list', [items, pairsOf(item, keys, left)]);
    }
    if (item instanceof Date) return tag('date', Number.isNaN(item.getTime()) ? null : item.getTime());
    if (item instanceof Map) {
      const entries = [...(item as Map<unknown, unknown>)];
      return tag(
        'map',
        entries.map(([key, of], i) => [inside(i, key, left), inside(i, of, left)]),
      );
    }
    if (item instanceof Set) return tag('set', array([...(item as Set<unknown>)], left));
    if (item instanceof RegExp) return tag('regexp', [item.source, item.flags]);
    if (isDetached(item)) return refuse('is memory that was moved away');
    if (item instanceof ArrayBuffer) return tag('bytes', ['ArrayBuffer', toBase64(new Uint8Array(item))]);
    for (const [name, kind] of Object.entries(BYTES)) {
      if (!(item instanceof kind)) continue;
      if (!(item.buffer instanceof ArrayBuffer)) return refuse('is memory that two threads would share');
      return tag('bytes', [name, toBase64(new Uint8Array(item.buffer, item.byteOffset, item.byteLength))]);
    }
    if (item instanceof Error) {
      const name = Object.hasOwn(ERRORS, item.name) ? item.name : 'Error';
      const cause = 'cause' in item ? [inside('cause', item.cause, left)] : [];
      return tag('error', [name, item.message, typeof item.stack === 'string' ? item.stack : null, ...cause]);
    }
    const kind = Object.prototype.toString.call(item).slice(8, -1);
    if (BOXED.has(kind))
      return tag('boxed', inside('valueOf()', (item as { valueOf(): unknown }).valueOf(), left));
    return kind === 'Object' ? undefined : refuse(isA(kind));
  };
  return write(value, levels);
}

/** What tagged data stands for; it was read from text and is not trusted. Throws PHLOW_WIRE_VIOLATION. */
export function fromTagged(data: unknown): unknown {
  let parts = 0;
  const count = (more: number): void => {
    if ((parts += more) > MAX_PARTS) throw violation('a tagged value of too many parts');
  };
  const read = (item: unknown): unknown => {
    count(1);
    if (typeof item !== 'object' || item === null) return item;
    if (Array.isArray(item)) return readArray(item as unknown[]);
    const given = item as Record<string, unknown>;
    if (!Object.hasOwn(given, KIND)) {
      count(OBJECT_PARTS);
      return Object.fromEntries(Object.keys(given).map((key) => [key, read(given[key])]));
    }
    count(partsOf(given[KIND]));
    return revive(given[KIND], given['of']);
  };
  const readArray = (items: readonly unknown[]): unknown[] => {
    const array = new Array<unknown>(items.length);
    items.forEach((item, i) => {
      if (!isHole(item)) array[i] = read(item);
      else count(1);
    });
    return array;
  };
  const revive = (kind: unknown, of: unknown): unknown => {
    try {
      switch (kind) {
        case 'undefined':
          return undefined;
        case 'number':
          return of === '-0' ? -0 : Number(of);
        case 'bigint':
          return bigintOf(of as string);
        case 'date':
          return new Date(of === null ? NaN : (of as number));
        case 'map':
          return new Map(
            (of as [unknown, unknown][]).map(([key, value]) => [read(key), read(value)] as const),
          );
        case 'set':
          return new Set(readArray(of as unknown[]));
        case 'regexp':
          return new RegExp(...(of as [string, string]));
        case 'object':
          // Own members whatever they are called: entries are defined, not assigned.
          return Object.fromEntries((of as [string, unknown][]).map(([key, value]) => [key, read(value)]));
        case 'list': {
          const [items, pairs] = of as [unknown[], [string, unknown][]];
          const list = readArray(items);
          for (const [key, value] of pairs)
            Object.defineProperty(list, key, {
              value: read(value),
              writable: true,
              enumerable: true,
              configurable: true,
            });
          return list;
        }
        case 'bytes':
          return bytesOf(...(of as [string, string]));
        case 'error':
          return errorOf(of as [string, string, string | null, unknown?], read);
        case 'boxed':
          return Object(read(of));
      }
    } catch (error) {
      if (error instanceof PhlowError) throw error;
      // Whatever it is, it is not what our side would have written.
    }
    throw violation('a tagged value that cannot be read');
  };
  return read(data);
}

function isHole(item: unknown): boolean {
  return typeof item === 'object' && item !== null && (item as Record<string, unknown>)[KIND] === 'hole';
}

function bigintOf(text: string): bigint {
  if (!/^-?[\da-f]+$/.test(text)) throw new Error('no such number');
  return text.startsWith('-') ? -BigInt(`0x${text.slice(1)}`) : BigInt(`0x${text}`);
}

/** True for the name of an item of an array. */
function isIndex(key: string): boolean {
  return String(Number(key) >>> 0) === key && key !== '4294967295';
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

function bytesOf(name: string, text: string): unknown {
  const { buffer } = fromBase64(text);
  if (name === 'ArrayBuffer') return buffer;
  if (!Object.hasOwn(BYTES, name)) throw new Error('no such kind');
  const kind = BYTES[name as keyof typeof BYTES] as new (buffer: ArrayBuffer) => unknown;
  return new kind(buffer as ArrayBuffer);
}

function errorOf(of: readonly unknown[], read: (item: unknown) => unknown): Error {
  const [name, message, stack] = of;
  if (!Object.hasOwn(ERRORS, name as string)) throw new Error('no such kind');
  const kind = ERRORS[name as keyof typeof ERRORS];
  const options = of.length > 3 ? { cause: read(of[3]) } : undefined;
  const error = withoutStack(() => new kind(String(message), options));
  Object.defineProperty(error, 'stack', { value: stack ?? undefined, writable: true, configurable: true });
  return error;
}

/** To take a stack that is not kept costs twenty times as much as all else. */
function withoutStack<T>(make: () => T): T {
  const limit: unknown = Reflect.get(Error, 'stackTraceLimit');
  Reflect.set(Error, 'stackTraceLimit', 0);
  try {
    return make();
  } finally {
    Reflect.set(Error, 'stackTraceLimit', limit);
  }
}

function violation(found: string): PhlowError {
  return new PhlowError('PHLOW_WIRE_VIOLATION', `Cannot read a message of the module: found ${found}`);
}
