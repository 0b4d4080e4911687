import { canBeSlow } from './bounded-check.js';
import { compileSchema } from './compile-schema.js';
import type { JsonSchema } from './dialect.js';
import { meteredCheck } from './metered-check.js';
import { validatorOf, type Validator, type ValidatorOptions } from './validator.js';

/**
 * Compiles a JSON Schema as `toJsonSchema` makes it. The schema must have been accepted by `parseManifest`: it is not checked again here. One
 * that can be slow counts its steps, so that `boundedRun` can end it.
 */
export function compileValidator(schema: JsonSchema, options: ValidatorOptions = {}): Validator {
  const compiled = compileSchema(schema);
  const check = canBeSlow(schema) ? meteredCheck(compiled.counted) : compiled.check;
  return validatorOf(check, schema, options);
}
