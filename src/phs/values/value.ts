import { PhlowError } from '../../errors.js';
import type { Value } from '../../values.js';
import { setEntry } from './entries.js';

/**
 * What an expression computes with (docs/spec/phs.md 3).
 *
 * - unit: null (a host's `undefined` reads as unit too)
 * - int: a safe integer as a JS number, otherwise a bigint within 64 bits
 * - float: a JS number that is no safe integer; a float that looks like a safe integer (`3.0`, `-0.0`) is boxed as `Float`
 * - char: `Char`; string: JS string
 * - array, map: plain JS arrays and objects, the host's own among them: read own properties only, never write to one that
 *   you did not make. Maps made here have no prototype, so every key is ordinary.
 * - what phs has no word for (a Date, a Map, bytes): itself; it can be handed on, and has no members
 * - everything else: an instance of `Special`
 */
export type PhsValue = null | undefined | boolean | number | bigint | string | PhsArray | PhsMap | Special;
/** An array that may be read; its creator may write to it. */
export type PhsArray = readonly PhsValue[];
/** A map as it may be read, by own properties only. */
export interface PhsMap {
  readonly [key: string]: PhsValue;
}
/** An int: a safe number or a bigint beyond. */
export type Int = number | bigint;

/** The kinds of values as bits, so that a parameter can accept several. */
export const KIND = {
  unit: 1,
  bool: 2,
  int: 4,
  float: 8,
  char: 16,
  string: 32,
  array: 64,
  map: 128,
  fn: 256,
  range: 512,
  timestamp: 1024,
  sequence: 2048,
  /** Something a host put into its data that phs has no word for (a function, a Date, a Map, bytes): it is handed on and nothing else. */
  foreign: 4096,
} as const;
/** One kind, as a bit. */
export type Kind = (typeof KIND)[keyof typeof KIND];

/** Base of every value that is an object in JavaScript but neither an array nor a map. */
export abstract class Special {
  /** The kind of the value, as a bit. */
  abstract readonly kind: Kind;
  /** What type_of says. */
  abstract readonly typeName: string;
}

/** A float whose value is a safe integer, kept apart from the int of the same value. Make it with `float()`. */
export class Float extends Special {
  readonly kind = KIND.float;
  readonly typeName = 'f64';
  readonly value: number;

  constructor(value: number) {
    super();
    this.value = value;
  }
}

/** One code point (docs/spec/phs.md 2.4). Make it with `char()`. */
export class Char extends Special {
  readonly kind = KIND.char;
  readonly typeName = 'char';
  readonly text: string;

  constructor(text: string) {
    super();
    this.text = text;
  }
}

/** The float of a JS number. */
export function float(value: number): PhsValue {
  return Number.isSafeInteger(value) ? new Float(value) : value;
}

const ASCII_CHARS: readonly Char[] = Array.from(
  { length: 128 },
  (_, code) => new Char(String.fromCharCode(code)),
);

/** The char of a text of exactly one code point. */
export function char(text: string): Char {
  return ASCII_CHARS[text.length === 1 ? text.charCodeAt(0) : 128] ?? new Char(text);
}

/** The int of a bigint within 64 bits: a number when it is safe. */
export function intOf(value: bigint): Int {
  const near = Number(value);
  return Number.isSafeInteger(near) ? near : value;
}

/** The kind of a value. */
export function kindOf(value: PhsValue): Kind {
  switch (typeof value) {
    case 'number':
      return Number.isSafeInteger(value) ? KIND.int : KIND.float;
    case 'string':
      return KIND.string;
    case 'boolean':
      return KIND.bool;
    case 'bigint':
      return KIND.int;
    case 'undefined':
      return KIND.unit;
    case 'object':
      if (value === null) return KIND.unit;
      if (Array.isArray(value)) return KIND.array;
      if (value instanceof Special) return value.kind;
      return isOpaque(value) ? KIND.foreign : KIND.map;
    default:
      return KIND.foreign;
  }
}

const TYPE_NAMES: Readonly<Record<Kind, string>> = {
  [KIND.unit]: '()',
  [KIND.bool]: 'bool',
  [KIND.int]: 'i64',
  [KIND.float]: 'f64',
  [KIND.char]: 'char',
  [KIND.string]: 'string',
  [KIND.array]: 'array',
  [KIND.map]: 'map',
  [KIND.fn]: 'Fn',
  [KIND.range]: 'range',
  [KIND.timestamp]: 'timestamp',
  [KIND.sequence]: 'iterator',
  [KIND.foreign]: 'foreign',
};

