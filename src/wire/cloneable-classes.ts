/*
 * Classes of the language that values cross with as what they are, by name. Looked up when this file is evaluated, before any code of a module
 * runs in the realm.
 */

const { Float16Array } = globalThis as unknown as { readonly Float16Array?: typeof Float32Array };

export const TYPED_ARRAYS = {
  // Not in every version.
  ...(Float16Array === undefined ? {} : { Float16Array }),
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
} as const;

export const ERRORS = {
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
} as const;
