import { KEYWORD_ALIASES, type JsonSchema } from './dialect.js';
import type { SCHEMA_KEYWORDS } from './schema-keywords.js';
import { VIOLATED_KEYWORDS } from './violation-text.js';

const TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null', 'any', 'enum'];

const schema = { $ref: '#/$defs/schema' };
const schemaOrBoolean = { $ref: '#/$defs/schemaOrBoolean' };
const schemas = { type: 'array', minItems: 1, items: schemaOrBoolean };
const namedSchemas = { type: 'object', additionalProperties: schemaOrBoolean };
const names = { type: 'array', items: { type: 'string' }, uniqueItems: true };
const count = { type: 'integer', minimum: 0 };
const number = { type: 'number' };
const flag = { type: 'boolean' };
const text = { type: 'string' };
const anything = {};

/** What `#name` in a reference points at. */
const anchor = { type: 'string', pattern: '^[A-Za-z_][-A-Za-z0-9._]*$' };

const message = { $ref: '#/$defs/message' };

/** What the value of each keyword must look like; `additionalProperties: false` around it refuses misspelt keywords. */
const KEYWORD_RULES: Readonly<Record<keyof typeof SCHEMA_KEYWORDS, JsonSchema>> = {
  type: {
    type: ['string', 'array'],
    if: { type: 'string' },
    then: { enum: TYPES },
    else: {
      items: { enum: TYPES.filter((type) => type !== 'any' && type !== 'enum') },
      minItems: 1,
      uniqueItems: true,
    },
  },
  enum: { type: 'array', minItems: 1 },
  const: anything,
  nullable: flag,
  multipleOf: { type: 'number', exclusiveMinimum: 0 },
  minimum: number,
  maximum: number,
  exclusiveMinimum: number,
  exclusiveMaximum: number,
  minLength: count,
  maxLength: count,
  pattern: { type: 'string', format: 'regular expression' },
  format: text,
  contentEncoding: text,
  contentMediaType: text,
  minItems: count,
  maxItems: count,
  uniqueItems: flag,
  minContains: count,
  maxContains: count,
  minProperties: count,
  maxProperties: count,
  required: { type: ['boolean', 'array'], items: text, uniqueItems: true },
  dependentRequired: { type: 'object', additionalProperties: names },
  discriminator: {
    type: 'object',
    properties: { propertyName: text },
    required: ['propertyName'],
    additionalProperties: false,
  },
  items: schemaOrBoolean,
  contains: schemaOrBoolean,
  additionalProperties: schemaOrBoolean,
  propertyNames: schemaOrBoolean,
  contentSchema: schemaOrBoolean,
  unevaluatedItems: schemaOrBoolean,
  unevaluatedProperties: schemaOrBoolean,
  not: schemaOrBoolean,
  if: schemaOrBoolean,
  then: schemaOrBoolean,
  else: schemaOrBoolean,
  prefixItems: schemas,
  allOf: schemas,
  anyOf: schemas,
  oneOf: schemas,
  properties: namedSchemas,
  patternProperties: { ...namedSchemas, propertyNames: { format: 'regular expression' } },
  dependentSchemas: namedSchemas,
  dependencies: {
    type: 'object',
    additionalProperties: {
      type: ['object', 'boolean', 'array'],
      if: { type: 'array' },
      then: names,
      else: schemaOrBoolean,
    },
  },
  $defs: namedSchemas,
  definitions: namedSchemas,
  $ref: text,
  $id: {
    type: 'string',
    pattern: '^[^#]*#?$',
    messages: { pattern: '$id must be a URI without a fragment: found "{value}"' },
  },
  $anchor: anchor,
  $dynamicRef: text,
  $dynamicAnchor: anchor,
  $vocabulary: { type: 'object', additionalProperties: flag },
  $schema: text,
  $comment: text,
  title: text,
  description: text,
  default: anything,
  deprecated: flag,
  readOnly: flag,
  writeOnly: flag,
  secret: flag,
  examples: { type: 'array' },
  messages: {
    type: 'object',
    properties: Object.fromEntries(VIOLATED_KEYWORDS.map((keyword) => [keyword, message])),
    additionalProperties: false,
  },
};

/** Definitions that describe a schema in Phlow's dialect, to be put under `$defs` of the meta-schema. */
export const SCHEMA_DEFINITIONS: JsonSchema = {
  schema: {
    type: 'object',
    properties: {
      ...KEYWORD_RULES,
      ...Object.fromEntries(Object.keys(KEYWORD_ALIASES).map((alias) => [alias, schemaOrBoolean])),
    },
    additionalProperties: false,
  },
  // The text that replaces a generated message, or one text per property.
  message: { type: ['string', 'object'], additionalProperties: text },
  schemaOrBoolean: { type: ['object', 'boolean'], if: { type: 'object' }, then: schema },
};
