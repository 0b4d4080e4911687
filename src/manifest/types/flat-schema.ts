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
  /** `additionalProperties`, where one is written; names that go by a pattern make it anything. */
  others: unknown;
  readonly items: unknown[];
  prefixItems: readonly unknown[] | undefined;
  minItems: number;
  /** Of each list the value meets one schema: `anyOf`, `oneOf`. */
  readonly choices: (readonly unknown[])[];
  readonly conditions: Condition[];
  /** Properties of one choice of several: nobody fills in their defaults. */
  readonly unfilled: Set<string>;
  /** Parts of the schema that stand elsewhere. */
  readonly references: string[];
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
    minItems: 0,
    choices: [],
    conditions: [],
    unfilled: new Set(),
    references: [],
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
    unfilled: new Set(flat.unfilled),
    references: [...flat.references],
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
  if (isMap(schema['patternProperties'])) flat.others = true;
  else
    for (const keyword of ['additionalProperties', 'unevaluatedProperties'])
      if (keyword in schema && flat.others !== false && flat.others !== true) flat.others = schema[keyword];
  if ('items' in schema) flat.items.push(schema['items']);
  if (Array.isArray(schema['prefixItems'])) flat.prefixItems = schema['prefixItems'];
  if (typeof schema['minItems'] === 'number') flat.minItems = Math.max(flat.minItems, schema['minItems']);
  for (const choice of [schema['anyOf'], schema['oneOf']])
    if (Array.isArray(choice)) flat.choices.push(choice);
  // What it asks for depends on more than a type can say; what it names may be there.
  for (const [, dependent] of entriesOf(schema['dependentSchemas']))
    flat.conditions.push({ if: {}, then: dependent, else: undefined });
  if (isMap(schema['if']))
    flat.conditions.push({ if: schema['if'], then: schema['then'], else: schema['else'] });
  if (typeof schema['$ref'] === 'string') flat.references.push(schema['$ref']);
  for (const part of listOf(schema['allOf'])) include(flat, part);
}

/** Choices beyond this many combinations are not spelt out. */
const MAX_MEMBERS = 64;

/** One schema for each combination of choices. */
export function chosen(flat: FlatSchema): readonly FlatSchema[] {
  const base = copyOf(flat);
  base.choices.length = 0;
  let combined: readonly FlatSchema[] = [base];
  for (const choice of flat.choices) {
    if (combined.length * choice.length > MAX_MEMBERS) {
      // Whatever it names may be there.
      for (const one of combined) one.others = true;
      continue;
    }
    combined = combined.flatMap((before) =>
      choice.map((schema) => {
        const both = copyOf(before);
        for (const name of flatten(schema).properties.keys()) both.unfilled.add(name);
        include(both, schema);
        return both;
      }),
    );
  }
  return combined;
}

/** Properties that only conditions name: whether they may be there depends on more than a type can say. */
export function namedByConditions({ conditions }: FlatSchema): readonly string[] {
  return conditions.flatMap((condition) =>
    [condition.then, condition.else].flatMap((schema) => {
      const { properties, required } = flatten(schema);
      return [...properties.keys(), ...required];
    }),
  );
}

/** True for a schema that is nothing but a part that stands elsewhere. */
export function isReference(flat: FlatSchema): boolean {
  const { types, values, properties, required, others, items, prefixItems, choices, conditions } = flat;
  const isMore = types ?? values ?? prefixItems ?? others ?? (flat.isNullRefused ? true : undefined);
  const count = properties.size + required.size + items.length + choices.length + conditions.length;
  return flat.references.length === 1 && isMore === undefined && count === 0;
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
