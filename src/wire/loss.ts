import { ERRORS, TYPED_ARRAYS } from './cloneable-classes.js';
import { getter, method } from './inner-values.js';

/*
 * What a copy between threads, or as text, keeps of an object. Everything is looked up when this file is evaluated, before any code of a module
 * runs in the realm; what is looked at may come from another realm, so a class is recognised by what it is and not by whose it is.
 */

/** How many prototypes stand above an exact instance of these classes. */
const HEIGHTS: ReadonlyMap<string, number> = new Map<string, number>([
  ...'Array Date RegExp Map Set Boolean Number String BigInt ArrayBuffer DataView'
    .split(' ')
    .map((kind) => [kind, 2] as const),
  ...Object.keys(TYPED_ARRAYS).map((kind) => [kind, 3] as const),
]);
/** Above a Buffer. */
const BUFFER_HEIGHT = 4;
/** Above an Error, and above the errors that extend it. */
const ERROR_HEIGHT = 2;
const SPECIAL_ERROR_HEIGHT = 3;

/** Classes of the platform that only own code may hand over: they are shared, and refused where nothing may be. */
const POWERFUL: ReadonlySet<string> = new Set([
  'SharedArrayBuffer',
  'Blob',
  'File',
  'WebAssembly.Module',
  'WebAssembly.Memory',
]);

const ERROR_KEYS: ReadonlySet<string> = new Set(['message', 'stack', 'cause']);

/** Keys of its own are looked for in typed arrays up to this many items: it takes a walk over all of them. */
const MAX_WALKED_ITEMS = 1_024;

const METHODS: ReadonlyMap<string, (value: object) => unknown> = new Map([
  ['Date', method(Date.prototype, 'getTime')],
  ['RegExp', getter(RegExp.prototype, 'source')],
  ['Map', getter(Map.prototype, 'size')],
  ['Set', getter(Set.prototype, 'size')],
  ['ArrayBuffer', getter(ArrayBuffer.prototype, 'byteLength')],
  ['Boolean', method(Boolean.prototype, 'valueOf')],
  ['Number', method(Number.prototype, 'valueOf')],
  ['String', method(String.prototype, 'valueOf')],
  ['BigInt', method(BigInt.prototype, 'valueOf')],
]);
const isEnumerable = Function.prototype.call.bind(
  Reflect.get(Object.prototype, 'propertyIsEnumerable') as () => unknown,
) as (value: object, key: symbol) => boolean;

/** What an object is, such as `Date` or `Object`; its class may claim anything. */
export function kindOf(value: object): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/**
 * What of an object would be lost on the way, as the end of a sentence about it; undefined for nothing. Of plain objects, and of instances of
 * classes that code has declared, members of their own cross, that is their enumerable keys that are texts. Members are not looked at.
 */
export function lossOf(value: object): string | undefined {
  const kind = Array.isArray(value) ? 'Array' : kindOf(value);
  if (POWERFUL.has(kind))
    return Object.keys(value).length === 0 ? undefined : `says that it is a ${kind} and is none`;
  if (kind === 'Error') return lossOfError(value as Error);
  if (kind !== 'Object' && !HEIGHTS.has(kind)) return isA(kind);
  const symbol = Object.getOwnPropertySymbols(value).find((key) => isEnumerable(value, key));
  if (symbol !== undefined) return `has a key that is a symbol, ${String(symbol)}`;
  if (kind === 'Object')
    return isPlain(value) || Object.keys(value).length > 0 ? undefined : lossOfAll(value);
  if (!isReally(kind, value)) return `says that it is a ${kind} and is none`;
  if (heightOf(value) !== HEIGHTS.get(kind) && !isNodesBytes(value))
    return `is of a class that extends ${kind}`;
  if (kind === 'Array') return undefined;
  if (kind === 'RegExp' && (value as RegExp).lastIndex !== 0)
    return 'is a RegExp whose lastIndex is not 0, which is lost';
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  if ((buffer as { readonly resizable?: unknown }).resizable === true)
    return 'is memory that can be resized; pass a copy of it';
  const key = ownKeyOf(value, kind);
  return key === undefined ? undefined : `is a ${kind} with a key of its own${key}, which is lost`;
}

const VIEWS: ReadonlySet<unknown> = new Set(
  Object.values(TYPED_ARRAYS).map((kind) => kind.prototype as object),
);

