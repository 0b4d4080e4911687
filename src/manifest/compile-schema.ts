import { checkFromCode, type Check } from './check-from-code.js';
import { codeOf, createChecker } from './checker.js';
import type { JsonSchema } from './dialect.js';
import { spend } from './fuel.js';
import { parsingSteps } from './native-pattern.js';

/** A schema that has been compiled, once for all who need it. */
export interface CompiledSchema {
  /** JavaScript text: a thread makes its own check of it without loading the compiler. */
  readonly code: string;
  readonly check: Check;
}

/** Names that every object answers through its prototype. */
const INHERITED =
  /"(?:constructor|toString|toLocaleString|valueOf|hasOwnProperty|isPrototypeOf|propertyIsEnumerable|__\w+__)"/;

/** A part that is referred to is written out at each place only if it is this small: a thousand references to a large one are a huge program. */
const MAX_INLINED_KEYWORDS = 8;

const compiled = new WeakMap<JsonSchema, CompiledSchema>();

/**
 * Compiles a JSON Schema as `toJsonSchema` makes it; the same schema object is compiled once.
 *
 * @throws what the compiler throws; not for a schema that `parseManifest` has accepted.
 */
export function compileSchema(schema: JsonSchema): CompiledSchema {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  // Own-property checks cost about 40 ns per package (measured), so only a schema with such a name pays for them.
  const text = JSON.stringify(schema);
  const ownProperties = INHERITED.test(text);
  // Its patterns are parsed by the native engine, which takes long for some.
  spend(parsingSteps(text));
  // Optimising the code takes the compiler longer than the rest of its work and saves at most 20 ns per package (measured).
  const checker = createChecker({
    ownProperties,
    inlineRefs: MAX_INLINED_KEYWORDS,
    code: { source: true, optimize: false },
  });
  const code = codeOf(checker, checker.compile(schema));
  const made: CompiledSchema = { code, check: checkFromCode(code) };
  compiled.set(schema, made);
  return made;
}
