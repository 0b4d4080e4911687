import { describe, expect, test } from '@jest/globals';
import { compileSchema } from '../../src/manifest/compile-schema.js';
import { compileValidator } from '../../src/manifest/compile-validator.js';
import { type JsonSchema, toJsonSchema } from '../../src/manifest/dialect.js';
import { meteredCheck } from '../../src/manifest/metered-check.js';
import { parseManifest } from '../../src/manifest/parse.js';
import { type Validator, validatorOf } from '../../src/manifest/validator.js';

function violation(
  schema: JsonSchema,
  value: unknown,
): { path: string; keyword: string; message: string } | undefined {
  return compileValidator(toJsonSchema(schema))(value)?.[0];
}

function message(schema: JsonSchema, value: unknown): string | undefined {
  return violation(schema, value)?.message;
}

const of = (property: JsonSchema): JsonSchema => ({ type: 'object', properties: { a: property } });

const meteredOf = (schema: JsonSchema): Validator =>
  validatorOf(meteredCheck(compileSchema(schema).counted), schema, {});

describe('a validator', () => {
  test('returns undefined for a value that fits, and fills in defaults', () => {
    const validate = compileValidator(
      toJsonSchema(of({ type: 'object', default: {}, properties: { b: { default: 3 } } })),
    );
    const value = {};
    expect(validate(value)).toBeUndefined();
    expect(value).toEqual({ a: { b: 3 } });
  });

  test('does not coerce types', () => {
    expect(message(of({ type: 'integer' }), { a: '3' })).toBe('input.a must be an integer: found "3"');
  });

  test('reports one violation with pointer, keyword and sentence', () => {
    expect(violation(of({ type: 'array', items: { type: 'number' } }), { a: [1, 'x'] })).toEqual({
      path: '/a/1',
      keyword: 'type',
      message: 'input.a[1] must be a number: found "x"',
    });
  });

  test('refuses an absent value unless it is optional', () => {
    expect(compileValidator({}, { subject: 'output' })(undefined)).toEqual([
      { path: '', keyword: 'absent', message: 'output must be given: found nothing' },
    ]);
    expect(compileValidator({ type: 'object' }, { optional: true })(undefined)).toBeUndefined();
  });

  test('works again after a failure and gives each caller a result of its own', () => {
    const validate = compileValidator({ type: 'string' });
    const first = validate(1);
    expect(validate('x')).toBeUndefined();
    expect(validate(2)?.[0].message).toContain('found 2');
    expect(first?.[0].message).toContain('found 1');
  });

  test('sees own properties only', () => {
    const schema = {
      type: 'object',
      properties: { toString: { type: 'string' }, constructor: { type: 'string', required: true } },
    };
    expect(message(schema, {})).toBe('input.constructor is required: found nothing');
    expect(message(schema, { constructor: 'x' })).toBeUndefined();
  });

  test('fills in the default of a member that every object inherits', () => {
    const schema = of({ type: 'string' });
    const names = ['constructor', 'toString', 'valueOf', 'hasOwnProperty'];
    const properties = Object.fromEntries(names.map((name) => [name, { type: 'string', default: name }]));
    const value = {};
    expect(message({ ...schema, properties }, value)).toBeUndefined();
    expect(Object.entries(value)).toEqual(names.map((name) => [name, name]));
  });

  test('is not misled by additions to Object.prototype', () => {
    const schema = {
      type: 'object',
      additionalProperties: false,
      properties: { a: { type: 'string' } },
    };
    Object.defineProperty(Object.prototype, 'extra', {
      value: () => 1,
      enumerable: true,
      configurable: true,
    });
    Object.defineProperty(Object.prototype, 'other', {
      value: { type: 1 },
      enumerable: true,
      configurable: true,
    });
    try {
      expect(compileValidator(schema)({ a: 'x' })).toBeUndefined();
      const manifest = parseManifest(
        'name: x\nlimits: { memory: 64MiB }\ninput: { properties: { a: { minimum: 3 } } }',
        'f',
      );
      expect(compileValidator(manifest.input ?? {})({ a: 2 })?.[0].message).toBe(
        'input.a must be >= 3: found 2',
      );
    } finally {
      Reflect.deleteProperty(Object.prototype, 'extra');
      Reflect.deleteProperty(Object.prototype, 'other');
    }
  });

  test.each([
    [{ type: 'integer' }, 2n ** 60n, undefined],
    [{ type: 'number' }, 2n ** 60n, undefined],
    [{ type: ['integer', 'null'], minimum: 5 }, 2n ** 60n, undefined],
    [{ minimum: 5, multipleOf: 2 }, 2n ** 60n + 1n, 'must be a multiple of 2: found 1152921504606846977'],
    [{ type: 'integer', maximum: 5 }, 2n ** 60n, 'must be <= 5: found 1152921504606846976'],
    [{ type: 'string' }, 2n ** 60n, 'must be a string: found 1152921504606846976'],
    [
      { type: 'array', uniqueItems: true, items: { type: 'integer' } },
      [2n ** 60n, 2n ** 60n],
      'must not repeat',
    ],
    [{ type: 'number', multipleOf: 0.01 }, 19.99, undefined],
    [{ type: 'number', multipleOf: 0.01 }, Infinity, 'must be a multiple of 0.01'],
    [{ const: 'typeof data == "number" !(data % 1) for(const a in b)' }, 1, 'for(const a in b)'],
  ])('%j takes %p as a whole number where it is one', (schema, value, said) => {
    for (const validate of [compileValidator(schema), meteredOf(schema)]) {
      const found = validate(value)?.[0].message;
      if (said === undefined) expect(found).toBeUndefined();
      else expect(found).toContain(said);
    }
  });

  test('does not show the value of a write-only setting', () => {
    expect(message(of({ type: 'string', writeOnly: true }), { a: 12345 })).toBe(
      'input.a must be a string: found [redacted]',
    );
    const own = of({ type: 'string', writeOnly: true, messages: { type: 'bad {value}' } });
    expect(message(own, { a: 12345 })).toBe('bad [redacted]');
  });
});

