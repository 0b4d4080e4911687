import { harden } from './ses.js';

type FunctionMaker = (...texts: string[]) => unknown;

/** `return this`, as packages write it to find the global object: with or without a directive, a semicolon, brackets. */
const RETURN_THIS = /^\s*(?:(['"])use strict\1;?)?\s*return\s+\(?\s*this\s*\)?\s*;?\s*$/;

/**
 * Makes `Function('return this')` of a compartment give its global object, as it does in sloppy code. A compartment runs strict code only,
 * in which that function returns undefined; no other code is treated so.
 */
export function allowReturnThis(own: Record<string, unknown>): void {
  const original = own['Function'] as FunctionMaker;
  const make = function Function(...texts: unknown[]): unknown {
    // Read once: a text may be an object that gives another one each time.
    const strings = texts.map((text) => String(text));
    const [body] = strings;
    if (strings.length === 1 && body !== undefined && RETURN_THIS.test(body)) {
      return function anonymous(this: unknown): unknown {
        return this ?? own;
      };
    }
    return original(...strings);
  };
  Object.defineProperty(make, 'prototype', { value: Reflect.get(original, 'prototype'), writable: false });
  Object.defineProperty(make, 'length', { value: 1 });
  own['Function'] = harden(make);
}
