import { ScriptError } from '../script-error.js';

/** Gives an error of a script its place, unless it has one; anything else passes as it is. To be thrown. */
export function placed(error: unknown, at: number, width = 1): unknown {
  return error instanceof ScriptError ? error.at(at, width) : error;
}

/** The error for a value where a bool must be. */
export function notBoolean(type: string, at: number): ScriptError {
  return new ScriptError('ErrorMismatchDataType', `Data type incorrect: ${type} (expecting bool)`, {
    facts: { requested: 'bool', actual: type },
  }).at(at);
}
