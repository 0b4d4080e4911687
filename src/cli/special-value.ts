import { types } from 'node:util';

/** What a value is that JSON has no word for. */
export interface SpecialValue {
  /** Its class, or for what is no object its type: `Date`, `Map`, `number`. */
  readonly kind: string;
  /** What it holds, as data; none where the kind says all. */
  readonly of?: unknown;
  /** How a person reads it, where that is not `kind(of)`. */
  readonly text?: string;
}

/** Types whose items are bytes: they are shown in base64, the others as lists of numbers. */
const BYTES: ReadonlySet<string> = new Set(['Uint8Array', 'Uint8ClampedArray']);

/** The member by which JSON says that an object stands for another value: `{ "$": kind, "of": content }`. */
export const KIND = '$';

/** What a value is that JSON would lose or take for another; undefined for plain data, bigints included, whose digits JSON can write. */
export function specialValue(value: unknown): SpecialValue | undefined {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? undefined : { kind: 'number', of: String(value), text: String(value) };
    case 'undefined':
      return { kind: 'undefined', text: 'undefined' };
    case 'function':
    case 'symbol':
      return { kind: typeof value, of: nameOf(value) };
    case 'object':
      return value === null ? undefined : specialObject(value);
    default:
      return undefined;
  }
}

/** A place of a list that holds nothing, not even undefined. */
export const HOLE: SpecialValue = { kind: 'hole', text: 'hole' };

function specialObject(value: object): SpecialValue | undefined {
  if (Array.isArray(value)) return undefined;
  if (types.isDate(value)) return dateOf(value);
  // An object of its own class may bear any name: what it is goes by what it was made as.
  if (types.isMap(value)) return { kind: 'Map', of: [...Map.prototype.entries.call(value)] };
  if (types.isSet(value)) return { kind: 'Set', of: [...Set.prototype.values.call(value)] };
  if (types.isRegExp(value)) {
    const text = String(value);
    return { kind: 'RegExp', of: text, text };
  }
  if (types.isNativeError(value)) return errorOf(value);
  if (types.isTypedArray(value)) {
    const kind = value[Symbol.toStringTag];
    return BYTES.has(kind) ? bytesOf(kind, value) : { kind, of: [...value] };
  }
  if (types.isDataView(value)) return bytesOf('DataView', value);
  if (types.isAnyArrayBuffer(value)) {
    const kind = types.isSharedArrayBuffer(value) ? 'SharedArrayBuffer' : 'ArrayBuffer';
    return bytesOf(kind, new Uint8Array(value));
  }
  const kind = Object.prototype.toString.call(value).slice('[object '.length, -1);
  if (types.isBoxedPrimitive(value)) return { kind, of: (value as { valueOf(): unknown }).valueOf() };
  // A plain object that has the mark itself is marked as one.
  return kind === 'Object' && !Object.hasOwn(value, KIND) ? undefined : { kind, of: new Members(value) };
}

/** The own members of an object, which are written as they are, whatever they are called. */
export class Members {
  readonly entries: readonly (readonly [string, unknown])[];

  constructor(object: object) {
    this.entries = Object.entries(object);
  }
}

function dateOf(value: Date): SpecialValue {
  const time = Date.prototype.getTime.call(value);
  const of = Number.isNaN(time) ? null : new Date(time).toISOString();
  return { kind: 'Date', of, text: `Date(${of ?? 'invalid'})` };
}

function errorOf(value: Error): SpecialValue {
  const { name, message } = value;
  const members = { name, message, ...('cause' in value ? { cause: value.cause } : {}) };
  return { kind: 'Error', of: new Members(members) };
}

function bytesOf(kind: string, view: NodeJS.ArrayBufferView): SpecialValue {
  const of = Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString('base64');
  return { kind, of, text: `${kind}(base64 ${JSON.stringify(of)})` };
}

function nameOf(value: symbol | { readonly name?: unknown }): string {
  return typeof value === 'symbol' ? (value.description ?? '') : String(value.name);
}
