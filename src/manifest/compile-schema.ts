import { checkFromCode, type Check } from './check-from-code.js';
import { codeOf, createChecker } from './checker.js';
import { whileCompiling } from './compiling.js';
import type { JsonSchema } from './dialect.js';
import { spend } from './fuel.js';
import { countedCode } from './metered-check.js';
import { parsingSteps } from './native-pattern.js';
import { additions } from './prototype-additions.js';
import { needsResolving, resolveReferences } from './resolve-references.js';

/** A schema that has been compiled, once for all who need it. */
export class CompiledSchema {
  /** JavaScript text: a thread makes its own check of it without loading the compiler. */
  readonly code: string;
  #check: Check | undefined;
  #counted: string | undefined;

  /** @param counted the counted code, where another thread has written it already */
  constructor(code: string, counted?: string) {
    this.code = code;
    this.#counted = counted;
  }

  /** Made when it is first asked for: most hosts only pass the code on. */
  get check(): Check {
    this.#check ??= checkFromCode(this.code);
    return this.#check;
  }

  /** The code of the same check that counts its steps. */
  get counted(): string {
    this.#counted ??= countedCode(this.code);
    return this.#counted;
  }
}

/** Names that every object answers through its prototype. */
const INHERITED =
  /"(?:constructor|toString|toLocaleString|valueOf|hasOwnProperty|isPrototypeOf|propertyIsEnumerable|__\w+__)"/;

/** A part that is referred to is written out at each place only if it is this small: a thousand references to a large one are a huge program. */
const MAX_INLINED_KEYWORDS = 8;

/** What compiling takes, by the length of the schema as text: some microseconds a character. */
const STEPS_PER_CHARACTER = 200;
/** A reference is a few characters, and may have a small part written out in its place. */
const STEPS_PER_REFERENCE = 2_000;

/** Addresses of the standard's own schemas, which the compiler has with it. */
const STANDARD_SCHEMA = /"https:\/\/json-schema\.org\/draft\/2020-12\//;

const compiled = new WeakMap<JsonSchema, CompiledSchema>();

/**
 * Compiles a JSON Schema as `toJsonSchema` makes it; the same schema object is compiled once.
 *
 * @throws what the compiler throws; not for a schema that `parseManifest` has accepted.
 */
export function compileSchema(schema: JsonSchema): CompiledSchema {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const made = compile(schema);
  compiled.set(schema, made);
  return made;
}

/** Takes a schema as compiled whose code another thread has written. */
export function adoptCompiled(schema: JsonSchema, made: CompiledSchema): void {
  compiled.set(schema, made);
}

/** What it takes to compile a schema that is this text as JSON. Its patterns are parsed by the native engine, which takes long for some. */
export function compilingSteps(text: string): number {
  const references = text.match(/"\$(?:ref|dynamicRef)":/g)?.length ?? 0;
  return STEPS_PER_CHARACTER * text.length + STEPS_PER_REFERENCE * references + parsingSteps(text);
}

function compile(schema: JsonSchema): CompiledSchema {
  const text = JSON.stringify(schema);
  spend(compilingSteps(text));
  const whole = needsResolving(text) ? resolveReferences(schema) : schema;
  // Optimising the code takes the compiler longer than the rest of its work and saves at most 20 ns per package (measured).
  const options = {
    ...optionsFor(text),
    inlineRefs: MAX_INLINED_KEYWORDS,
    code: { source: true, optimize: false },
  };
  const code = whileCompiling(() => {
    const checker = createChecker(options);
    return codeOf(checker, checker.compile(whole));
  });
  return new CompiledSchema(code);
}

/** The compiler's options that only some schemas need, by the schema as JSON. */
export function optionsFor(text: string): { readonly ownProperties: boolean; readonly meta: boolean } {
  // Own-property checks cost about 40 ns per package (measured), so only a schema with such a name pays for them.
  return { ownProperties: INHERITED.test(text) || additions().length > 0, meta: STANDARD_SCHEMA.test(text) };
}
