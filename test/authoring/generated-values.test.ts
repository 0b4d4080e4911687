import { describe, expect, test } from '@jest/globals';
import { fastCheck } from '../../src/authoring/fuzz/fast-check.js';
import { hostileValues } from '../../src/authoring/fuzz/hostile-values.js';
import { inputPlan } from '../../src/authoring/fuzz/input-plan.js';
import { ValidValues } from '../../src/authoring/fuzz/valid-values.js';
import { SchemaParts } from '../../src/authoring/schema/schema-parts.js';
import { compileValidator } from '../../src/manifest/compile-validator.js';
import { toJsonSchema, type JsonSchema } from '../../src/manifest/dialect.js';
import { builtInNames, listModules } from '../../src/index.js';

const fc = fastCheck();
const RUNS = 300;

interface Made {
  readonly values: readonly unknown[];
  readonly unsupported: readonly string[];
}

function made(schema: JsonSchema): Made {
  const values = new ValidValues(fc, new SchemaParts(schema));
  const arbitrary = values.of(schema);
  return {
    values: arbitrary === undefined ? [] : fc.sample(arbitrary, { numRuns: RUNS, seed: 7 }),
    unsupported: [...values.unsupported],
  };
}

function validIn(schema: JsonSchema, values: readonly unknown[]): readonly unknown[] {
  const check = compileValidator(schema);
  return values.filter((value) => check(value) === undefined);
}

const SUPPORTED: readonly (readonly [string, JsonSchema])[] = [
  ['a whole number in a range', { type: 'integer', minimum: -3, exclusiveMaximum: 9 }],
  ['a multiple', { type: 'integer', multipleOf: 7, minimum: 1 }],
  ['a multiple in decimals', { type: 'number', multipleOf: 0.01, minimum: 0, maximum: 20 }],
  ['a number between open ends', { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 }],
  ['a text of a length', { type: 'string', minLength: 2, maxLength: 5 }],
  ['a text of exactly one character', { type: 'string', minLength: 1, maxLength: 1 }],
  ['a pattern', { type: 'string', pattern: '^[a-z]{2,4}(?:-\\d+)?$' }],
  ['a pattern with classes of Unicode', { type: 'string', pattern: '^\\p{Lu}\\p{Ll}*$' }],
  ['an enum', { enum: ['a', 1, null, true] }],
  ['a const', { const: 'a' }],
  ['several types', { type: ['string', 'null', 'boolean'] }],
  ['a list', { type: 'array', items: { type: 'integer' }, minItems: 2, maxItems: 3 }],
  [
    'a list without doubles',
    { type: 'array', items: { enum: [1, 2, 3, 4] }, uniqueItems: true, minItems: 2 },
  ],
  [
    'a tuple',
    { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }], items: false, minItems: 2 },
  ],
  ['a list that contains', { type: 'array', items: { type: 'integer' }, contains: { minimum: 100 } }],
  [
    'an object',
    toJsonSchema({
      type: 'object',
      additionalProperties: false,
      properties: {
        a: { type: 'string', required: true },
        b: { type: 'integer', default: 3 },
        __proto: { type: 'null' },
      },
    }),
  ],
  [
    'names by a pattern',
    {
      type: 'object',
      patternProperties: { '^n[0-9]$': { type: 'integer' } },
      additionalProperties: false,
      minProperties: 1,
    },
  ],
  ['other members', { type: 'object', additionalProperties: { type: 'boolean' } }],
  ['one of several', { oneOf: [{ type: 'string', maxLength: 3 }, { type: 'integer' }] }],
  ['all of several', { allOf: [{ type: 'integer' }, { minimum: 3 }, { maximum: 4 }] }],
  [
    'a part that stands elsewhere',
    {
      type: 'object',
      required: ['a'],
      properties: { a: { $ref: '#/$defs/a' } },
      $defs: { a: { type: 'integer', minimum: 1 } },
    },
  ],
  [
    'a schema that refers to itself',
    {
      $ref: '#/$defs/node',
      $defs: {
        node: {
          type: 'object',
          required: ['title'],
          additionalProperties: false,
          properties: {
            title: { type: 'string' },
            children: { type: 'array', items: { $ref: '#/$defs/node' } },
          },
        },
      },
    },
  ],
  ...[
    'date-time',
    'date',
    'time',
    'duration',
    'email',
    'hostname',
    'ipv4',
    'ipv6',
    'uri',
    'uri-reference',
    'uri-template',
    'uuid',
    'json-pointer',
    'relative-json-pointer',
    'regex',
  ].map((format): [string, JsonSchema] => [`the format ${format}`, { type: 'string', format }]),
  ['anything', {}],
];

