import { compileFunction } from 'node:vm';
import type { ErrorObject } from 'ajv/dist/2020.js';
import equalModule from 'ajv/dist/runtime/equal.js';
import lengthModule from 'ajv/dist/runtime/ucs2length.js';
import { PhlowError } from '../errors.js';
import { isMultipleOf } from './multiple-of.js';
import { STRING_FORMATS } from './string-formats.js';

/** A compiled schema: true when the value fits, otherwise `errors` says why. Fills in defaults. */
export interface Check {
  (value: unknown): boolean;
  errors?: null | ErrorObject[];
}

/** The name under which the code of a check asks for the functions of our own rules. */
export const RULES_NAME = 'rules';

/** What the code of a check may ask for: the functions that the compiler does not write out. */
const RUNTIME: Readonly<Record<string, unknown>> = {
  [RULES_NAME]: { isMultipleOf, formats: STRING_FORMATS },
  'ajv/dist/runtime/equal': equalModule,
  'ajv/dist/runtime/ucs2length': lengthModule,
};

/** Makes a check of the text that `compileSchema` has written. Takes a fraction of a millisecond; the compiler is not loaded. */
export function checkFromCode(code: string, more: Readonly<Record<string, unknown>> = {}): Check {
  const module: { exports: unknown } = { exports: undefined };
  const run = compileFunction(code, ['module', 'require']) as (
    module: object,
    require: (name: string) => unknown,
  ) => void;
  run(module, (name) => {
    if (Object.hasOwn(more, name)) return more[name];
    if (Object.hasOwn(RUNTIME, name)) return RUNTIME[name];
    throw new PhlowError('PHLOW_INTERNAL', `Cannot make a check of its code: it asks for ${name}`);
  });
  return module.exports as Check;
}
