import { isArrayBuffer } from './buffer-source.js';
import { knownGetterOf, methodOf } from './intrinsics.js';

/** What the structured clone makes of an object. */
export type Brand =
  | 'Array'
  | 'ArrayBuffer'
  | 'BigInt'
  | 'Boolean'
  | 'Date'
  | 'Error'
  | 'Map'
  | 'Number'
  | 'Object'
  | 'RegExp'
  | 'Set'
  | 'String'
  | 'View'
  | 'unclonable';

/** Longer chains than any code has; a proxy could make one without end. */
const MAX_PROTOTYPES = 1000;

const objectToString = methodOf<string>(Object.prototype, 'toString');
/** Not in every version. */
const isError = (Error as { readonly isError?: (this: void, value: unknown) => boolean }).isError;

/** Throws unless the value is what it seems to be; each reads an internal slot and nothing that a module can set. */
type Proof = (value: unknown) => unknown;

const dateProof = methodOf<unknown>(Date.prototype, 'getTime');
const booleanProof = methodOf<unknown>(Boolean.prototype, 'valueOf');
const numberProof = methodOf<unknown>(Number.prototype, 'valueOf');
const stringProof = methodOf<unknown>(String.prototype, 'valueOf');
const sourceOf = knownGetterOf<unknown>(RegExp.prototype, 'source');
const regExpProof: Proof = (value) => {
  // The prototype of regular expressions has a source, too.
  if (value === RegExp.prototype) throw new TypeError('no regular expression');
  return sourceOf(value);
};

const PROOFS: ReadonlyMap<object, readonly [Brand, Proof]> = new Map<object, readonly [Brand, Proof]>([
  [Map.prototype, ['Map', knownGetterOf(Map.prototype, 'size')]],
  [Set.prototype, ['Set', knownGetterOf(Set.prototype, 'size')]],
  [Date.prototype, ['Date', dateProof]],
  [RegExp.prototype, ['RegExp', regExpProof]],
  [Boolean.prototype, ['Boolean', booleanProof]],
  [Number.prototype, ['Number', numberProof]],
  [String.prototype, ['String', stringProof]],
  [BigInt.prototype, ['BigInt', methodOf(BigInt.prototype, 'valueOf')]],
  [Symbol.prototype, ['unclonable', methodOf(Symbol.prototype, 'valueOf')]],
  [WeakMap.prototype, ['unclonable', hasIn(WeakMap.prototype)]],
  [WeakSet.prototype, ['unclonable', hasIn(WeakSet.prototype)]],
  // A promise cannot be asked without being used: any object under its prototype counts as one.
  [Promise.prototype, ['unclonable', (value) => value]],
]);

function hasIn(prototype: object): Proof {
  const has = methodOf<boolean, [key: unknown]>(prototype, 'has');
  return (value) => has(value, value);
}

/**
 * What an object is, by what the language keeps inside it. The common kinds are told apart without a throw; one whose prototype was set
 * to another kind's is taken for a plain object.
 */
export function brandOf(value: object): Brand {
  if (Array.isArray(value)) return 'Array';
  const prototype: unknown = Object.getPrototypeOf(value);
  if (ArrayBuffer.isView(value)) return 'View';
  if (prototype === Object.prototype || prototype === null) return taggedBrand(value);
  if (isError?.(value) === true) return 'Error';
  let at: unknown = prototype;
  for (let steps = 0; steps < MAX_PROTOTYPES && typeof at === 'object' && at !== null; steps++) {
    if (at === ArrayBuffer.prototype && isArrayBuffer(value)) return 'ArrayBuffer';
    const proof = PROOFS.get(at);
    if (proof !== undefined && passes(proof[1], value)) return proof[0];
    if (isError === undefined && at === Error.prototype && looksLikeError(value)) return 'Error';
    at = Object.getPrototypeOf(at) as unknown;
  }
  return taggedBrand(value);
}

function passes(proof: Proof, value: object): boolean {
  try {
    proof(value);
    return true;
  } catch {
    return false;
  }
}

/** The language's own tag, where nothing hides it. */
function taggedBrand(value: object): Brand {
  switch (objectToString(value)) {
    case '[object Error]':
      return 'Error';
    case '[object Date]':
      return passes(dateProof, value) ? 'Date' : 'Object';
    case '[object RegExp]':
      return passes(regExpProof, value) ? 'RegExp' : 'Object';
    case '[object Boolean]':
      return passes(booleanProof, value) ? 'Boolean' : 'Object';
    case '[object Number]':
      return passes(numberProof, value) ? 'Number' : 'Object';
    case '[object String]':
      return passes(stringProof, value) ? 'String' : 'Object';
    default:
      return 'Object';
  }
}

/** Older versions of the language recognise errors by their tag only, and a tag of the module's own hides that one. */
function looksLikeError(value: object): boolean {
  return objectToString(value) === '[object Error]' || Object.hasOwn(value, 'stack');
}