describe('values that a schema allows', () => {
  test.each(SUPPORTED)('are made for %s, and every one passes the check', (_name, schema) => {
    const { values, unsupported } = made(schema);
    expect(values).toHaveLength(RUNS);
    expect(values.filter((value) => !validIn(schema, [value]).includes(value))).toEqual([]);
    expect(unsupported).toEqual([]);
  });

  test.each<[string, JsonSchema, string]>([
    ['not', { type: 'integer', minimum: 0, maximum: 9, not: { const: 3 } }, 'not'],
    [
      'a pattern that looks around',
      { type: 'string', pattern: '^(?=.*[a-z]).*$' },
      'pattern ^(?=.*[a-z]).*$',
    ],
    ['names of members', { type: 'object', propertyNames: { maxLength: 3 } }, 'propertyNames'],
    [
      'members that need others',
      { type: 'object', properties: { a: {}, b: {} }, dependentRequired: { a: ['b'] } },
      'dependentRequired',
    ],
    ['a condition', { type: 'integer', if: { minimum: 10 }, then: { multipleOf: 2 } }, ''],
  ])('are made more freely for %s, which is said, and some pass the check', (_name, schema, said) => {
    const { values, unsupported } = made(schema);
    expect(unsupported).toEqual(said === '' ? [] : [said]);
    expect(validIn(schema, values).length).toBeGreaterThan(RUNS / 20);
  });

  test.each<[string, JsonSchema]>([
    ['a range without a number', { type: 'integer', minimum: 3, maximum: 2 }],
    ['two constants', { allOf: [{ const: 1 }, { const: 2 }] }],
    [
      'a member that must be there and must not',
      { type: 'object', required: ['a'], properties: { a: false } },
    ],
    [
      'a chain without an end',
      {
        $ref: '#/$defs/a',
        $defs: { a: { type: 'object', required: ['a'], properties: { a: { $ref: '#/$defs/a' } } } },
      },
    ],
  ])('cannot be made for %s', (_name, schema) => {
    expect(made(schema).values).toEqual([]);
  });

  test('include those at the edges', () => {
    const numbers = made({ type: 'integer', minimum: 0, maximum: 1_000_000 }).values;
    expect(numbers).toEqual(expect.arrayContaining([0, 1, 65_536]));
    const texts = made({ type: 'string' }).values.map(String);
    expect(texts).toEqual(expect.arrayContaining(['', '__proto__', 'x'.repeat(200)]));
    expect(texts.some((text) => /\P{ASCII}/u.test(text))).toBe(true);
  });
});

describe('hostile values', () => {
  const schema = toJsonSchema({
    type: 'object',
    additionalProperties: false,
    properties: {
      name: { type: 'string', required: true, maxLength: 20 },
      age: { type: 'integer', required: true, minimum: 0 },
    },
  });
  const valid = new ValidValues(fc, new SchemaParts(schema)).of(schema) ?? fc.constant({});
  const values = fc.sample(hostileValues(fc, valid), { numRuns: 1_000, seed: 3 });

  test('are mostly refused', () => {
    expect(validIn(schema, values).length).toBeLessThan(values.length / 4);
  });

  test.each<[string, (value: unknown) => boolean]>([
    [
      'a member called __proto__ of its own',
      (value) => typeof value === 'object' && value !== null && Object.hasOwn(value, '__proto__'),
    ],
    ['a member that is missing', (value) => typeof value === 'object' && value !== null && !('age' in value)],
    [
      'NaN',
      (value) =>
        typeof value === 'object' &&
        value !== null &&
        Object.values(value).some((held) => Number.isNaN(held)),
    ],
    [
      'a huge text',
      (value) =>
        typeof value === 'object' &&
        value !== null &&
        Object.values(value).some((held) => typeof held === 'string' && held.length > 10_000),
    ],
    [
      'deep nesting',
      (value) =>
        JSON.stringify(value ?? null).includes('[[') ||
        JSON.stringify(value ?? null).includes('{"value":[{"value":'),
    ],
    ['no value at all', (value) => value === null],
    ['a list in its place', Array.isArray],
  ])('have %s among them', (_name, isIt) => {
    expect(values.some(isIt)).toBe(true);
  });

  test('leave the objects of the language alone', () => {
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('the inputs of built-in modules', () => {
  test.each(builtInNames())('%s: nearly all that are made to be allowed are', async (name) => {
    const module = (await listModules('.')).find((one) => one.name === name);
    const manifest = module!.manifest!;
    const plan = inputPlan(manifest);
    const inputs = fc.sample(plan.inputs, { numRuns: 1_000, seed: 11 }).filter(({ isHostile }) => !isHostile);
    const allowed = inputs.filter(({ input }) => plan.isValid(input) === true);
    expect(allowed.length / inputs.length).toBeGreaterThan(0.85);
    expect(plan.impossible).toEqual([]);
    expect(new Set(allowed.map(({ action }) => action))).toEqual(new Set(plan.actions));
  });
});