describe('a generated message', () => {
  const text = 'x'.repeat(100);
  test.each<[string, JsonSchema, unknown, string]>([
    ['type', { type: ['string', 'null'] }, 1, 'must be a string or null: found 1'],
    [
      'enum',
      { enum: ['asc', 'desc'] },
      'descc',
      'must be one of "asc", "desc": found "descc". Did you mean "desc"?',
    ],
    ['const', { const: 1 }, 2, 'must be 1: found 2'],
    ['minimum', { type: 'number', minimum: 0 }, -1, 'must be >= 0: found -1'],
    ['exclusiveMaximum', { type: 'number', exclusiveMaximum: 3 }, 3, 'must be < 3: found 3'],
    ['multipleOf', { type: 'number', multipleOf: 5 }, 7, 'must be a multiple of 5: found 7'],
    ['minLength', { type: 'string', minLength: 1 }, '', 'must have at least 1 character: found ""'],
    [
      'maxLength',
      { type: 'string', maxLength: 3 },
      text,
      `must have at most 3 characters: found "${'x'.repeat(60)}"... (100 characters)`,
    ],
    ['pattern', { type: 'string', pattern: '^a' }, 'b', 'must match the pattern ^a: found "b"'],
    ['minItems', { type: 'array', minItems: 2 }, [], 'must have at least 2 items: found an array of 0'],
    [
      'uniqueItems',
      { type: 'array', uniqueItems: true },
      [1, 2, 1],
      'must not repeat an item: found items 0 and 2 equal',
    ],
    [
      'maxProperties',
      { type: 'object', maxProperties: 1 },
      { b: 1, c: 2 },
      'must have at most 1 property: found an object',
    ],
    ['not', { not: { type: 'null' } }, null, 'must not have the refused form: found null'],
    [
      'dependentRequired',
      { type: 'object', dependentRequired: { b: ['c'] } },
      { b: 1 },
      'must have "c" where it has "b"',
    ],
    [
      'contains',
      { type: 'array', contains: { type: 'number' } },
      ['x'],
      'must contain 1 item of the described kind: found an array of 1',
    ],
  ])('for %s says what must be and what was found', (_, schema, value, sentence) => {
    expect(message(of(schema), { a: value })).toBe(`input.a ${sentence}`);
  });

  test('for an unknown property suggests the nearest one', () => {
    const schema = { type: 'object', additionalProperties: false, properties: { capacity: {}, ttl: {} } };
    expect(violation(schema, { capcity: 1 })).toEqual({
      path: '/capcity',
      keyword: 'additionalProperties',
      message: 'input has an unknown property "capcity". Did you mean "capacity"?',
    });
    expect(message(schema, { zzz: 1 })).toBe(
      'input has an unknown property "zzz": known are "capacity", "ttl"',
    );
  });

  test('for a missing property names it', () => {
    expect(violation({ type: 'object', properties: { 'odd key': { required: true } } }, {})).toEqual({
      path: '/odd key',
      keyword: 'required',
      message: 'input["odd key"] is required: found nothing',
    });
  });

  test('for anyOf says why each form was refused', () => {
    const schema = of({ anyOf: [{ type: 'string' }, { type: 'number', minimum: 5 }] });
    expect(message(schema, { a: 3 })).toBe(
      'input.a must have one of the allowed forms: input.a must be a string: found 3; or input.a must be >= 5: found 3',
    );
  });

  test('for oneOf tells that several forms fit', () => {
    expect(message(of({ oneOf: [{ type: 'number' }, { type: 'integer' }] }), { a: 3 })).toBe(
      'input.a must have exactly one of the allowed forms: found several that fit',
    );
  });

  test('for a discriminator speaks of the tag', () => {
    const form = (action: string) => ({ properties: { action: { const: action } }, required: ['action'] });
    const schema = {
      type: 'object',
      discriminator: { propertyName: 'action' },
      oneOf: [form('get'), form('set')],
    };
    expect(violation(schema, { action: 'put' })).toEqual({
      path: '/action',
      keyword: 'discriminator',
      message: 'input.action names no known form: found "put"',
    });
    expect(message(schema, {})).toBe(
      'input.action must be a string that says which form it is: found nothing',
    );
  });

  test('for a failed branch of if is the one of the branch', () => {
    const schema = {
      type: 'object',
      if: { properties: { a: { const: 1 } }, required: ['a'] },
      then: { required: ['b'] },
    };
    expect(violation(schema, { a: 1 })).toMatchObject({ path: '/b', keyword: 'required' });
  });
});

