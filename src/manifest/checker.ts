import { createRequire } from 'node:module';
import type * as Ajv from 'ajv/dist/2020.js';
import { adaptCode } from './adapt-code.js';
import { addOwnRules } from './own-rules.js';

/** Options every checker of ours shares. */
const OPTIONS = {
  // Manifests are checked against a meta-schema of our own when they are read; compiling would only pay again.
  meta: false,
  validateSchema: false,
  // What strict mode refuses is ordinary JSON Schema: a rule without a type, an `if` without a `then`. Misspelt keywords the meta-schema finds.
  strict: false,
  discriminator: true,
  useDefaults: true,
  coerceTypes: false,
  allErrors: false,
  // Errors then carry the schema around the keyword, where our `messages` are. Costs nothing until a check fails.
  verbose: true,
  logger: false,
} as const satisfies Ajv.Options;

// Not a static import: the library takes 25 ms of CPU time to load (measured), which who only calls modules without schemas need not pay.
const require = createRequire(import.meta.url);

/** Loads the compiler, for who wants to do other things between that and the first use of it. */
export function loadCompiler(): void {
  require('ajv/dist/2020.js');
}

/** A JSON Schema (2020-12) checker with our options and our annotation keyword `messages`. */
export function createChecker(options: Ajv.Options = {}): Ajv.Ajv2020 {
  const { Ajv2020, _ } = require('ajv/dist/2020.js') as typeof Ajv;
  const checker = new Ajv2020({ ...OPTIONS, ...options });
  checker.addKeyword('messages');
  // The meta-schema has formats of its own.
  if (options.formats === undefined) addOwnRules(checker, _);
  return checker;
}

/** The JavaScript text of a check that a checker with `code.source` has compiled, with bigints for integers; see `checkFromCode`. */
export function codeOf(checker: Ajv.Ajv2020, check: Ajv.ValidateFunction): string {
  const { default: standaloneCode } = require('ajv/dist/standalone/index.js') as {
    readonly default: (checker: Ajv.Ajv2020, check: Ajv.ValidateFunction) => string;
  };
  return adaptCode(standaloneCode(checker, check));
}

/** A piece of JavaScript for the compiler's options; only for text of our own. */
export function compilerSnippet(text: string): Ajv.Code {
  const { _ } = require('ajv/dist/2020.js') as typeof Ajv;
  return _(Object.assign([text], { raw: [text] }));
}
