import { ERRORS, TYPED_ARRAYS } from '../../../../src/wire/cloneable-classes.js';
import { brandOf } from './clone-brands.js';
import { bufferBytes, isArrayBuffer, isDetached, placeOf, typedArrayName } from './buffer-source.js';
import { domError, DOMException, isDomException } from './dom-exception.js';
import { getterOf, knownGetterOf, methodOf } from './intrinsics.js';
import { needArguments, toDictionary } from './webidl.js';

type ViewClass = new (buffer: ArrayBuffer, offset: number, length?: number) => ArrayBufferView;

/** Not in every version. */
const transfer = Object.hasOwn(ArrayBuffer.prototype, 'transfer')
  ? methodOf<ArrayBuffer, [length: number]>(ArrayBuffer.prototype, 'transfer')
  : undefined;
const readMap = methodOf<undefined, [(value: unknown, key: unknown) => unknown]>(Map.prototype, 'forEach');
const readSet = methodOf<undefined, [(value: unknown) => unknown]>(Set.prototype, 'forEach');
const dateValue = methodOf<number>(Date.prototype, 'getTime');
const regExpSource = knownGetterOf<string>(RegExp.prototype, 'source');
const regExpFlags = knownGetterOf<string>(RegExp.prototype, 'flags');
const isResizable = getterOf<boolean>(ArrayBuffer.prototype, 'resizable');
const maxBytes = getterOf<number>(ArrayBuffer.prototype, 'maxByteLength');

const VIEWS: readonly ViewClass[] = Object.values(TYPED_ARRAYS);
const ERROR_CLASSES = Object.values(ERRORS);

/** Makes the function; `isOurs` is true for objects of our own classes, which are not cloned. */
export function createStructuredClone(isOurs: (value: object) => boolean): object {
  return function structuredClone(value: unknown, options?: unknown): unknown {
    needArguments(arguments.length, 1, 'structuredClone()');
    const { transfer: listed } = toDictionary(options, 'structuredClone()');
    const moved = listed === undefined ? [] : transferred(listed);
    return new Cloning(isOurs, moved).run(value);
  };
}

function refused(why: string): Error {
  return domError('DataCloneError', `Cannot clone a value: ${why}`);
}

function transferred(listed: unknown): readonly ArrayBuffer[] {
  const buffers = Array.from(listed as Iterable<unknown>);
  for (const buffer of buffers)
    if (!isArrayBuffer(buffer)) throw refused('only an ArrayBuffer can be transferred');
  if (new Set(buffers).size < buffers.length) throw refused('a buffer is to be transferred twice');
  if (buffers.length > 0 && transfer === undefined)
    throw refused(
      'transferring needs ArrayBuffer.prototype.transfer, which this version of the language does not have',
    );
  return buffers as readonly ArrayBuffer[];
}

/** One run: what was cloned already is known by its original. */
class Cloning {
  readonly #isOurs: (value: object) => boolean;
  readonly #moved: readonly ArrayBuffer[];
  readonly #known = new Map<object, object>();

  constructor(isOurs: (value: object) => boolean, moved: readonly ArrayBuffer[]) {
    this.#isOurs = isOurs;
    this.#moved = moved;
  }

