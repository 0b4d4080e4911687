import type { ErrorObject } from 'ajv/dist/2020.js';
import { isMap } from '../values.js';
import { coerced } from './coerce.js';
import type { JsonSchema } from './dialect.js';
import { isMultipleOf } from './multiple-of.js';
import { branchKeywords } from './schema-branches.js';
import { arrayKeywords, objectKeywords } from './schema-members.js';
import { valueAt, type Fail, type InterpreterOptions, type Place, type Scope } from './schema-scope.js';
import { hasType, typesOf } from './schema-types.js';

/**
 * Holds a value to a schema of JSON Schema 2020-12 without making code, for places where none can be made. It says what the compiler says of all errors, in
 * the same form and order; what the compiler knows beyond that is refused by `assertInterpretable`.
 */
export function interpret(
  schema: unknown,
  value: unknown,
  options: InterpreterOptions,
): readonly ErrorObject[] {
  const errors: ErrorObject[] = [];
  const root = isMap(schema) ? schema : {};
  evaluate(
    schema,
    { holder: { value }, key: 'value', path: '' },
    { options, root, errors, isTrial: false, evaluate },
  );
  return errors;
}

/** Evaluates one schema; true when all of it holds. */
function evaluate(schema: unknown, place: Place, scope: Scope): boolean {
  const before = scope.errors.length;
  const failFor =
    (parent: JsonSchema): Fail =>
    (keyword, params) =>
      scope.errors.push({
        keyword,
        instancePath: place.path,
        schemaPath: `#/${keyword}`,
        params,
        parentSchema: parent,
        schema: parent[keyword],
        data: valueAt(place),
      });
  if (schema === false) failFor({ 'false schema': false })('false schema', {});
  if (!isMap(schema)) return scope.errors.length === before;
  const fail = failFor(schema);
  const types = typesOf(schema);
  if (types.length > 0 && !types.some((type) => hasType(valueAt(place), type))) {
    const made = scope.options.coerces ? coerced(valueAt(place), types) : undefined;
    if (made === undefined) fail('type', { type: schema['type'] });
    else place.holder[place.key] = made.value;
  }
  const value = valueAt(place);
  if (typeof value === 'number') numberKeywords(schema, value, fail);
  if (typeof value === 'string') stringKeywords(schema, value, fail, scope);
  branchKeywords(schema, place, scope, fail);
  if (Array.isArray(value)) arrayKeywords(schema, value, place, scope, fail);
  else if (isMap(value)) objectKeywords(schema, value, place, scope, fail);
  return scope.errors.length === before;
}

const COMPARISONS = [
  ['maximum', '<=', (value: number, limit: number) => value <= limit],
  ['minimum', '>=', (value: number, limit: number) => value >= limit],
  ['exclusiveMaximum', '<', (value: number, limit: number) => value < limit],
  ['exclusiveMinimum', '>', (value: number, limit: number) => value > limit],
] as const;

function numberKeywords(schema: JsonSchema, value: number, fail: Fail): void {
  for (const [keyword, comparison, holds] of COMPARISONS) {
    const limit = schema[keyword];
    if (typeof limit === 'number' && !holds(value, limit)) fail(keyword, { comparison, limit });
  }
  const { multipleOf } = schema;
  if (typeof multipleOf === 'number' && !isMultipleOf(value, multipleOf)) fail('multipleOf', { multipleOf });
}

/** Lengths are in code points. */
function stringKeywords(schema: JsonSchema, value: string, fail: Fail, { options }: Scope): void {
  const { maxLength, minLength, pattern, format } = schema;
  if (typeof maxLength === 'number' && [...value].length > maxLength) fail('maxLength', { limit: maxLength });
  if (typeof minLength === 'number' && [...value].length < minLength) fail('minLength', { limit: minLength });
  if (typeof pattern === 'string' && !options.patternOf(pattern).test(value)) fail('pattern', { pattern });
  if (typeof format === 'string' && options.formatOf(format)?.(value) === false) fail('format', { format });
}
