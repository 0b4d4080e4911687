import { createRequire } from 'node:module';
import type * as Ajv from 'ajv/dist/2020.js';
import { addOwnRules } from './own-rules.js';

/** Strings first: the text of a schema may hold what looks like code. */
const TOKENS =
  /"(?:[^"\\]|\\.)*"|typeof (\w+) == "number"|!\((\w+) % 1\)|\bfor\(const (\w+) in (\w+)\)|\bif\((data\d*)\.(\w+) === undefined\)/g;

/**
 * In front of the check: `isNaN` and `isFinite` of the language throw for a bigint; `own` gives a loop nothing that is inherited. A loop over
 * `Object.keys` takes 8 ns more each time (measured), that over an empty object 2.
 */
const PRELUDE =
  'const isNaN = Number.isNaN, isFinite = (value) => typeof value == "bigint" || Number.isFinite(value), none = {};' +
  'function own(value) { for (const name in none) return { __proto__: null, ...value }; return value; }';

/**
 * Changes what the compiler's code does with two kinds of values. A bigint is the whole number that it is: integers of flows beyond 2^53 are
 * bigints, and the compiler knows numbers only. And the members of an object are its own: not those that all inherit, such as `constructor`,
 * nor what somebody has put on `Object.prototype`.
 */
function adaptCode(code: string): string {
  return boundsForAll(code)
    .replace(TOKENS, (text, ...found: readonly (string | undefined)[]) => {
      const [compared, divided, key, keyed, owner, name = ''] = found;
      if (compared !== undefined) return `(typeof ${compared} == "number" || typeof ${compared} == "bigint")`;
      if (divided !== undefined) return `(typeof ${divided} == "bigint" || !(${divided} % 1))`;
      if (key !== undefined) return `for(const ${key} in own(${keyed ?? ''}))`;
      // A default for a member that every object inherits.
      if (owner !== undefined && name in Object.prototype) return `if(!Object.hasOwn(${owner}, "${name}"))`;
      return text;
    })
    .replace(/^"use strict";/, (directive) => directive + PRELUDE);
}

/** Bounds hold for every number: with `strictNumbers` the compiler would let Infinity pass a `maximum`. In texts of schemas the quotes are escaped. */
function boundsForAll(code: string): string {
  return code.replace(
    /\bif\(\(typeof (\w+) == "number"\) && \(isFinite\(\1\)\)\)\{/g,
    'if(typeof $1 == "number"){',
  );
}

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
  // JSON has no word for Infinity: it would leave as null.
  strictNumbers: true,
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
  const { code } = options;
  const process = (text: string): string => boundsForAll(code?.process?.(text) ?? text);
  const checker = new Ajv2020({ ...OPTIONS, ...options, code: { ...code, process } });
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
