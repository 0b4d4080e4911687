/** What a JSON Schema keyword holds: one schema, a list of schemas, a mapping from names to schemas, or anything else. */
export type KeywordShape = 'schema' | 'list' | 'map' | 'plain';

/**
 * Every JSON Schema (2020-12) keyword that a manifest may use, and what it holds. A keyword that is not listed is a spelling mistake. `$id`
 * and the dynamic references are left out: a schema in a manifest stands alone.
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
  $defs: 'map',
  definitions: 'map',
  $ref: 'plain',
  $anchor: 'plain',
  $schema: 'plain',
  $comment: 'plain',
  title: 'plain',
  description: 'plain',
  default: 'plain',
  deprecated: 'plain',
  readOnly: 'plain',
  writeOnly: 'plain',
  examples: 'plain',
  messages: 'plain',
} as const satisfies Readonly<Record<string, KeywordShape>>;

/** What a keyword holds; `plain` for a name that is no keyword. */
export function shapeOf(keyword: string): KeywordShape {
  return Object.hasOwn(SCHEMA_KEYWORDS, keyword)
    ? SCHEMA_KEYWORDS[keyword as keyof typeof SCHEMA_KEYWORDS]
    : 'plain';
}
