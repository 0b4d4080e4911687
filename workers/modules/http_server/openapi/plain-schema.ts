import { isMap } from '../../../../src/values.js';

type Schema = Readonly<Record<string, unknown>>;

/** What manifests say besides JSON Schema. */
const OWN_KEYWORDS: ReadonlySet<string> = new Set(['messages', 'secret']);

/** Keywords whose members are schemas by their names. */
const BY_NAME: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
]);

/** Keywords whose values are data, whatever they look like. */
const DATA: ReadonlySet<string> = new Set(['const', 'enum', 'default', 'examples']);

/**
 * A schema as it stands in the document: without what only manifests know.
 *
 * @param at where in the document it will be, as a pointer: its references lead into itself.
 */
export function plainSchema(schema: Schema, at: string): Schema {
  return mapped(schema, (name, value) => {
    if (OWN_KEYWORDS.has(name)) return undefined;
    if (name === '$ref' && typeof value === 'string' && value.startsWith('#'))
      return `${at}${value.slice(1)}`;
    return value;
  });
}

/** The outline of a schema that was read off a flow: the texts and numbers that stand in it are for those who get them. */
export function outline(schema: Schema): Schema {
  return plainSchema(withoutConstants(schema), '');
}

function withoutConstants(schema: Schema): Schema {
  const { const: value, ...others } = schema;
  const shape = 'const' in schema ? { ...others, ...typeOf(value) } : schema;
  return Object.fromEntries(
    Object.entries(shape).map(([name, member]) => {
      if (name === 'properties' && isMap(member))
        return [
          name,
          Object.fromEntries(
            Object.entries(member).map(([key, one]) => [key, isMap(one) ? withoutConstants(one) : one]),
          ),
        ];
      return [name, member];
    }),
  );
}

function typeOf(value: unknown): Schema {
  if (value === null || value === undefined) return { type: 'null' };
  if (typeof value === 'object') return {};
  return { type: typeof value };
}

function mapped(schema: Schema, change: (name: string, value: unknown) => unknown): Schema {
  return Object.fromEntries(
    Object.entries(schema).flatMap(([name, value]) => {
      const changed = change(name, value);
      if (changed === undefined) return [];
      if (DATA.has(name)) return [[name, changed]];
      if (BY_NAME.has(name) && isMap(changed))
        return [
          [name, Object.fromEntries(Object.entries(changed).map(([key, one]) => [key, inner(one, change)]))],
        ];
      return [
        [name, Array.isArray(changed) ? changed.map((one) => inner(one, change)) : inner(changed, change)],
      ];
    }),
  );
}

function inner(part: unknown, change: (name: string, value: unknown) => unknown): unknown {
  return isMap(part) ? mapped(part, change) : part;
}
