import { isNamed } from './bounded-run.js';
import { isPhlowError, messageOf } from '../errors.js';
import { canBeSlow } from './bounded-check.js';
import { codeOf, createChecker } from './checker.js';
import { compileSchema, compilingSteps, optionsFor } from './compile-schema.js';
import { allViolations } from './describe-violation.js';
import type { JsonSchema } from './dialect.js';
import { FuelError, spend } from './fuel.js';
import { countedCode, meteredCheck } from './metered-check.js';
import { pathText, pointerTo, segmentsOf } from './pointer.js';
import { needsResolving, resolveReferences } from './resolve-references.js';
import { SchemaKeywordError } from './schema-index.js';
import { Secrets } from './secrets.js';
import { visitSchemas } from './schema-keywords.js';

/** What is wrong with a schema, and the JSON pointer to where. */
export interface SchemaComplaint {
  readonly message: string;
  readonly pointer: string;
}

/**
 * Complains about a schema that is well-formed and yet no good: a keyword without effect, a reference to nowhere. What passes here compiles in a
 * worker.
 *
 * @param subject what the schema describes: `with`, `input` or `output`.
 */
export function checkSchema(schema: JsonSchema, subject: string): SchemaComplaint[] {
  try {
    compileSchema(schema);
  } catch (error) {
    // Not about the schema: the caller who has set the steps knows what they mean.
    if (error instanceof FuelError || isPhlowError(error)) throw error;
    return [compileComplaint(error, schema, subject)];
  }
  return [];
}

/** Reads the place out of what the compiler threw: some of its errors name one, some name a reference. */
function compileComplaint(error: unknown, schema: JsonSchema, subject: string): SchemaComplaint {
  if (error instanceof SchemaKeywordError) {
    const { message, pointer, keyword } = error;
    return { message: `${pathText(subject, pointer)} ${message}`, pointer: pointerTo(pointer, keyword) };
  }
  if (isNamed(error, 'RangeError')) {
    return { message: `${subject} is not a usable schema: it refers to itself without end`, pointer: '' };
  }
  const text = messageOf(error);
  const missing = /can't resolve reference (\S+)/.exec(text)?.[1];
  if (missing !== undefined) {
    const holder = findPointer(schema, (held) => held['$ref'] === missing) ?? '';
    const message = `${pathText(subject, holder)} refers to ${missing}: found nothing there`;
    return { message, pointer: pointerTo(holder, '$ref') };
  }
  const [, at = '#'] = / at "(#[^"]*)"/.exec(text) ?? [];
  const around = decodeURIComponent(at.slice(1));
  const keyword = / keyword "(\w+)"/.exec(text)?.[1];
  const holder = schemaAt(schema, around);
  const pointer =
    keyword !== undefined && holder !== undefined && Object.hasOwn(holder, keyword)
      ? pointerTo(around, keyword)
      : around;
  const said = text.replace(/^strict mode: /, '').replace(/ at "#.*$/, '');
  return { message: `${pathText(subject, around)} is not a usable schema: ${said}`, pointer };
}

/** Complains about defaults that break their own rules, in a schema that compiles. */
export function checkDefaults(schema: JsonSchema, subject: string): SchemaComplaint[] {
  const complaints: SchemaComplaint[] = [];
  const isSlow = canBeSlow(schema);
  const text = JSON.stringify(schema);
  const isResolved = needsResolving(text);
  // Filling in defaults is off here: it would make the checker refuse a default at the root of the part that is checked.
  const options = {
    ...optionsFor(text),
    useDefaults: false,
    allErrors: true,
    code: { source: isSlow, optimize: false },
  };
  let checker: ReturnType<typeof createChecker> | undefined;
  visitSchemas(schema, '', (held, pointer) => {
    if (!Object.hasOwn(held, 'default')) return;
    // Each default has its own part of the schema compiled: defaults around defaults would have it done over and over.
    spend(compilingSteps(JSON.stringify(held)));
    checker ??= isResolved ? undefined : createChecker(options).addSchema(schema, 'whole');
    const apart = checker ?? createChecker(options).addSchema(resolveReferences(schema, held), 'whole');
    const found = apart.getSchema(checker === undefined ? 'whole' : `whole#${encodeURI(pointer)}`);
    if (found === undefined) return;
    const check = isSlow ? meteredCheck(countedCode(codeOf(apart, found))) : found;
    if (check(held['default'])) return;
    const where = pointerTo(pointer, 'default');
    const secrets = new Secrets(schema, valuePointerOf(pointer));
    const checked = { subject: pathText(subject, where), value: held['default'], secrets };
    const [violation] = allViolations(check.errors ?? [], checked);
    complaints.push({
      message: violation?.message ?? `${checked.subject} breaks its schema`,
      pointer: where,
    });
  });
  return complaints;
}

/** Where a value stands that the part of a schema at a pointer describes, as far as names show. */
function valuePointerOf(pointer: string): string {
  const segments = segmentsOf(pointer);
  return segments.reduce(
    (found, segment, at) => (segments[at - 1] === 'properties' ? pointerTo(found, segment) : found),
    '',
  );
}

function schemaAt(schema: JsonSchema, pointer: string): JsonSchema | undefined {
  let found: JsonSchema | undefined;
  visitSchemas(schema, '', (held, at) => {
    if (at === pointer) found = held;
  });
  return found;
}

function findPointer(schema: JsonSchema, accepts: (held: JsonSchema) => boolean): string | undefined {
  let found: string | undefined;
  visitSchemas(schema, '', (held, at) => {
    if (found === undefined && accepts(held)) found = at;
  });
  return found;
}
