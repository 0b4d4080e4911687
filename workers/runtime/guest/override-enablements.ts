/**
 * The override mistake: assigning to a property that is inherited from a frozen object fails, though it would make an own property were the
 * object not frozen. The lockdown repairs the properties that its authors met (`overrideTaming`); this repairs the rest that old-style
 * inheritance assigns to. Runs once, after the intrinsics were repaired and before they are frozen.
 */
export function enableOverrides(): void {
  for (const [prototype, keys] of ENABLED) {
    for (const key of keys) enableOverride(prototype, key);
  }
}

/** What a constructor's prototype is given when it inherits from a built-in one: `F.prototype = Object.create(String.prototype)`. */
const INHERITED: readonly PropertyKey[] = ['constructor', 'toString', 'valueOf', 'toLocaleString'];
const OF_ERRORS: readonly PropertyKey[] = [...INHERITED, 'name', 'message'];
/** Generators wrapped by libraries for coroutines. */
const OF_GENERATORS: readonly PropertyKey[] = [...INHERITED, 'next', 'return', 'throw'];

const iterator: object = Object.getPrototypeOf(
  Object.getPrototypeOf([][Symbol.iterator]()) as object,
) as object;
const generator: object = Object.getPrototypeOf(function* () {}.prototype) as object;
const asyncGenerator: object = Object.getPrototypeOf(async function* () {}.prototype) as object;

/**
 * What the engine takes a fast path for as long as nobody has touched it stays a data property: methods of Array, String, RegExp, `then` of
 * promises, and the constructor of arrays and typed arrays (as accessors on these, `map` and `slice` take thirty times as long, measured).
 */
const ENABLED: readonly (readonly [object, readonly PropertyKey[]])[] = [
  [Error.prototype, OF_ERRORS],
  [AggregateError.prototype, OF_ERRORS],
  [EvalError.prototype, OF_ERRORS],
  [RangeError.prototype, OF_ERRORS],
  [ReferenceError.prototype, OF_ERRORS],
  [SyntaxError.prototype, OF_ERRORS],
  [TypeError.prototype, OF_ERRORS],
  [URIError.prototype, OF_ERRORS],
  [String.prototype, INHERITED],
  [Number.prototype, INHERITED],
  [Boolean.prototype, INHERITED],
  [BigInt.prototype, INHERITED],
  [Symbol.prototype, INHERITED],
  [Function.prototype, INHERITED],
  [Array.prototype, ['toLocaleString']],
  [RegExp.prototype, INHERITED],
  [Promise.prototype, [...INHERITED, 'finally']],
  // A date is often given one of these of its own.
  [Date.prototype, [...INHERITED, 'toJSON', 'toISOString', 'toLocaleDateString', 'toLocaleTimeString']],
  [WeakMap.prototype, ['constructor', 'get', 'set', 'has', 'delete']],
  [WeakSet.prototype, ['constructor', 'add', 'has', 'delete']],
  [ArrayBuffer.prototype, INHERITED],
  [DataView.prototype, INHERITED],
  [iterator, INHERITED],
  [generator, OF_GENERATORS],
  [asyncGenerator, OF_GENERATORS],
];

/** Makes a data property an accessor that gives the same value, and whose setter makes an own property of the object that inherits it. */
function enableOverride(holder: object, key: PropertyKey): void {
  const found = Reflect.getOwnPropertyDescriptor(holder, key);
  if (found === undefined || !('value' in found) || found.configurable !== true) return;
  const value: unknown = found.value;
  // Methods of a literal: functions without a prototype and without a way to construct them.
  const accessors = {
    get(): unknown {
      return value;
    },
    set(this: unknown, next: unknown): void {
      if (this === holder) throw new TypeError(`Cannot assign to read only property '${String(key)}'`);
      if (Object.hasOwn(this as object, key)) Reflect.set(this as object, key, next);
      else
        Object.defineProperty(this as object, key, {
          value: next,
          writable: true,
          enumerable: true,
          configurable: true,
        });
    },
  };
  // What freezes the intrinsics walks properties without calling getters: it finds the value here.
  Object.defineProperty(Reflect.get(accessors, 'get'), 'originalValue', { value });
  Object.defineProperty(holder, key, {
    ...accessors,
    enumerable: found.enumerable === true,
    configurable: true,
  });
}

enableOverrides();
