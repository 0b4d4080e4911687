import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { linearPattern } from '../../../../src/manifest/linear-pattern.js';
import { interpretedSchema } from '../../../../workers/modules/http_server/interpreted-schema.js';
import { compileSchema } from '../../../../workers/modules/http_server/schema-compiler.js';

type Schema = Readonly<Record<string, unknown>>;

/** A copy of this realm: the compiler compares constructors. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copyOf(member)]));
}

/** What a check says of a value, and what it makes of it. */
function outcome(check: (value: unknown) => readonly unknown[], value: unknown): unknown {
  const own = copyOf(value);
  return { problems: check(own), value: own };
}

function compare(schema: Schema, value: unknown, subject: string, document?: Schema): void {
  const compiled = outcome(compileSchema(schema, subject, document), value);
  const interpreted = outcome(interpretedSchema(schema, subject, linearPattern, document), value);
  expect(interpreted).toEqual(compiled);
}

const VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  1,
  -1,
  2.5,
  10,
  19.99,
  1e21,
  Infinity,
  '',
  'a',
  'ab',
  'abc',
  '12',
  '1.5',
  ...['0x1', '0b1', ' 1', '1 ', '+1', '01', '1.', '.5', '-0', '1e2', '1e400', '-1e400', 'Infinity', 'NaN'],
  'true',
  'false',
  'Ann@example.org',
  '2026-01-02',
  '😀😀',
  [],
  [1],
  ['1'],
  [1, 1],
  [1, 'a', null],
  [{ a: 1 }, { a: 1 }],
  {},
  { a: 1 },
  { a: '1' },
  { a: 'x', b: 2 },
  { b: true },
  { a: { a: 'deep' } },
  { a: [1, 2] },
  { 'x/y~z': 1 },
  { xa: 1, xb: 'b' },
  JSON.parse('{"__proto__":1,"constructor":2}'),
];

/** As they stand in paths, queries and headers. */
const TEXTS = VALUES.filter((value) => typeof value === 'string');

const SCHEMAS: readonly Schema[] = [
  ...['string', 'number', 'integer', 'boolean', 'null', 'array', 'object'].map((type) => ({ type })),
  { type: ['string', 'null'] },
  { type: 'string', nullable: true },
  { type: 'integer', minimum: 1, maximum: 9, multipleOf: 2 },
  { exclusiveMinimum: 0, exclusiveMaximum: 10 },
  { multipleOf: 0.01 },
  { minLength: 2, maxLength: 3, pattern: '^a' },
  { format: 'email' },
  { format: 'date' },
  { format: 'unknown' },
  { enum: ['a', 1, { a: 1 }] },
  { const: [1] },
  { minItems: 1, maxItems: 2, uniqueItems: true, items: { type: 'integer' } },
  { prefixItems: [{ type: 'integer' }, { type: 'string' }], items: false },
  { contains: { type: 'string' } },
  { contains: { type: 'integer' }, minContains: 2, maxContains: 2 },
  { contains: false, minContains: 0 },
  {
    properties: { a: { type: 'integer' }, b: { type: 'boolean', default: true } },
    required: ['a'],
    additionalProperties: false,
  },
  { additionalProperties: { type: 'integer' } },
  { patternProperties: { '^x': { type: 'integer' } }, additionalProperties: false },
  { propertyNames: { maxLength: 1 } },
  { minProperties: 1, maxProperties: 1 },
  { dependentRequired: { a: ['b', 'c'] } },
  { dependentSchemas: { a: { required: ['b'] } } },
  { required: ['x/y~z'] },
  { allOf: [{ type: 'object' }, { required: ['a'] }] },
  { anyOf: [{ type: 'string', minLength: 2 }, { type: 'integer' }] },
  { oneOf: [{ type: 'integer' }, { type: 'number' }, { type: 'string' }] },
  { not: { type: 'string' } },
  { if: { type: 'string' }, then: { minLength: 2 }, else: { type: 'integer' } },
  { if: { type: 'string' }, then: false },
  {
    $ref: '#/$defs/node',
    $defs: {
      node: { type: 'object', properties: { a: { $ref: '#/$defs/node' } }, additionalProperties: false },
    },
  },
  { type: 'object', properties: { a: { type: 'string', messages: { type: 'a is a text: {{value}}' } } } },
  { type: 'object', properties: { a: { type: 'integer', secret: true } } },
  { properties: { a: { type: 'array', items: { type: 'integer' } }, b: { type: 'integer' } } },
];

