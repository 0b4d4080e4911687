import { Ajv2020, type Options } from 'ajv/dist/2020.js';

/** Options every checker of ours shares; why each has its value is said in DESIGN.md section 4. */
const OPTIONS = {
  // Manifests are checked against a meta-schema of our own when they are read; workers would only pay again.
  meta: false,
  validateSchema: false,
  strict: true,
  // Otherwise a `oneOf` branch that lists what its parent describes is refused.
  strictRequired: false,
  // `type: [string, 'null']` is ordinary JSON Schema.
  allowUnionTypes: true,
  discriminator: true,
  useDefaults: true,
  coerceTypes: false,
  allErrors: false,
  // Errors then carry the schema around the keyword, where our `messages` are. Costs nothing until a check fails.
  verbose: true,
  logger: false,
} as const satisfies Options;

/** A JSON Schema (2020-12) checker with our options and our annotation keyword `messages`. */
export function createChecker(options: Options = {}): Ajv2020 {
  const checker = new Ajv2020({ ...OPTIONS, ...options });
  checker.addKeyword('messages');
  return checker;
}
