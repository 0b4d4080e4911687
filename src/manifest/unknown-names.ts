import { didYouMean } from '../nearest.js';
import { isMap } from '../values.js';
import type { JsonSchema } from './dialect.js';

/** A property that a schema lets pass without knowing it. */
export interface UnknownName {
  readonly name: string;
  /** ` Did you mean "x"?`, or nothing. */
  readonly hint: string;
}

/** A schema that uses one of these means names that it does not list. */
const SPEAK_OF_MORE = [
  'additionalProperties',
  'patternProperties',
  'propertyNames',
  'unevaluatedProperties',
  '$ref',
];
/** Schemas within a schema that speak of the same value. */
const OF_THE_SAME_VALUE = ['allOf', 'anyOf', 'oneOf', 'if', 'then', 'else'];

/**
 * The names that a schema says nothing of, though it lists properties: it lets them pass, so a misspelt one would go unnoticed. A schema that
 * speaks of further properties in any way means them.
 */
export function unknownNames(
  schema: JsonSchema | undefined,
  names: Iterable<string>,
): readonly UnknownName[] {
  const known = new Set<string>();
  if (schema === undefined || !listNames(schema, known) || known.size === 0) return [];
  return [...names]
    .filter((name) => !known.has(name))
    .map((name) => ({ name, hint: didYouMean(name, known) }));
}

/** Adds the names that a schema lists; false when it means others too. */
function listNames(schema: JsonSchema, known: Set<string>): boolean {
  const { properties } = schema;
  if (isMap(properties)) for (const name of Object.keys(properties)) known.add(name);
  if (SPEAK_OF_MORE.some((keyword) => keyword in schema)) return false;
  return OF_THE_SAME_VALUE.flatMap((keyword) => schema[keyword])
    .filter(isMap)
    .every((inner) => listNames(inner, known));
}
