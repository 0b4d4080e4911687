import { isMap } from '../values.js';
import { shapeOf } from './schema-keywords.js';

/** A JSON Schema as plain data: it can cross to a worker and be compiled there. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Names under which the original's manifests write a keyword, misspelling included. */
export const KEYWORD_ALIASES: Readonly<Record<string, string>> = {
  additional_properties: 'additionalProperties',
  aditional_properties: 'additionalProperties',
};

/**
 * Turns a schema in Phlow's dialect into JSON Schema. The dialect differs in four points: `required: true` stands on the property and not
 * in a list of its parent, `type: any` means no type, `type: enum` means that `enum` alone decides, and `additional_properties` is another
 * spelling. Everything else passes through, so any JSON Schema keyword may be used. The text of a property's own `messages.required`
 * moves along with its `required: true`.
 */
export function toJsonSchema(phlowSchema: JsonSchema): JsonSchema {
  const schema = convert(phlowSchema);
  // At the root there is no property to fill in, and a default for the whole value would never be used.
  delete schema['default'];
  delete schema['$schema'];
  return schema;
}

function convert(phlow: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const schema: Record<string, unknown> = {};
  for (const [written, value] of Object.entries(phlow)) {
    const keyword = KEYWORD_ALIASES[written] ?? written;
    if (keyword === 'type' && (value === 'any' || value === 'enum')) continue;
    // Said of the property, so it belongs to the parent, which has collected it already.
    if (keyword === 'required' && typeof value === 'boolean') continue;
    schema[keyword] = convertHeld(keyword, value);
  }
  const properties = phlow['properties'];
  if (isMap(properties)) collectRequired(properties, schema);
  return schema;
}

function convertHeld(keyword: string, value: unknown): unknown {
  switch (shapeOf(keyword)) {
    case 'schema':
      return isMap(value) ? convert(value) : value;
    case 'list':
      return Array.isArray(value)
        ? value.map((item: unknown) => (isMap(item) ? convert(item) : item))
        : value;
    case 'map':
      return isMap(value)
        ? Object.fromEntries(
            Object.entries(value).map(([name, held]) => [name, isMap(held) ? convert(held) : held]),
          )
        : value;
    case 'plain':
      return value;
  }
}

function collectRequired(
  properties: Readonly<Record<string, unknown>>,
  schema: Record<string, unknown>,
): void {
  const required = new Set<unknown>(Array.isArray(schema['required']) ? schema['required'] : []);
  const texts: Record<string, string> = {};
  for (const [name, property] of Object.entries(properties)) {
    if (!isMap(property) || property['required'] !== true) continue;
    required.add(name);
    const own = isMap(property['messages']) ? property['messages']['required'] : undefined;
    if (typeof own === 'string') texts[name] = own;
  }
  if (required.size > 0) schema['required'] = [...required];
  if (Object.keys(texts).length > 0) schema['messages'] = withRequiredTexts(schema['messages'], texts);
}

/** The object's own texts win over those that its properties bring along. */
function withRequiredTexts(messages: unknown, texts: Readonly<Record<string, string>>): unknown {
  const own = isMap(messages) ? messages : {};
  if (typeof own['required'] === 'string') return own;
  return { ...own, required: { ...texts, ...(isMap(own['required']) ? own['required'] : {}) } };
}
