import { isMap } from '../values.js';
import type { JsonSchema } from './dialect.js';
import { pointerTo } from './pointer.js';

/** What a JSON Schema keyword holds: one schema, a list of schemas, a mapping from names to schemas, or anything else. */
export type KeywordShape = 'schema' | 'list' | 'map' | 'plain';

/**
 * Every JSON Schema (2020-12) keyword and our own, and what it holds. A keyword that is not listed is a spelling mistake.
 */
export const SCHEMA_KEYWORDS = {
  type: 'plain',
  enum: 'plain',
  const: 'plain',
  nullable: 'plain',
  multipleOf: 'plain',
  minimum: 'plain',
  maximum: 'plain',
  exclusiveMinimum: 'plain',
  exclusiveMaximum: 'plain',
  minLength: 'plain',
  maxLength: 'plain',
  pattern: 'plain',
  format: 'plain',
  contentEncoding: 'plain',
  contentMediaType: 'plain',
  minItems: 'plain',
  maxItems: 'plain',
  uniqueItems: 'plain',
  minContains: 'plain',
  maxContains: 'plain',
  minProperties: 'plain',
  maxProperties: 'plain',
  required: 'plain',
  dependentRequired: 'plain',
  discriminator: 'plain',
  items: 'schema',
  contains: 'schema',
  additionalProperties: 'schema',
  propertyNames: 'schema',
  contentSchema: 'schema',
  unevaluatedItems: 'schema',
  unevaluatedProperties: 'schema',
  not: 'schema',
  if: 'schema',
  then: 'schema',
  else: 'schema',
  prefixItems: 'list',
  allOf: 'list',
  anyOf: 'list',
  oneOf: 'list',
  properties: 'map',
  patternProperties: 'map',
  dependentSchemas: 'map',
  dependencies: 'map',
  $defs: 'map',
  definitions: 'map',
  $ref: 'plain',
  $id: 'plain',
  $anchor: 'plain',
  $dynamicRef: 'plain',
  $dynamicAnchor: 'plain',
  $vocabulary: 'plain',
  $schema: 'plain',
  $comment: 'plain',
  title: 'plain',
  description: 'plain',
  default: 'plain',
  deprecated: 'plain',
  readOnly: 'plain',
  writeOnly: 'plain',
  secret: 'plain',
  examples: 'plain',
  messages: 'plain',
} as const satisfies Readonly<Record<string, KeywordShape>>;

/** What a keyword holds; `plain` for a name that is no keyword. */
export function shapeOf(keyword: string): KeywordShape {
  return Object.hasOwn(SCHEMA_KEYWORDS, keyword)
    ? SCHEMA_KEYWORDS[keyword as keyof typeof SCHEMA_KEYWORDS]
    : 'plain';
}

/** Calls `see` for a schema and every schema inside it. */
export function visitSchemas(
  schema: JsonSchema,
  pointer: string,
  see: (held: JsonSchema, pointer: string) => void,
): void {
  see(schema, pointer);
  for (const [keyword, value] of Object.entries(schema)) {
    const at = pointerTo(pointer, keyword);
    const shape = shapeOf(keyword);
    if (shape === 'schema' && isMap(value)) visitSchemas(value, at, see);
    if ((shape === 'list' && Array.isArray(value)) || (shape === 'map' && isMap(value))) {
      for (const [name, held] of Object.entries(value))
        if (isMap(held)) visitSchemas(held, pointerTo(at, name), see);
    }
  }
}
