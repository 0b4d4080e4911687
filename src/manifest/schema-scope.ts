import type { ErrorObject } from 'ajv/dist/2020.js';
import type { JsonSchema } from './dialect.js';
import { pointerTo } from './pointer.js';

/** What a schema is interpreted with. */
export interface InterpreterOptions {
  /** True: what comes is text, of which numbers, booleans and lists are made where a schema asks for them. */
  readonly coerces: boolean;
  readonly patternOf: (source: string) => { test(text: string): boolean };
  /** Undefined for a format that is a note only. */
  readonly formatOf: (name: string) => ((text: string) => boolean) | undefined;
  /** The schema that a reference leads to, and the one that references in it start from. Throws where there is none. */
  readonly resolve: (
    reference: string,
    root: JsonSchema,
  ) => { readonly schema: unknown; readonly root: JsonSchema };
}

/** A value with the place where it stands: coercions and defaults change it there. */
export interface Place {
  readonly holder: Record<string | number, unknown>;
  readonly key: string | number;
  readonly path: string;
}

/** What an evaluation goes through. */
export interface Scope {
  readonly options: InterpreterOptions;
  readonly root: JsonSchema;
  readonly errors: ErrorObject[];
  /** True inside of what may fail without harm: no defaults are filled in there. */
  readonly isTrial: boolean;
  /** Evaluates a schema at a place; true when all of it holds. */
  readonly evaluate: (schema: unknown, place: Place, scope: Scope) => boolean;
}

/** Reports a keyword that does not hold. */
export type Fail = (keyword: string, params: Readonly<Record<string, unknown>>) => void;

/** What stands at a place now. */
export function valueAt({ holder, key }: Place): unknown {
  return holder[key];
}

/** A place inside of a value. */
export function inside(holder: object, key: string | number, path: string): Place {
  return { holder: holder as Record<string | number, unknown>, key, path: pointerTo(path, key) };
}

/** For what may fail without harm. */
export function trial(scope: Scope, errors: Scope['errors']): Scope {
  return { ...scope, errors, isTrial: true };
}

/** The schemas of a keyword that has a list of them. */
export function listAt(schema: JsonSchema, keyword: string): readonly unknown[] {
  const list = schema[keyword];
  return Array.isArray(list) ? list : [];
}
