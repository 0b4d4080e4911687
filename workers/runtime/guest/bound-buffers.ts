// First: it keeps the methods of buffers as the language has them.
import './count-resizes.js';
import { getterOf, knownGetterOf } from './web/intrinsics.js';

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;
type AnyClass = (new (...args: readonly unknown[]) => object) & { readonly prototype: object };

/** What this leaves on the global object for the code that loads a module, and what the boot code has put there. */
export interface BufferBounds {
  readonly boundsBuffers?: true;
  limitBuffers?: (maxBytes: number) => void;
}

const TYPED =
  `BigInt64Array BigUint64Array Float16Array Float32Array Float64Array Int8Array Int16Array Int32Array Uint8Array
  Uint8ClampedArray Uint16Array Uint32Array`.split(/\s+/);

/** Enough for what our own code does before the module's limit is known. */
const OWN_BYTES = 1_048_576;

/**
 * Has the realm refuse a buffer that is larger than all that its module may hold. In a thread nothing else can: V8 fills or copies a buffer of
 * gigabytes in one step that nobody can interrupt, and takes the memory from the host. Returns what sets the limit.
 */
function boundBuffers(): (maxBytes: number) => void {
  const { apply, construct } = Reflect;
  let mostBytes = OWN_BYTES;
  const check = (bytes: number): void => {
    if (bytes > mostBytes) throw new RangeError('Array buffer allocation failed');
  };

  for (const name of ['ArrayBuffer', 'SharedArrayBuffer']) {
    const original = globalClass(name);
    if (original === undefined) continue;
    replace(name, original, function (this: unknown, length?: unknown, ...[options]: unknown[]): object {
      const target = new.target as unknown as AnyClass | undefined;
      if (target === undefined) throw new TypeError(`Constructor ${name} requires 'new'`);
      const bytes = numberOf(length);
      check(bytes);
      // Read once: reading it may run code of the module, which may answer with something else each time.
      const found = isObject(options) ? (Reflect.get(options, 'maxByteLength') as unknown) : undefined;
      if (found === undefined) return construct(original, [bytes], target);
      const maxByteLength = numberOf(found);
      check(maxByteLength);
      return construct(original, [bytes, { maxByteLength }], target);
    });
    for (const method of ['transfer', 'transferToFixedLength'])
      boundLength(original.prototype, method, check);
  }

  const abstract = Object.getPrototypeOf(Uint8Array) as AnyClass;
  const lengthOf = knownGetterOf<number>(abstract.prototype, 'length');
  const tagOf = knownGetterOf<string | undefined>(abstract.prototype, Symbol.toStringTag);
  const isBuffer = bufferTest();
  for (const name of TYPED) {
    const original = globalClass(name);
    if (original === undefined) continue;
    const { BYTES_PER_ELEMENT: size } = original as unknown as { readonly BYTES_PER_ELEMENT: number };
    /** What the class is handed in the place of what it was given: never anything that answers another time with something else. */
    const checked = (given: unknown): unknown => {
      if (!isObject(given)) {
        if (typeof given !== 'symbol' && typeof given !== 'bigint') check(numberOf(given) * size);
        return given;
      }
      if (isBuffer(given)) return given;
      if (tagOf(given) !== undefined) {
        check(lengthOf(given) * size);
        return given;
      }
      const list = listOf(given, (length) => check(length * size));
      check(list.length * size);
      return list;
    };
    const bounded = replace(
      name,
      original,
      function (this: unknown, given?: unknown, at?: unknown, length?: unknown): object {
        const target = new.target as unknown as AnyClass | undefined;
        if (target === undefined) throw new TypeError(`Constructor ${name} requires 'new'`);
        const first = checked(given);
        // The usual case in the form that V8 makes the most of.
        if (target === (bounded as unknown)) return new original(first, at, length);
        return construct(original, [first, at, length], target);
      },
    );
  }
  return (maxBytes) => {
    mostBytes = maxBytes;
  };

  function boundLength(prototype: object, method: string, checkBytes: (bytes: number) => void): void {
    const own = Object.getOwnPropertyDescriptor(prototype, method)?.value as AnyFunction | undefined;
    if (own === undefined) return;
    const bounded = {
      [method](this: unknown, ...args: unknown[]): unknown {
        const [newLength] = args;
        if (newLength === undefined) return apply(own, this, []);
        const bytes = numberOf(newLength);
        checkBytes(bytes);
        return apply(own, this, [bytes]);
      },
    };
    const value: unknown = bounded[method];
    Object.defineProperty(value, 'length', { value: 0 });
    Object.defineProperty(prototype, method, { value });
  }
}

function globalClass(name: string): AnyClass | undefined {
  return Reflect.get(globalThis, name) as AnyClass | undefined;
}

/** Puts a function in the place of a class: with the same statics and prototype, which then names it as its constructor. */
function replace(name: string, original: AnyClass, bounded: AnyFunction): AnyFunction {
  const { prototype, ...statics } = Object.getOwnPropertyDescriptors(original);
  Object.defineProperty(bounded, 'prototype', prototype);
  Object.defineProperties(bounded, statics);
  Object.setPrototypeOf(bounded, Object.getPrototypeOf(original) as object);
  Object.defineProperty(original.prototype, 'constructor', { value: bounded });
  Object.defineProperty(globalThis, name, { value: bounded });
  return bounded;
}

/** Whether a value is memory that others look at: a view of it takes none. */
function bufferTest(): (value: object) => boolean {
  const lengths = ['ArrayBuffer', 'SharedArrayBuffer'].flatMap((name) => {
    const found = globalClass(name);
    return (found && getterOf<number>(found.prototype, 'byteLength')) ?? [];
  });
  return (value) =>
    lengths.some((lengthOf) => {
      try {
        return lengthOf(value) >= 0;
      } catch {
        return false;
      }
    });
}

/** The elements of anything that can be iterated, or else that has a length, read once. */
function listOf(given: object, check: (length: number) => void): readonly unknown[] {
  const from = given as Iterable<unknown> & ArrayLike<unknown>;
  // Asked again by the language, which then insists on an answer.
  if ((from as { readonly [Symbol.iterator]?: unknown })[Symbol.iterator] != null) return [...from];
  const asked = numberOf(from.length);
  check(asked);
  const length = asked > 0 ? asked - (asked % 1) : 0;
  const list: unknown[] = [];
  for (let i = 0; i < length; i++) list[i] = from[i];
  return list;
}

/** The language's own way from any value to a number, which may run code of the module. */
function numberOf(value: unknown): number {
  return +(value as { valueOf(): number });
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

const realm = globalThis as BufferBounds;
if (realm.boundsBuffers === true) realm.limitBuffers = boundBuffers();
