import type { GuestBoot } from '../../../src/wire/guest-boot.js';
import { sourceName } from '../../../src/wire/source-name.js';
import { definitionOf, type Definition } from '../definition.js';
import { createEndowments, type EndowmentParts } from './endowments.js';
import { allowReturnThis } from './global-function.js';
import { Compartment, harden, type CompartmentInstance } from './ses.js';

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
    'the module',
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
