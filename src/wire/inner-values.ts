/*
 * What built-in objects hold inside, read by the engine's own functions: a member of an object's own that is called `getTime`, `size` or `source`
 * has no say in it. Looked up when this file is evaluated, before any code of a module runs in the realm.
 */

function bound(read: unknown): (value: object) => unknown {
  return Function.prototype.call.bind(read as () => unknown) as (value: object) => unknown;
}

/** The function behind an accessor of a prototype. */
export function getter(prototype: object, name: string): (value: object) => unknown {
  const property: { readonly get?: unknown } = Object.getOwnPropertyDescriptor(prototype, name) ?? {};
  return bound(property.get);
}

/** A method of a prototype as a function of the object. */
export function method(prototype: object, name: PropertyKey): (value: object) => unknown {
  return bound(Reflect.get(prototype, name));
}

/** Milliseconds of a Date. */
export const timeOf = method(Date.prototype, 'getTime');
/** The text of a pattern. */
export const sourceOf = getter(RegExp.prototype, 'source');

const eachEntry = method(Map.prototype, 'entries');
const eachMember = method(Set.prototype, 'values');
const TYPED_ARRAY = Object.getPrototypeOf(Uint8Array.prototype) as object;
const VIEW_READERS = [TYPED_ARRAY, DataView.prototype].map((prototype) => ({
  buffer: getter(prototype, 'buffer'),
  offset: getter(prototype, 'byteOffset'),
  length: getter(prototype, 'byteLength'),
}));
const FLAGS = (
  [
    ['d', 'hasIndices'],
    ['g', 'global'],
    ['i', 'ignoreCase'],
    ['m', 'multiline'],
    ['s', 'dotAll'],
    ['u', 'unicode'],
    ['v', 'unicodeSets'],
    ['y', 'sticky'],
  ] as const
)
  .filter(([, name]) => name in RegExp.prototype)
  .map(([letter, name]) => ({ letter, isSet: getter(RegExp.prototype, name) }));
const BOXES: ReadonlyMap<string, (value: object) => unknown> = new Map(
  [Number, String, Boolean, BigInt].map((kind) => [kind.name, method(kind.prototype, 'valueOf')]),
);

/** Keys and values of a Map. */
export function entriesOf(map: object): readonly (readonly [unknown, unknown])[] {
  return Array.from(eachEntry(map) as Iterable<[unknown, unknown]>);
}

/** Members of a Set. */
export function membersOf(set: object): readonly unknown[] {
  return Array.from(eachMember(set) as Iterable<unknown>);
}

/** The flags of a pattern. */
export function flagsOf(pattern: object): string {
  return FLAGS.map(({ letter, isSet }) => (isSet(pattern) === true ? letter : '')).join('');
}

/** The primitive value in a box of that kind. */
export function unboxedBy(kind: string, box: object): unknown {
  return BOXES.get(kind)?.(box);
}

/** The bytes that a typed array or a DataView shows. */
export function viewedBytes(view: ArrayBufferView): Uint8Array {
  const [ofArrays, ofViews] = VIEW_READERS;
  const read = view instanceof DataView ? ofViews : ofArrays;
  if (read === undefined) throw new TypeError('no view');
  return new Uint8Array(
    read.buffer(view) as ArrayBuffer,
    read.offset(view) as number,
    read.length(view) as number,
  );
}