describe("a manifest's own message", () => {
  test('replaces the generated one', () => {
    expect(message(of({ type: 'integer', messages: { type: 'Invalid a' } }), { a: 'x' })).toBe('Invalid a');
  });

  test('fills in value, property, field and members of the input', () => {
    const schema = {
      type: 'object',
      properties: {
        action: {},
        a: { type: 'integer', messages: { type: '{field} of {input.action}: {value} {unknown}' } },
      },
      required: ['key'],
      messages: { required: "Missing '{property}' for {input.action}, {input.nothing}" },
    };
    expect(message(schema, { action: 'set' })).toBe("Missing 'key' for set, undefined");
    expect(message(schema, { action: 'set', key: 1, a: { z: 1.5 } })).toBe(
      'a of set: {\n  "z": 1.5\n} {unknown}',
    );
  });

  test('is not filled in twice and never from a prototype', () => {
    const schema = {
      type: 'object',
      properties: { a: { type: 'integer', messages: { type: '{value}|{input.constructor}' } } },
    };
    expect(message(schema, { a: '{field} $& $1' })).toBe('{field} $& $1|undefined');
  });

  test('may differ per missing property and falls back to the generated one', () => {
    const schema = {
      type: 'object',
      required: ['action', 'key'],
      messages: { required: { action: 'Which action?' } },
    };
    expect(message(schema, {})).toBe('Which action?');
    expect(message(schema, { action: 1 })).toBe('input.key is required: found nothing');
  });

  test('is used for absence, anyOf and a refused property', () => {
    const validate = compileValidator({ messages: { absent: 'Nothing there' } });
    expect(validate(undefined)?.[0].message).toBe('Nothing there');
    expect(message(of({ anyOf: [{ type: 'string' }], messages: { anyOf: 'no form' } }), { a: 1 })).toBe(
      'no form',
    );
    expect(message({ type: 'object', properties: { a: false }, messages: {} }, { a: 1 })).toBe(
      'input.a must be left out: found 1',
    );
  });
});
