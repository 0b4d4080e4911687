import { isPhlowError, PhlowError, type PhlowErrorCode } from '../errors.js';
import type { SourceLocation } from '../code-frame.js';
import type { ValueMap } from '../values.js';
import { adoptCompiled, CompiledSchema, compileSchema } from './compile-schema.js';
import { canBeSlow, isCostly } from './bounded-check.js';
import type { JsonSchema } from './dialect.js';
import type { Manifest } from './manifest.js';
import { schemasOf } from './manifest-schemas.js';
import { parseManifest } from './parse.js';
import { validateWith, type Settable } from './settings.js';
import { YamlSource } from './yaml-source.js';

/** What a thread beside the host's is asked: about the text of a manifest, or about settings. */
export type CheckTask = {
  /** Names that somebody has put on the `Object.prototype` of the thread that asks: checks are made to bear with them. */
  readonly additions: readonly string[];
} & (
  | { readonly text: string; readonly file: string }
  | { readonly manifest: Settable; readonly code: SchemaCodes | undefined; readonly given: unknown }
);

/** The code of a compiled schema, which crosses where its check cannot. */
interface SchemaCodes {
  readonly code: string;
  readonly counted: string | undefined;
}

/** What it answers. An error crosses as what it is made of: the copy of an error has neither code nor place. */
export type CheckAnswer =
  | { readonly error: Pick<PhlowError, 'code' | 'message' | 'place' | 'details'> }
  /** The codes by the pointers to the schemas. */
  | { readonly manifest: Omit<Manifest, 'placeOf'>; readonly codes: Readonly<Record<string, SchemaCodes>> }
  | { readonly settings: ValueMap };

/** Does a task, in the thread that is asked. */
export function answerTo(task: CheckTask): CheckAnswer {
  return withAdditions(task.additions, () => {
    try {
      return 'text' in task ? readManifest(task.text, task.file) : readSettings(task);
    } catch (error) {
      if (!isPhlowError(error)) throw error;
      const { code, message, place, details } = error;
      return { error: { code, message, place, details } };
    }
  });
}

function readManifest(text: string, file: string): CheckAnswer {
  const manifest: Omit<Manifest, 'placeOf'> = { ...parseManifest(text, file) };
  // A function: it does not cross.
  Reflect.deleteProperty(manifest, 'placeOf');
  const codes = schemasOf(manifest).map(({ pointer, schema, isOfEvent }) => {
    // The host checks events itself.
    return [pointer, isOfEvent ? codesOf(schema, isCostly(schema)) : codesOf(schema)] as const;
  });
  return { manifest, codes: Object.fromEntries(codes) };
}

function readSettings({ manifest, code, given }: Extract<CheckTask, { given: unknown }>): CheckAnswer {
  if (manifest.with !== undefined && code !== undefined)
    adoptCompiled(manifest.with, new CompiledSchema(code.code, code.counted));
  return { settings: validateWith(manifest, given) };
}

/** The code of a schema that has been compiled. */
export function codesOf(schema: JsonSchema, isCounted = canBeSlow(schema)): SchemaCodes {
  const compiled = compileSchema(schema);
  return { code: compiled.code, counted: isCounted ? compiled.counted : undefined };
}

/** The manifest of an answer, its schemas compiled; throws the error of one that has none. */
export function manifestFrom(answer: CheckAnswer, text: string, file: string): Manifest {
  if (!('manifest' in answer)) throw errorFrom(answer);
  const { manifest, codes } = answer;
  for (const { pointer, schema } of schemasOf(manifest)) {
    const code = codes[pointer];
    if (code !== undefined) adoptCompiled(schema, new CompiledSchema(code.code, code.counted));
  }
  let source: YamlSource | undefined;
  const placeOf = (pointer: string): SourceLocation => {
    source ??= new YamlSource(text, file);
    return source.placeOf(pointer);
  };
  return { ...manifest, placeOf };
}

/** The settings of an answer; throws the error of one that has none. */
export function settingsFrom(answer: CheckAnswer): ValueMap {
  if ('settings' in answer) return answer.settings;
  throw errorFrom(answer);
}

function errorFrom(answer: CheckAnswer): PhlowError {
  if (!('error' in answer)) return new PhlowError('PHLOW_INTERNAL', 'Cannot read the answer of a check');
  const { code, message, place, details } = answer.error;
  return new PhlowError(code satisfies PhlowErrorCode, message, { place, details });
}

/** Calls `run` with members on `Object.prototype` that are as good as those of the thread that asks. */
function withAdditions<T>(names: readonly string[], run: () => T): T {
  for (const name of names)
    Object.defineProperty(Object.prototype, name, { value: undefined, enumerable: true, configurable: true });
  try {
    return run();
  } finally {
    for (const name of names) Reflect.deleteProperty(Object.prototype, name);
  }
}