describe('a schema that is interpreted', () => {
  test.each(SCHEMAS.map((schema) => [schema]))('says what one says that was compiled: %j', (schema) => {
    for (const value of VALUES) compare(schema, value, 'body');
    const { $defs = {}, ...rest } = schema;
    for (const a of TEXTS) compare({ properties: { a: rest }, $defs }, { a }, 'query');
  });

  test('says so of schemas in schemas, too', () => {
    const keyword = fc.constantFrom(
      'allOf',
      'anyOf',
      'oneOf',
      'not',
      'items',
      'properties',
      'additionalProperties',
      'if',
    );
    const { schema } = fc.letrec<{ schema: Schema }>((tie) => ({
      schema: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom(...SCHEMAS.filter((one) => !('$defs' in one))),
        fc.tuple(keyword, tie('schema'), tie('schema')).map(([name, one, other]) => {
          if (name === 'allOf' || name === 'anyOf' || name === 'oneOf') return { [name]: [one, other] };
          if (name === 'properties') return { properties: { a: one, b: other }, required: ['b'] };
          return name === 'if' ? { if: one, then: other } : { [name]: one };
        }),
      ),
    }));
    fc.assert(
      fc.property(schema, fc.constantFrom(...VALUES), (one, value) => compare(one, value, 'body')),
      { numRuns: 300 },
    );
  });

  test('follows references into a document', () => {
    const document = {
      paths: { '/a b/{id}': { get: { schema: { $ref: '#/components/schemas/Size' } } } },
      components: { schemas: { Size: { type: 'integer', minimum: 3, exclusiveMinimum: true } } },
    };
    const schema = { $ref: 'openapi#/paths/~1a%20b~1%7Bid%7D/get/schema' };
    for (const value of [3, 4, 'a']) compare(schema, value, 'body', document);
  });

  test.each([
    [
      { unevaluatedProperties: false },
      /uses "unevaluatedProperties", which is checked only at level trusted/,
    ],
    [{ properties: { a: { items: { $dynamicRef: '#a' } } } }, /uses "\$dynamicRef"/],
    [{ $ref: '#/$defs/nothing' }, /\$ref that leads nowhere/],
  ])('is refused where it would not be checked: %j', (schema, message) => {
    expect(() => interpretedSchema(schema, 'body', linearPattern)).toThrow(message);
  });
});

describe.each([
  ['compiled', (schema: Schema, subject: string) => compileSchema(schema, subject)],
  ['interpreted', (schema: Schema, subject: string) => interpretedSchema(schema, subject, linearPattern)],
])('numbers where a schema is %s', (_, make) => {
  test.each(['integer', 'number'])('%s is what JSON has a word for', (type) => {
    const check = make({ properties: { n: { type } } }, 'body');
    expect(check(JSON.parse('{"n":1e400}'))).toMatchObject([{ type: 'InvalidFieldType', field: 'n' }]);
    expect(check({ n: 7 })).toEqual([]);
  });

  test.each(['Infinity', '1e400', '0b1', '0x1', ' 1', '+1', '01'])('the text %j is none', (n) => {
    const value = { n };
    const check = make({ properties: { n: { type: 'number' }, '"data0 && data0 == +data0"': {} } }, 'query');
    expect(check(value)).toMatchObject([{ type: 'InvalidFieldType', field: 'n' }]);
    expect(value).toEqual({ n });
  });

  test.each([
    ['-1.5e1', -15],
    ['0', 0],
  ])('the text %j is one', (n, number) => {
    const value = { n };
    expect(make({ properties: { n: { type: 'integer' } } }, 'query')(value)).toEqual([]);
    expect(value).toEqual({ n: number });
  });
});

test('a pattern takes no longer than its text, whatever it is', () => {
  const check = compileSchema({ properties: { a: { pattern: '^(a+)+$' }, b: { pattern: '^b' } } }, 'body');
  expect(check({ a: `${'a'.repeat(50_000)}!`, b: 'c' })).toMatchObject([{ field: 'a' }, { field: 'b' }]);
});
