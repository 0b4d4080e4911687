import type { JsonSchema } from '../../manifest/dialect.js';
import { isMap } from '../../values.js';
import type { StaticValue } from '../check/static-value.js';

/** What is known of the values that an expression sees: their schemas. */
export interface Known {
  readonly payload: JsonSchema;
  /** Outputs of steps, by their ids. */
  readonly steps: Readonly<Record<string, JsonSchema>>;
}

/** The schema of a value that a run may come to. What only a run can tell is `{}`. */
export function schemaOf(value: StaticValue, known: Known): JsonSchema {
  switch (value.kind) {
    case 'scalar':
      return typeof value.value === 'bigint' ? { type: 'integer' } : { const: value.value };
    case 'list':
      return { type: 'array' };
    case 'map': {
      const entries = [...value.entries].map(([name, entry]): [string, JsonSchema] => [
        name,
        schemaOf(entry, known),
      ]);
      const shape = { type: 'object', properties: Object.fromEntries(entries) };
      return value.isOpen
        ? shape
        : { ...shape, required: entries.map(([name]) => name), additionalProperties: false };
    }
    case 'unknown':
      if (value.isText === true) return { type: 'string' };
      return value.path === undefined ? {} : schemaAt(value.path, known);
  }
}

function schemaAt([first, ...rest]: readonly string[], { payload, steps }: Known): JsonSchema {
  if (first === 'payload') return rest.reduce(memberOf, payload);
  const [id = '', ...names] = rest;
  return first === 'steps' && Object.hasOwn(steps, id) ? names.reduce(memberOf, steps[id] ?? {}) : {};
}

/** Keywords that allow all that is allowed without them. */
const ANNOTATIONS = ['title', 'description', 'examples', 'default', 'deprecated', '$comment'];

/** The schema of a member; one that may be missing is null then. */
function memberOf(schema: JsonSchema, name: string): JsonSchema {
  const { properties, required } = schema;
  const member = isMap(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (!isMap(member)) return {};
  if (Array.isArray(required) && required.includes(name)) return member;
  const takesAll = Object.keys(member).every((keyword) => ANNOTATIONS.includes(keyword));
  return takesAll ? member : { anyOf: [member, { type: 'null' }] };
}

/** What holds for a value of which one of two schemas holds. */
export function eitherOf(a: JsonSchema, b: JsonSchema): JsonSchema {
  return isSame(a, b) ? a : {};
}

export function isSame(a: JsonSchema, b: JsonSchema): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
