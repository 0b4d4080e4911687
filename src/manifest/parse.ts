import { setImmediate } from 'node:timers/promises';
import { placeAt } from '../code-frame.js';
import { PhlowError } from '../errors.js';
import { isMap } from '../values.js';
import { boundedRun } from './bounded-run.js';
import { loadCompiler } from './checker.js';
import { whileCompiling } from './compiling.js';
import { allViolations } from './describe-violation.js';
import { toJsonSchema, type JsonSchema } from './dialect.js';
import { FuelError } from './fuel.js';
import type { Manifest } from './manifest.js';
import { eventPointer, eventSubject, SCHEMA_KEYS, type ManifestSchema } from './manifest-schemas.js';
import { metaCheck } from './meta-check.js';
import { checkDefaults, checkSchema } from './schema-check.js';
import { toManifest } from './to-manifest.js';
import { YamlSource } from './yaml-source.js';

/** The largest manifest that is read, in bytes of UTF-8. */
export const MAX_MANIFEST_BYTES = 65_536;

/** What the checks of one manifest may take, those of its defaults included: a second or two. */
const MAX_STEPS = 50_000_000;

/**
 * Turns the text of a `phlow.yaml` into a manifest, in one turn.
 *
 * @throws PhlowError PHLOW_MANIFEST_INVALID with the place of the first problem; `details.problems` lists them (the first 50).
 */
export function parseManifest(text: string, file: string): Manifest {
  const parts = parsing(text, file);
  return boundedRun(
    () => {
      for (;;) {
        const { done, value } = parts.next();
        if (done === true) return value;
      }
    },
    MAX_STEPS,
    refusal(text, file),
  );
}

/**
 * The same, part by part, with the other work of the process between them. Undefined when a part takes more than this many steps.
 *
 * @throws as `parseManifest`.
 */
export async function parseInTurns(
  text: string,
  file: string,
  stepsEach: number,
): Promise<Manifest | undefined> {
  const parts = parsing(text, file);
  for (;;) {
    try {
      const { done, value } = boundedRun(() => parts.next(), stepsEach, refusal(text, file));
      if (done === true) return value;
    } catch (error) {
      if (error instanceof PhlowError && error.cause instanceof FuelError) return undefined;
      throw error;
    }
    await setImmediate();
  }
}

function* parsing(text: string, file: string): Generator<void, Manifest, undefined> {
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_MANIFEST_BYTES)
    throw refused(file, text, `it has ${bytes} bytes, at most ${MAX_MANIFEST_BYTES} are read`);
  if (isBlank(text)) throw refused(file, text, 'the file is empty; its least is "name: NAME"');
  const source = new YamlSource(text, file);
  refuseProblems(source);
  yield;
  checkMetadata(source);
  refuseProblems(source);
  const data = isMap(source.data) ? source.data : {};
  const written = writtenSchemas(data);
  const schemas = new Map<string, JsonSchema>();
  for (const { subject, pointer: at, schema: text } of written) {
    yield;
    loadCompiler();
    yield;
    const schema = toJsonSchema(text);
    schemas.set(at, schema);
    for (const { message, pointer } of checkSchema(schema, subject)) source.report(message, at + pointer);
  }
  refuseProblems(source);
  for (const { subject, pointer: at } of written) {
    const schema = schemas.get(at);
    if (schema === undefined) continue;
    yield;
    for (const { message, pointer } of whileCompiling(() => checkDefaults(schema, subject)))
      source.report(message, at + pointer);
  }
  refuseProblems(source);
  return toManifest(data, schemas, source);
}

/** The schemas of a manifest as they are written. */
function writtenSchemas(data: Readonly<Record<string, unknown>>): readonly ManifestSchema[] {
  const own = SCHEMA_KEYS.map((key) => ({
    subject: key,
    pointer: `/${key}`,
    schema: data[key],
    isOfEvent: false,
  }));
  const events = Object.entries(isMap(data['events']) ? data['events'] : {}).map(([type, schema]) => ({
    subject: eventSubject(type),
    pointer: eventPointer(type),
    schema,
    isOfEvent: true,
  }));
  return [...own, ...events].flatMap((one) => (isMap(one.schema) ? [{ ...one, schema: one.schema }] : []));
}

/** Whether there is nothing in a text but space and comments. */
function isBlank(text: string): boolean {
  return text.split('\n').every((line) => /^\s*(?:#|$)/.test(line));
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

function refusal(text: string, file: string): (reason: string, cause: unknown) => PhlowError {
  return (reason, cause) => refused(file, text, reason, cause);
}

function refused(file: string, text: string, reason: string, cause?: unknown): PhlowError {
  return new PhlowError('PHLOW_MANIFEST_INVALID', `Cannot read the manifest ${file}: ${reason}`, {
    cause,
    place: placeAt(file, text, 0),
    details: { problems: [{ message: reason, pointer: '', line: 1, column: 1 }] },
  });
}