  run(value: unknown): unknown {
    const places = this.#moved.map((buffer) => {
      if (isDetached(buffer)) throw refused('a buffer to be transferred is detached');
      const place = emptyLike(buffer);
      this.#known.set(buffer, place);
      return place;
    });
    const clone = this.#clone(value);
    // Only now, when nothing can be refused any more: code of the module that ran meanwhile may have written to them.
    for (const [at, buffer] of this.#moved.entries()) {
      if (isDetached(buffer)) throw refused('a buffer to be transferred is detached');
      fill(places[at] ?? new ArrayBuffer(0), buffer);
      transfer?.(buffer, 0);
    }
    return clone;
  }

  #clone(value: unknown): unknown {
    if (typeof value === 'symbol') throw refused('it is, or holds, a symbol');
    if (typeof value === 'function') throw refused('it is, or holds, a function');
    if (typeof value !== 'object' || value === null) return value;
    return this.#known.get(value) ?? this.#cloneObject(value);
  }

  #cloneObject(value: object): object {
    const brand = kindOf(value);
    switch (brand) {
      case 'Array':
        return this.#array(value as readonly unknown[]);
      case 'Map':
        return this.#map(value);
      case 'Set':
        return this.#set(value);
      case 'View':
        return this.#view(value as ArrayBufferView);
      case 'ArrayBuffer':
        return this.#buffer(value as ArrayBuffer);
      case 'Error':
        return this.#error(value);
      case 'Date':
        return this.#keep(value, new Date(dateValue(value)));
      case 'RegExp':
        return this.#keep(value, new RegExp(regExpSource(value), regExpFlags(value)));
      case 'Boolean':
      case 'Number':
      case 'String':
      case 'BigInt':
        return this.#keep(value, Object(PRIMITIVES[brand](value)) as object);
      case 'Object':
        return this.#object(value);
      case 'unclonable':
        throw refused(`it is, or holds, an object that has no content to copy`);
    }
  }

  #keep<T extends object>(value: object, clone: T): T {
    this.#known.set(value, clone);
    return clone;
  }

  #object(value: object): object {
    // Objects of ours have a prototype of their own; one that was given another is empty, and so is its clone.
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null && this.#isOurs(value))
      throw refused('it is, or holds, an object of the platform');
    return this.#members(value, this.#keep(value, {}));
  }

  #members<T extends object>(value: object, clone: T): T {
    for (const key of Object.keys(value)) {
      // A getter before it may have removed it.
      if (!Object.hasOwn(value, key)) continue;
      const member = this.#clone((value as Record<string, unknown>)[key]);
      define(clone, key, member);
    }
    return clone;
  }

  #array(value: readonly unknown[]): object {
    const clone: unknown[] = this.#keep(value, []);
    clone.length = value.length;
    return this.#members(value, clone);
  }

  #map(value: object): object {
    const clone = this.#keep(value, new Map<unknown, unknown>());
    const pairs: unknown[] = [];
    readMap(value, (item, key) => pairs.push(key, item));
    for (let at = 0; at < pairs.length; at += 2) {
      const key = this.#clone(pairs[at]);
      clone.set(key, this.#clone(pairs[at + 1]));
    }
    return clone;
  }

  #set(value: object): object {
    const clone = this.#keep(value, new Set<unknown>());
    const items: unknown[] = [];
    readSet(value, (item) => items.push(item));
    for (const item of items) clone.add(this.#clone(item));
    return clone;
  }

  #buffer(value: ArrayBuffer): ArrayBuffer {
    if (isDetached(value)) throw refused('it is, or holds, a detached ArrayBuffer');
    const clone = this.#keep(value, emptyLike(value));
    fill(clone, value);
    return clone;
  }

  #view(value: ArrayBufferView): object {
    const name = typedArrayName(value);
    const { buffer, offset, length } = placeOrRefuse(value);
    if (!isArrayBuffer(buffer)) throw refused('it is, or holds, a view of shared memory');
    const known = this.#known.get(buffer) as ArrayBuffer | undefined;
    const copy = known ?? this.#buffer(buffer);
    const View = name === undefined ? DataView : VIEWS.find((one) => one.name === name);
    if (View === undefined)
      throw refused(`it is, or holds, a ${name ?? 'view'}, which this version does not know`);
    const size = (View as { readonly BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1;
    // Whether a view follows the length of its buffer cannot be asked; one that reaches the end of a resizable buffer does.
    const isTracking = isResizable?.(buffer) === true && bufferBytes(buffer) - offset - length < size;
    return this.#keep(value, isTracking ? new View(copy, offset) : new View(copy, offset, length / size));
  }

  #error(value: object): object {
    if (isDomException(value)) {
      const { name, message } = value;
      const clone = this.#keep(value, new DOMException(message, name));
      copyStack(value, clone);
      return clone;
    }
    const { name } = value as { readonly name?: unknown };
    const message = ownText(value, 'message');
    const ErrorClass = ERROR_CLASSES.find((one) => one.name === name) ?? Error;
    const clone: Error = this.#keep(value, new ErrorClass());
    if (message !== undefined) hide(clone, 'message', message);
    copyStack(value, clone);
    const cause = Object.getOwnPropertyDescriptor(value, 'cause');
    if (cause !== undefined && 'value' in cause) hide(clone, 'cause', this.#clone(cause.value));
    return clone;
  }
}

const PRIMITIVES = {
  Boolean: methodOf<unknown>(Boolean.prototype, 'valueOf'),
  Number: methodOf<unknown>(Number.prototype, 'valueOf'),
  String: methodOf<unknown>(String.prototype, 'valueOf'),
  BigInt: methodOf<unknown>(BigInt.prototype, 'valueOf'),
} as const;

function kindOf(value: object): ReturnType<typeof brandOf> {
  try {
    return brandOf(value);
  } catch (error) {
    // A proxy that was revoked cannot be looked at.
    if (error instanceof TypeError) throw refused('it is, or holds, a proxy that refuses to be read');
    throw error;
  }
}

function placeOrRefuse(view: ArrayBufferView): ReturnType<typeof placeOf> {
  try {
    const place = placeOf(view);
    if (!isArrayBuffer(place.buffer) || !isDetached(place.buffer)) return place;
  } catch {
    // A DataView out of bounds or detached throws.
  }
  throw refused('it is, or holds, a view of a detached ArrayBuffer');
}

/** Always an own property: a name that prototypes have, `__proto__` among them, must not reach their setters. */
function define(target: object, key: string, value: unknown): void {
  if (key in target)
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  else (target as Record<string, unknown>)[key] = value;
}

function hide(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, configurable: true });
}

function ownText(value: object, key: string): string | undefined {
  const description = Object.getOwnPropertyDescriptor(value, key);
  if (description === undefined || !('value' in description)) return undefined;
  const text: unknown = description.value;
  return typeof text === 'symbol' ? undefined : String(text);
}

function copyStack(value: object, clone: object): void {
  const { stack } = value as { readonly stack?: unknown };
  if (typeof stack === 'string') hide(clone, 'stack', stack);
}

function emptyLike(buffer: ArrayBuffer): ArrayBuffer {
  const length = bufferBytes(buffer);
  if (isResizable?.(buffer) !== true) return new ArrayBuffer(length);
  const Resizable = ArrayBuffer as unknown as new (
    length: number,
    options: { readonly maxByteLength: unknown },
  ) => ArrayBuffer;
  return new Resizable(length, { maxByteLength: maxBytes?.(buffer) });
}

/** Copies what fits: code of the module may have changed the length meanwhile. */
function fill(target: ArrayBuffer, source: ArrayBuffer): void {
  const bytes = new Uint8Array(source, 0, Math.min(bufferBytes(source), bufferBytes(target)));
  new Uint8Array(target).set(bytes);
}
