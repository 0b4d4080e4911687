import { types } from 'node:util';

/** True for an object without a class and for a list, without members that have symbols for names. What stands in it is not looked at. */
export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (Array.isArray(value)) {
    if (prototype !== Array.prototype) return false;
  } else if ((prototype !== Object.prototype && prototype !== null) || ArrayBuffer.isView(value))
    return false;
  return Object.getOwnPropertySymbols(value).length === 0;
}

/** True for an object that has no members and is no Date, Map or the like with the prototype of plain objects. */
export function isBare(value: object): boolean {
  const name = Object.prototype.toString.call(value);
  return (
    name === '[object Object]' && !types.isMap(value) && !types.isSet(value) && !types.isAnyArrayBuffer(value)
  );
}

const EMPTY = {};

/** True while something has added members to the prototype of all objects that each of them seems to have: they would be written as its own. */
export function hasAdditions(): boolean {
  for (const _key in EMPTY) return true;
  return false;
}
