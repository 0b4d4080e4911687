import { isPhlowError, type PhlowError } from '../../src/errors.js';
import type { Scope } from '../../src/phs/interpreter/scope.js';
import { compileProgram, type CompileOptions } from '../../src/phs/program.js';
import { toValue } from '../../src/phs/values/value.js';
import type { Value } from '../../src/values.js';

/** The value of an expression, as the host gets it. */
export function valueOf(code: string, scope: Scope = {}, options: CompileOptions = {}): Value {
  return toValue(compileProgram(code, options).run(scope));
}

/** The error that compiling or running an expression ends with. */
export function errorOf(code: string, scope: Scope = {}, options: CompileOptions = {}): PhlowError {
  try {
    const value = valueOf(code, scope, options);
    throw new Error(`no error, but ${JSON.stringify(value)}`);
  } catch (error) {
    if (isPhlowError(error)) return error;
    throw error;
  }
}

/** The message of that error. */
export function messageOf(code: string, scope: Scope = {}): string {
  return errorOf(code, scope).message;
}