/** True for bytes that a glance shows to be without a loss; of others `lossOf` knows. */
export function isExactView(view: ArrayBufferView): boolean {
  if (!VIEWS.has(Object.getPrototypeOf(view))) return false;
  const { length, buffer } = view as Uint8Array & { readonly buffer: { readonly resizable?: unknown } };
  return (
    buffer.resizable !== true &&
    Object.getOwnPropertySymbols(view).length === 0 &&
    (length > MAX_WALKED_ITEMS || Object.values(view).length === length)
  );
}

/** The end of a sentence about an object of this kind. */
export function isA(kind: string): string {
  return `is ${/^[AEIO]/.test(kind) ? 'an' : 'a'} ${kind}`;
}

function lossOfError(error: Error): string | undefined {
  // Errors have no tag: a class that has one only says that it is an error.
  if (Symbol.toStringTag in error) return 'says that it is an Error and is none';
  const prototype: unknown = Object.getPrototypeOf(error);
  const isOfClass = typeof prototype === 'object' && prototype !== null && Object.hasOwn(prototype, 'name');
  const name: string = isOfClass ? (prototype as Error).name : error.name;
  const isKnown = Object.hasOwn(ERRORS, name);
  // A class of a module's own may give itself such a name; it is not called so.
  const maker: unknown = isOfClass && name !== 'Error' ? Reflect.get(prototype, 'constructor') : undefined;
  if (typeof maker === 'function' && maker.name !== name) return `is of a class that extends ${error.name}`;
  if (!isOfClass || !isKnown || heightOf(error) !== (name === 'Error' ? ERROR_HEIGHT : SPECIAL_ERROR_HEIGHT))
    return isKnown ? `is of a class that extends ${name}` : 'is an error of a class that is not copied';
  if (Object.hasOwn(error, 'name')) return 'is an Error with a name of its own, which is lost';
  if (typeof error.message !== 'string') return 'is an Error whose message is no text';
  if (error.stack !== undefined && typeof error.stack !== 'string')
    return 'is an Error whose stack is no text';
  const key = Object.keys(error).find((one) => !ERROR_KEYS.has(one));
  if (key !== undefined) return `is an Error with a key of its own, "${key}", which is lost`;
  return Object.getOwnPropertySymbols(error).some((symbol) => isEnumerable(error, symbol))
    ? 'is an Error with a key that is a symbol, which is lost'
    : undefined;
}

function lossOfAll(value: object): string {
  const { name } = (Reflect.get(value, 'constructor') ?? {}) as { readonly name?: unknown };
  const of = typeof name === 'string' && /^\w+$/.test(name) ? `of ${name}` : 'of a class';
  return `is an instance ${of} without members of its own: nothing of it would be left`;
}

/** True for an object without a class, of whatever realm. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return true;
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'hasOwnProperty');
}

function isReally(kind: string, value: object): boolean {
  if (kind === 'Array') return true;
  const read = METHODS.get(kind);
  if (read === undefined) return ArrayBuffer.isView(value);
  try {
    read(value);
    return true;
  } catch {
    return false;
  }
}

function heightOf(value: object): number {
  let height = 0;
  for (
    let above: unknown = Object.getPrototypeOf(value);
    above !== null;
    above = Object.getPrototypeOf(above) as unknown
  )
    height++;
  return height;
}

/** True for a Buffer: bytes that Node's own code hands out, which cross as what they extend. Its class may be a polyfill of Node's. */
function isNodesBytes(value: object): boolean {
  return (
    kindOf(value) === 'Uint8Array' &&
    heightOf(value) === BUFFER_HEIGHT &&
    typeof Reflect.get(value, 'readUInt8') === 'function'
  );
}

/** How a message goes on that names a key; undefined when there is none. */
function ownKeyOf(value: object, kind: string): string | undefined {
  const isList = ArrayBuffer.isView(value) && kind !== 'DataView';
  const items = isList
    ? (value as Uint8Array).length
    : kind === 'String'
      ? (value as { readonly length: number }).length
      : 0;
  if (isList && (items > MAX_WALKED_ITEMS || Object.values(value).length === items)) return undefined;
  const key = Object.keys(value).find((_, at) => at >= items);
  return key === undefined ? undefined : `, "${key}"`;
}
