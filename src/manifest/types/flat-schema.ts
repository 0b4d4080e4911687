import { isMap } from '../../values.js';
import type { JsonSchema } from '../dialect.js';

/** What a schema, and all that it includes by `allOf`, says of a value: the part of it that a type can say. */
export interface FlatSchema {
  /** Names of JSON Schema's types; undefined when any is fine. */
  types: readonly string[] | undefined;
  /** The only values; undefined when there is no such list. */
  values: readonly unknown[] | undefined;
  isNullRefused: boolean;
  /** The schemas that each property has to meet, in the order of the file. */
  readonly properties: Map<string, unknown[]>;
  readonly required: Set<string>;
  /** `additionalProperties`, where one is written. */
  others: unknown;
  readonly items: unknown[];
  prefixItems: readonly unknown[] | undefined;
  /** Of each list the value meets one schema: `anyOf`, `oneOf`. */
  readonly choices: (readonly unknown[])[];
  readonly conditions: Condition[];
  /** A part of the schema that stands elsewhere. */
  reference: string | undefined;
}

/** `if`, `then` and `else`. */
export interface Condition {
  readonly if: JsonSchema;
  readonly then: unknown;
  readonly else: unknown;
}

/** Reads a schema; the parts of `allOf` count as its own. */
export function flatten(schema: unknown): FlatSchema {
  const flat: FlatSchema = {
    types: undefined,
    values: undefined,
    isNullRefused: false,
    properties: new Map(),
    required: new Set(),
    others: undefined,
    items: [],
    prefixItems: undefined,
    choices: [],
    conditions: [],
    reference: undefined,
  };
  include(flat, schema);
  return flat;
}

/** A copy that may be given more to meet. */
export function copyOf(flat: FlatSchema): FlatSchema {
  return {
    ...flat,
    properties: new Map([...flat.properties].map(([name, schemas]) => [name, [...schemas]])),
    required: new Set(flat.required),
    items: [...flat.items],
    choices: [...flat.choices],
    conditions: [...flat.conditions],
  };
}

/** Lets it meet another schema too. */
export function include(flat: FlatSchema, schema: unknown): void {
  if (schema === false) flat.values = [];
  if (!isMap(schema)) return;
  const types = typesOf(schema);
  if (types !== undefined) flat.types = common(flat.types, types);
  const values = 'const' in schema ? [schema['const']] : schema['enum'];
  if (Array.isArray(values)) flat.values = common(flat.values, values as readonly unknown[]);
  if (refusesNull(schema['not'])) flat.isNullRefused = true;
  for (const [name, property] of entriesOf(schema['properties'])) {
    const known = flat.properties.get(name);
    if (known === undefined) flat.properties.set(name, [property]);
    else known.push(property);
  }
  for (const name of listOf(schema['required'])) if (typeof name === 'string') flat.required.add(name);
  if ('additionalProperties' in schema && flat.others !== false) flat.others = schema['additionalProperties'];
  if ('items' in schema) flat.items.push(schema['items']);
  if (Array.isArray(schema['prefixItems'])) flat.prefixItems = schema['prefixItems'];
  for (const choice of [schema['anyOf'], schema['oneOf']])
    if (Array.isArray(choice)) flat.choices.push(choice);
  if (isMap(schema['if']))
    flat.conditions.push({ if: schema['if'], then: schema['then'], else: schema['else'] });
  if (typeof schema['$ref'] === 'string') flat.reference ??= schema['$ref'];
  for (const part of listOf(schema['allOf'])) include(flat, part);
}

function typesOf(schema: JsonSchema): readonly string[] | undefined {
  const { type, nullable } = schema;
  const types =
    typeof type === 'string'
      ? [type]
      : Array.isArray(type)
        ? type.filter((one) => typeof one === 'string')
        : undefined;
  return nullable === true && types !== undefined ? [...types, 'null'] : types;
}

/** `not: { type: 'null' }`, or a `not` of null itself. */
function refusesNull(not: unknown): boolean {
  if (!isMap(not)) return false;
  const { type } = not;
  return type === 'null' || ('const' in not && not['const'] === null);
}

/** What stands in both; an integer is a number. */
function common<T>(one: readonly T[] | undefined, other: readonly T[]): readonly T[] {
  if (one === undefined) return other;
  const isIn = (list: readonly T[], value: T): boolean =>
    list.some((item) => same(item, value) || (same(item, 'number') && same(value, 'integer')));
  return [
    ...new Set([...one.filter((value) => isIn(other, value)), ...other.filter((value) => isIn(one, value))]),
  ];
}

function same(one: unknown, other: unknown): boolean {
  return one === other || (typeof one === 'object' && JSON.stringify(one) === JSON.stringify(other));
}

function entriesOf(value: unknown): [string, unknown][] {
  return isMap(value) ? Object.entries(value) : [];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
