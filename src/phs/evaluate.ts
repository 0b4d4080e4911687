import type { Value } from '../values.js';
import { compileProgram, type CompileOptions } from './program.js';
import { reported } from './report.js';
import { toValue } from './values/value.js';

/** What one expression sees and may do. */
export interface EvaluateOptions extends Pick<CompileOptions, 'limits' | 'print'> {
  readonly main?: Value;
  readonly payload?: Value;
  /** What the expression sees as `envs`; default: nothing. */
  readonly envs?: Readonly<Record<string, string | undefined>>;
}

/**
 * Compiles and evaluates one expression.
 *
 * @throws PhlowError PHLOW_PHS_SYNTAX, PHLOW_PHS_RUNTIME, PHLOW_PHS_LIMIT with the place in the code.
 */
export function evaluate(code: string, options: EvaluateOptions = {}): Value {
  const { limits, print, main, payload, envs } = options;
  const value = compileProgram(code, { limits, print }).run({ main, payload, envs: { ...envs } });
  try {
    return toValue(value);
  } catch (error) {
    throw reported(error, { code, locate: undefined });
  }
}
