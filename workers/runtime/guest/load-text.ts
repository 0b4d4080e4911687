import { type GuestBoot, sourceName } from '../../../src/wire/guest-boot.js';
import { definitionOf, type Definition } from '../definition.js';
import { createEndowments, type EndowmentParts } from './endowments.js';
import { Compartment, harden, type CompartmentInstance } from './ses.js';

type FunctionMaker = (...texts: string[]) => unknown;

/** `return this`, as packages write it to find the global object: with or without a directive, a semicolon, brackets. */
const RETURN_THIS = /^\s*(?:(['"])use strict\1;?)?\s*return\s+\(?\s*this\s*\)?\s*;?\s*$/;

/**
 * Makes `Function('return this')` of a compartment give its global object, as it does in sloppy code. A compartment runs strict code only,
 * in which that function returns undefined; no other code is treated so.
 */
function allowReturnThis(own: Record<string, unknown>): void {
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

type ModuleFunction = (
  module: { exports: unknown },
  exports: unknown,
  require: (name: unknown) => never,
) => void;

/** Runs a module's text in a compartment of its own and finds the definition among what it exports. */
export function loadText(boot: GuestBoot, parts: EndowmentParts): Definition {
  const compartment = createCompartment(boot.name, parts);
  // One line stands before the module's first one: the host counts on it when it maps stacks.
  const source = `(function (module, exports, require) {\n${boot.code}\n})\n//# sourceURL=${sourceName(boot.name)}`;
  const run = compartment.evaluate(source) as ModuleFunction;
  const module = { exports: {} as unknown };
  run(module, module.exports, requireNothing(boot.name));
  const { exports } = module;
  const isNamespace = typeof exports === 'object' && exports !== null && Object.hasOwn(exports, '__esModule');
  return definitionOf(
    isNamespace ? (exports as Record<string, unknown>) : { default: exports },
    'its entry file',
  );
}

/** An empty world with what the module was granted in it. */
export function createCompartment(name: string, parts: EndowmentParts): CompartmentInstance {
  const compartment = new Compartment({ globals: createEndowments(parts), name, __options__: true });
  const own = compartment.globalThis;
  own['global'] = own;
  own['self'] = own;
  allowReturnThis(own);
  return compartment;
}

/** Says what a compartment has instead of a loader. */
export function requireNothing(module: string): (name: unknown) => never {
  return harden((name: unknown): never => {
    const message = `Cannot load "${String(name)}": module "${module}" runs in a compartment, which has no loader and no Node.js; use what the context offers`;
    throw Object.assign(new Error(message), { code: 'PHLOW_PERMISSION_DENIED' });
  });
}