/** What type_of says about a value. */
export function typeName(value: PhsValue): string {
  if (value instanceof Special) return value.typeName;
  return isObject(value) && isOpaque(value) ? classOf(value) : TYPE_NAMES[kindOf(value)];
}

/** True for int values. */
export function isInt(value: PhsValue): value is Int {
  return typeof value === 'number' ? Number.isSafeInteger(value) : typeof value === 'bigint';
}

/** True for ordinary maps, the host's own among them. */
export function isPhsMap(value: PhsValue): value is PhsMap {
  return isObject(value) && !(value instanceof Special) && !isOpaque(value);
}

function isObject(value: PhsValue): value is PhsMap | Special {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Classes of the language whose content is no members of their own. */
const OPAQUE: ReadonlySet<string> = new Set([
  ...[
    'Date',
    'Map',
    'Set',
    'RegExp',
    'Error',
    'Boolean',
    'Number',
    'String',
    'BigInt',
    'ArrayBuffer',
    'DataView',
  ],
  ...[
    'Int8Array',
    'Uint8Array',
    'Uint8ClampedArray',
    'Int16Array',
    'Uint16Array',
    'Int32Array',
    'Uint32Array',
  ],
  ...['Float16Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array'],
]);

/** True for an object, neither array nor special, that phs has no word for: a map would show nothing of what is in it. */
export function isOpaque(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype !== Object.prototype && prototype !== null && OPAQUE.has(classOf(value));
}

function classOf(value: object): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}

/** True for arrays, the host's own among them. */
export function isPhsArray(value: PhsValue): value is PhsArray {
  return Array.isArray(value);
}

/** The JS number nearest to an int or a float; undefined for any other kind. */
export function asNumber(value: PhsValue): number | undefined {
  if (typeof value === 'number') return value;
  if (value instanceof Float) return value.value;
  return typeof value === 'bigint' ? Number(value) : undefined;
}

const MAX_OUTPUT_DEPTH = 1_000;
const MAX_OUTPUT = 5_000_000;

/**
 * A value as plain data for the host: floats become numbers, chars strings.
 *
 * @param foreign what to make of functions, ranges and other values that exist only inside a script; refused when absent.
 * @throws PhlowError PHLOW_PHS_RUNTIME `Output type incorrect` for such a value; PHLOW_PHS_LIMIT when there is too much of it.
 */
export function toValue(value: PhsValue, foreign: (value: PhsValue) => Value = refuse): Value {
  // What has no parts is most of what is asked for.
  if (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol')
    return value ?? null;
  return converted(value, 0, { parts: 0, foreign }) ?? null;
}

/** What one conversion knows. Shared parts count each time they are met: small scripts can build huge trees of them. */
interface Conversion {
  parts: number;
  readonly foreign: (value: PhsValue) => Value;
}

function converted(item: PhsValue, depth: number, conversion: Conversion): Value {
  if (++conversion.parts > MAX_OUTPUT || depth > MAX_OUTPUT_DEPTH) throw tooMuch(depth);
  if (typeof item !== 'object')
    return typeof item === 'function' || typeof item === 'symbol' ? conversion.foreign(item) : item;
  if (item === null) return null;
  if (item instanceof Special) {
    if (item instanceof Float) return item.value;
    return item instanceof Char ? item.text : conversion.foreign(item);
  }
  if (isPhsArray(item)) return item.map((each) => converted(each, depth + 1, conversion) ?? null);
  if (isOpaque(item)) return item as Value;
  const out: Record<string, Value> = {};
  for (const key of Object.keys(item))
    setEntry(out, key, converted(item[key], depth + 1, conversion) ?? null);
  return out;
}

function refuse(value: PhsValue): never {
  throw new PhlowError(
    'PHLOW_PHS_RUNTIME',
    `Output type incorrect: ${typeName(value)} (expecting plain data)`,
  );
}

function tooMuch(depth: number): PhlowError {
  const how =
    depth > MAX_OUTPUT_DEPTH ? `nested deeper than ${MAX_OUTPUT_DEPTH}` : `more than ${MAX_OUTPUT} parts`;
  return new PhlowError('PHLOW_PHS_LIMIT', `Cannot return the value: ${how}`);
}
