import { isMap } from '../../values.js';
import type { JsonSchema } from '../dialect.js';
import { CHECK_ORDER, isBefore, partOf, type Part, type Place } from './check-order.js';

/** What a schema, and all that it includes by `allOf`, says of a value: the part of it that a type can say. */
export interface FlatSchema {
  /** Names of JSON Schema's types; undefined when any is fine. */
  types: readonly string[] | undefined;
  /** The only values; undefined when there is no such list. */
  values: readonly unknown[] | undefined;
  isNullRefused: boolean;
  /** The schemas that each property has to meet, in the order of the file. */
  readonly properties: Map<string, Part[]>;
  /** Where a property is asked for first. */
  readonly required: Map<string, Place>;
  /** What is filled in for a property, and where that happens first. */
  readonly defaults: Map<string, { readonly value: unknown; readonly at: Place }>;
  /** `additionalProperties`, where one is written; names that go by a pattern make it anything. */
  others: Part | undefined;
  readonly items: Part[];
  prefixItems: readonly Part[] | undefined;
  minItems: number;
  /** Of each list the value meets one schema: `anyOf`, `oneOf`. */
  readonly choices: (readonly Part[])[];
  readonly conditions: Condition[];
  /** Parts of the schema that stand elsewhere: `$ref`s. */
  readonly references: (Part & { readonly schema: string })[];
}

/** `if`, `then` and `else`. */
export interface Condition {
  readonly if: JsonSchema;
  readonly then: Part;
  readonly else: Part;
}

/** Reads a schema, or several that a value has to meet; the parts of `allOf` count as its own. */
export function flatten(parts: Part | readonly Part[]): FlatSchema {
  const flat: FlatSchema = {
    types: undefined,
    values: undefined,
    isNullRefused: false,
    properties: new Map(),
    required: new Map(),
    defaults: new Map(),
    others: undefined,
    items: [],
    prefixItems: undefined,
    minItems: 0,
    choices: [],
    conditions: [],
    references: [],
  };
  for (const part of [parts].flat()) include(flat, part);
  return flat;
}

/** A copy that may be given more to meet. */
export function copyOf(flat: FlatSchema): FlatSchema {
  return {
    ...flat,
    properties: new Map([...flat.properties].map(([name, parts]) => [name, [...parts]])),
    required: new Map(flat.required),
    defaults: new Map(flat.defaults),
    items: [...flat.items],
    choices: [...flat.choices],
    conditions: [...flat.conditions],
    references: [...flat.references],
  };
}

/** Lets it meet another schema too. */
export function include(flat: FlatSchema, part: Part): void {
  const { schema } = part;
  if (schema === false) flat.values = [];
  if (!isMap(schema)) return;
  const types = typesOf(schema);
  if (types !== undefined) flat.types = common(flat.types, types);
  const values = 'const' in schema ? [schema['const']] : schema['enum'];
  if (Array.isArray(values)) flat.values = common(flat.values, values as readonly unknown[]);
  if (refusesNull(schema['not'])) flat.isNullRefused = true;
  includeMembers(flat, part, schema);
  if ('items' in schema) flat.items.push(partOf(part, schema['items'], 'own'));
  if (Array.isArray(schema['prefixItems']))
    flat.prefixItems = schema['prefixItems'].map((item) => partOf(part, item, 'own'));
  if (typeof schema['minItems'] === 'number') flat.minItems = Math.max(flat.minItems, schema['minItems']);
  includeChoices(flat, part, schema);
  if (typeof schema['$ref'] === 'string')
    flat.references.push({ ...partOf(part, schema['$ref'], '$ref'), schema: schema['$ref'] });
  for (const [index, inner] of listOf(schema['allOf']).entries())
    include(flat, partOf(part, inner, 'allOf', { index }));
}

function includeMembers(flat: FlatSchema, part: Part, schema: JsonSchema): void {
  const at = [...part.at, CHECK_ORDER.own];
  for (const [name, property] of entriesOf(schema['properties'])) {
    const inner = partOf(part, property, 'own');
    const known = flat.properties.get(name);
    if (known === undefined) flat.properties.set(name, [inner]);
    else known.push(inner);
    if (part.filling === 'left' || !isMap(property) || !('default' in property)) continue;
    const filled = flat.defaults.get(name);
    if (filled === undefined || isBefore(at, filled.at))
      flat.defaults.set(name, { value: property['default'], at });
  }
  for (const name of listOf(schema['required'])) {
    if (typeof name !== 'string') continue;
    const asked = flat.required.get(name);
    if (asked === undefined || isBefore(at, asked)) flat.required.set(name, at);
  }
  if (isMap(schema['patternProperties'])) openTo(flat);
  else
    for (const keyword of ['additionalProperties', 'unevaluatedProperties'])
      if (keyword in schema && typeof flat.others?.schema !== 'boolean')
        flat.others = partOf(part, schema[keyword], 'own');
}

function includeChoices(flat: FlatSchema, part: Part, schema: JsonSchema): void {
  const { anyOf, oneOf, discriminator } = schema;
  if (Array.isArray(anyOf))
    flat.choices.push(anyOf.map((choice) => partOf(part, choice, 'anyOf', { filling: 'left' })));
  // The one of a discriminator is known before it is checked.
  if (Array.isArray(oneOf))
    flat.choices.push(
      oneOf.map((choice) =>
        isMap(discriminator)
          ? partOf(part, choice, 'late')
          : partOf(part, choice, 'oneOf', { filling: 'left' }),
      ),
    );
  // What it asks for depends on more than a type can say; what it names may be there.
  for (const [, dependent] of entriesOf(schema['dependentSchemas']))
    flat.conditions.push({
      if: {},
      then: partOf(part, dependent, 'late'),
      else: partOf(part, undefined, 'late'),
    });
  if (!isMap(schema['if'])) return;
  const filling = part.filling === 'filled' ? 'filled' : 'left';
  flat.conditions.push({
    if: schema['if'],
    then: partOf(part, schema['then'], 'if', { filling }),
    else: partOf(part, schema['else'], 'if', { filling }),
  });
}

/** Members without a name may be anything. */
export function openTo(flat: FlatSchema): void {
  flat.others = { schema: true, at: [], filling: 'left' };
}

/** Whether the caller has to write a property: it is asked for, and nothing has been filled in for it by then. */
export function mustBeGiven({ required, defaults }: FlatSchema, name: string): boolean {
  const asked = required.get(name);
  const filled = defaults.get(name);
  return asked !== undefined && (filled === undefined || isBefore(asked, filled.at));
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
      for (const one of combined) openTo(one);
      continue;
    }
    combined = combined.flatMap((before) =>
      choice.map((part) => {
        const both = copyOf(before);
        include(both, part);
        return both;
      }),
    );
  }
  return combined;
}

/** Properties that only conditions name: whether they may be there depends on more than a type can say. */
export function namedByConditions({ conditions }: FlatSchema): {
  readonly names: readonly string[];
  /** Whether a condition leads to more than can be named here. */
  readonly areMore: boolean;
} {
  const sides = conditions.flatMap((condition) => [flatten(condition.then), flatten(condition.else)]);
  return {
    names: sides.flatMap(({ properties, required }) => [...properties.keys(), ...required.keys()]),
    areMore: sides.some(
      ({ references, choices, conditions: inner, others }) =>
        references.length + choices.length + inner.length > 0 ||
        (others !== undefined && others.schema !== false),
    ),
  };
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
