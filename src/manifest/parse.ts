import { placeAt } from '../code-frame.js';
import { PhlowError } from '../errors.js';
import { isMap } from '../values.js';
import { boundedRun } from './bounded-run.js';
import { allViolations } from './describe-violation.js';
import { toJsonSchema, type JsonSchema } from './dialect.js';
import type { Manifest } from './manifest.js';
import { metaCheck } from './meta-check.js';
import { checkDefaults, checkSchema } from './schema-check.js';
import { toManifest } from './to-manifest.js';
import { YamlSource } from './yaml-source.js';

/** The largest manifest that is read, in bytes of UTF-8. */
export const MAX_MANIFEST_BYTES = 65_536;

/** What the checks of one manifest may take, and those of its defaults: half a second each at most. */
const MAX_STEPS = 50_000_000;
const SCHEMA_KEYS = ['with', 'input', 'output'] as const;

/**
 * Turns the text of a `phlow.yaml` into a manifest.
 *
 * @throws PhlowError PHLOW_MANIFEST_INVALID with the place of the first problem; `details.problems` lists them (the first 50).
 */
export function parseManifest(text: string, file: string): Manifest {
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_MANIFEST_BYTES) {
    throw refused(file, text, `it has ${bytes} bytes, at most ${MAX_MANIFEST_BYTES} are read`);
  }
  const refuse = (reason: string, cause: unknown): PhlowError => refused(file, text, reason, cause);
  const { source, data, schemas } = boundedRun(() => parse(text, file), MAX_STEPS, refuse);
  boundedRun(() => reportDefaults(source, schemas), MAX_STEPS, refuse);
  refuseProblems(source);
  return toManifest(data, schemas, source);
}

/** A manifest whose shape is right and whose schemas compile. */
interface Parsed {
  readonly source: YamlSource;
  readonly data: Readonly<Record<string, unknown>>;
  readonly schemas: Schemas;
}

type Schemas = Partial<Record<(typeof SCHEMA_KEYS)[number], JsonSchema>>;

function parse(text: string, file: string): Parsed {
  const source = new YamlSource(text, file);
  refuseProblems(source);
  checkMetadata(source);
  refuseProblems(source);
  const data = isMap(source.data) ? source.data : {};
  const schemas: Schemas = {};
  for (const key of SCHEMA_KEYS) {
    const written = data[key];
    if (!isMap(written)) continue;
    const schema = toJsonSchema(written);
    schemas[key] = schema;
    for (const { message, pointer } of checkSchema(schema, key)) source.report(message, `/${key}${pointer}`);
  }
  refuseProblems(source);
  return { source, data, schemas };
}

function reportDefaults(source: YamlSource, schemas: Schemas): void {
  for (const key of SCHEMA_KEYS) {
    const schema = schemas[key];
    if (schema === undefined) continue;
    for (const { message, pointer } of checkDefaults(schema, key))
      source.report(message, `/${key}${pointer}`);
  }
}

function checkMetadata(source: YamlSource): void {
  const check = metaCheck();
  if (check(source.data)) return;
  const checked = { subject: 'manifest', value: source.data };
  const violations = allViolations(check.errors ?? [], checked);
  // What is missing comes last: a misspelt key says more than that the right one is absent.
  violations.sort((a, b) => Number(a.keyword === 'required') - Number(b.keyword === 'required'));
  for (const { message, path, keyword } of violations) {
    source.report(message, path, keyword === 'additionalProperties' ? 'key' : 'value');
  }
  check.errors = null;
}

function refuseProblems(source: YamlSource): void {
  const problems = source.problems.toSorted((a, b) => a.offset - b.offset);
  const [first] = problems;
  if (first === undefined) return;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  throw new PhlowError(
    'PHLOW_MANIFEST_INVALID',
    `Cannot read the manifest ${source.file}: ${first.message}${more}`,
    {
      place: first.place,
      details: {
        problems: problems.map(({ message, pointer, place }) => ({
          message,
          pointer,
          line: place.line,
          column: place.column,
          frame: place.frame,
        })),
      },
    },
  );
}

function refused(file: string, text: string, reason: string, cause?: unknown): PhlowError {
  return new PhlowError('PHLOW_MANIFEST_INVALID', `Cannot read the manifest ${file}: ${reason}`, {
    cause,
    place: placeAt(file, text, 0),
    details: { problems: [{ message: reason, pointer: '', line: 1, column: 1 }] },
  });
}
