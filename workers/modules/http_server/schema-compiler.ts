import type { Ajv2020 } from 'ajv/dist/2020.js';
import { createChecker } from '../../../src/manifest/checker.js';
import { allViolations } from '../../../src/manifest/describe-violation.js';
import { Secrets } from '../../../src/manifest/secrets.js';
import type { Violation } from '../../../src/sdk/index.js';
import { isMap } from '../../../src/values.js';
import { DOCUMENT } from './openapi/strict.js';
import type { SchemaCheck } from './platform.js';
import type { Problem } from './refusals.js';

type Schema = Readonly<Record<string, unknown>>;

/** The compilers of a document, for bodies and for texts: making one takes longer than most schemas. */
const compilers = new WeakMap<object, Map<string, Ajv2020>>();
const NO_DOCUMENT = {};

/** Compiles a schema by ajv. References lead into the document, whose name among schemas is `DOCUMENT`. */
export function compileSchema(schema: Schema, subject: string, document?: Schema): SchemaCheck {
  const check = compilerFor(document, subject === 'body' ? 'body' : 'text').compile(schema);
  const secrets = new Secrets(schema);
  return (value) => {
    if (check(value)) return [];
    const violations = allViolations(check.errors ?? [], { subject, value, secrets });
    // The errors hold on to the value.
    check.errors = null;
    return violations.map((violation) => problemOf(violation, subject));
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
  const made = createChecker({ allErrors: true, coerceTypes, discriminator: document === undefined });
  if (document !== undefined) made.addSchema(withBounds(document) as Schema, DOCUMENT);
  own.set(kind, made);
  return made;
}

/** OpenAPI 3.0 says `exclusiveMinimum: true` beside `minimum`, JSON Schema gives the number itself. */
function withBounds(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(withBounds);
  if (!isMap(part)) return part;
  const copy = Object.fromEntries(Object.entries(part).map(([name, member]) => [name, withBounds(member)]));
  for (const [exclusive, bound] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    const isExclusive = copy[exclusive];
    if (typeof isExclusive !== 'boolean') continue;
    const limit = copy[bound];
    Reflect.deleteProperty(copy, exclusive);
    if (!isExclusive || typeof limit !== 'number') continue;
    copy[exclusive] = limit;
    Reflect.deleteProperty(copy, bound);
  }
  return copy;
}

function problemOf({ path, keyword, message }: Violation, subject: string): Problem {
  const field =
    path === '' ? subject : path.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~');
  const type =
    keyword === 'required'
      ? 'MissingRequiredField'
      : keyword === 'type'
        ? 'InvalidFieldType'
        : 'InvalidFieldValue';
  return { type, message, field };
}
