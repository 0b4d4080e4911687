import type { Ajv2020 } from 'ajv/dist/2020.js';
import { createChecker } from '../../../src/manifest/checker.js';
import { JSON_NUMBER } from '../../../src/manifest/coerce.js';
import { linearPattern } from '../../../src/manifest/linear-pattern.js';
import { Secrets } from '../../../src/manifest/secrets.js';
import { asJsonSchema } from './openapi/as-json-schema.js';
import { DOCUMENT } from './openapi/strict.js';
import type { SchemaCheck } from './platform.js';
import { problemsOf } from './schema-problems.js';

type Schema = Readonly<Record<string, unknown>>;

/** The compilers of a document, for bodies and for texts: making one takes longer than most schemas. */
const compilers = new WeakMap<object, Map<string, Ajv2020>>();
const NO_DOCUMENT = {};

/** Patterns are matched against what strangers send: in a time that grows with the text alone. */
const PATTERNS = Object.assign(
  (source: string) => {
    const pattern = linearPattern(source);
    // The compiler tells patterns apart by their text.
    return { test: (text: string) => pattern.test(text), toString: () => source };
  },
  { code: '' },
);

/** Strings first: the text of a schema may hold what looks like code. */
const TEXT_AS_NUMBER = /"(?:[^"\\]|\\.)*"|\b(data\d*) && \1 == \+\1/g;

/** The compiler takes all texts for numbers that JavaScript does, such as `0x1` and `Infinity`; here only those that JSON does. */
function jsonNumbersOnly(code: string): string {
  return code.replace(TEXT_AS_NUMBER, (text, data: string | undefined) =>
    data === undefined ? text : `${String(JSON_NUMBER)}.test(${data}) && Number.isFinite(+${data})`,
  );
}

/** Compiles a schema by ajv. References lead into the document, whose name among schemas is `DOCUMENT`. */
export function compileSchema(schema: Schema, subject: string, document?: Schema): SchemaCheck {
  const check = compilerFor(document, subject === 'body' ? 'body' : 'text').compile(schema);
  const secrets = new Secrets(schema);
  return (value) => {
    if (check(value)) return [];
    const problems = problemsOf(check.errors ?? [], { subject, value, secrets });
    // The errors hold on to the value.
    check.errors = null;
    return problems;
  };
}

function compilerFor(document: Schema | undefined, kind: 'body' | 'text'): Ajv2020 {
  const own = compilers.get(document ?? NO_DOCUMENT) ?? new Map<string, Ajv2020>();
  compilers.set(document ?? NO_DOCUMENT, own);
  const known = own.get(kind);
  if (known !== undefined) return known;
  // What comes in a path, a query or a header is text.
  const coerceTypes = kind === 'body' ? false : 'array';
  // Discriminators of OpenAPI only name what oneOf says already, and have members that ajv refuses.
  const made = createChecker({
    allErrors: true,
    coerceTypes,
    discriminator: document === undefined,
    code: { regExp: PATTERNS, process: jsonNumbersOnly },
  });
  if (document !== undefined) made.addSchema(asJsonSchema(document) as Schema, DOCUMENT);
  own.set(kind, made);
  return made;
}
