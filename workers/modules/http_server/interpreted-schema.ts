import { fullFormats } from 'ajv-formats/dist/formats.js';
import { CHECKED_FORMATS } from '../../../src/manifest/checked-formats.js';
import { shapeOf } from '../../../src/manifest/schema-keywords.js';
import { interpret } from '../../../src/manifest/schema-interpreter.js';
import type { InterpreterOptions } from '../../../src/manifest/schema-scope.js';
import { typesOf } from '../../../src/manifest/schema-types.js';
import { Secrets } from '../../../src/manifest/secrets.js';
import { isMap } from '../../../src/values.js';
import { asJsonSchema } from './openapi/as-json-schema.js';
import { resolved } from './openapi/references.js';
import { DOCUMENT } from './openapi/strict.js';
import type { Platform, SchemaCheck } from './platform.js';
import { problemsOf } from './schema-problems.js';
import { invalid } from './setting-values.js';

type Schema = Readonly<Record<string, unknown>>;

/** What only the compiler knows. */
const COMPILED_ONLY = [
  '$id',
  '$anchor',
  '$dynamicRef',
  '$dynamicAnchor',
  'unevaluatedItems',
  'unevaluatedProperties',
  'dependencies',
];

const TYPES: ReadonlySet<string> = new Set([
  'string',
  'number',
  'integer',
  'boolean',
  'null',
  'array',
  'object',
]);

const documents = new WeakMap<Schema, Schema>();

/** Makes a check of a schema where no code can be made: it says what `compileSchema` does. */
export function interpretedSchema(
  schema: Schema,
  subject: string,
  patternOf: Platform['pattern'],
  written?: Schema,
): SchemaCheck {
  const document = written && bounded(written);
  const patterns = new Map<string, ReturnType<Platform['pattern']>>();
  const options: InterpreterOptions = {
    coerces: subject !== 'body',
    patternOf: (source) => {
      const known = patterns.get(source) ?? patternOf(source);
      patterns.set(source, known);
      return known;
    },
    formatOf,
    resolve: (reference, root) => resolve(reference, root, document),
  };
  assertKnown(schema, schema, options, { subject, hasDocument: document !== undefined, seen: new Set() });
  const secrets = new Secrets(schema);
  return (value) => {
    const holder = { value };
    const errors = interpret(schema, holder.value, options);
    return errors.length === 0 ? [] : problemsOf(errors, { subject, value, secrets });
  };
}

function bounded(document: Schema): Schema {
  const known = documents.get(document) ?? (asJsonSchema(document) as Schema);
  documents.set(document, known);
  return known;
}

function resolve(
  reference: string,
  root: Schema,
  document: Schema | undefined,
): { readonly schema: unknown; readonly root: Schema } {
  const isInDocument = document !== undefined && reference.startsWith(`${DOCUMENT}#`);
  const base = isInDocument ? document : root;
  const pointer = decodeURIComponent(isInDocument ? reference.slice(DOCUMENT.length) : reference);
  const schema = pointer === '#' ? base : resolved(base, { $ref: pointer });
  if (schema === undefined) throw invalid(`a schema has a $ref that leads nowhere: ${reference}`);
  return { schema, root: base };
}

function formatOf(name: string): ((text: string) => boolean) | undefined {
  const known = CHECKED_FORMATS.find((one) => one === name);
  if (known === undefined) return undefined;
  if (known === 'regex') return isPattern;
  const format = fullFormats[known];
  if (format instanceof RegExp) return (text) => format.test(text);
  const validate = typeof format === 'object' && 'validate' in format ? format.validate : format;
  return validate as (text: string) => boolean;
}

function isPattern(source: string): boolean {
  try {
    return new RegExp(source, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

interface Looking {
  readonly subject: string;
  readonly hasDocument: boolean;
  readonly seen: Set<unknown>;
}

/** Looks through a schema and all that it refers to, while the module is loaded. Throws PHLOW_WITH_INVALID for what would not be checked. */
function assertKnown(schema: unknown, root: Schema, options: InterpreterOptions, looking: Looking): void {
  if (!isMap(schema) || looking.seen.has(schema)) return;
  looking.seen.add(schema);
  for (const [keyword, value] of Object.entries(schema)) {
    // Discriminators of OpenAPI only name what oneOf says already.
    if (COMPILED_ONLY.includes(keyword) || (keyword === 'discriminator' && !looking.hasDocument))
      throw invalid(
        `a schema for the ${looking.subject} uses "${keyword}", which is checked only at level trusted; say it in another way, or load http_server as trusted`,
      );
    const unknown = keyword === 'type' && typesOf(schema).find((type) => !TYPES.has(type));
    if (unknown) throw invalid(`a schema has a type that is none: ${unknown}`);
    if (keyword === 'pattern' && typeof value === 'string') options.patternOf(value);
    if (keyword === '$ref' && typeof value === 'string') {
      const found = options.resolve(value, root);
      assertKnown(found.schema, found.root, options, looking);
      continue;
    }
    const shape = shapeOf(keyword);
    if (shape === 'schema') assertKnown(value, root, options, looking);
    const held =
      shape === 'list' && Array.isArray(value)
        ? value
        : shape === 'map' && isMap(value)
          ? Object.values(value)
          : [];
    for (const one of held as readonly unknown[]) assertKnown(one, root, options, looking);
    if (keyword === 'patternProperties' && isMap(value))
      for (const source of Object.keys(value)) options.patternOf(source);
  }
}
