import { compileSchema } from './compile-schema.js';
import type { JsonSchema } from './dialect.js';
import { validatorOf, type Validator, type ValidatorOptions } from './validator.js';

/** Compiles a JSON Schema as `toJsonSchema` makes it. The schema must have been accepted by `parseManifest`: it is not checked again here. */
export function compileValidator(schema: JsonSchema, options: ValidatorOptions = {}): Validator {
  return validatorOf(compileSchema(schema).check, schema, options);
}
