import { describe, expect, test } from '@jest/globals';
import { compileValidator } from '../../src/manifest/compile-validator.js';
import { type JsonSchema, toJsonSchema } from '../../src/manifest/dialect.js';
import { parseManifest } from '../../src/manifest/parse.js';
import { validateWith } from '../../src/manifest/settings.js';
import { isPhlowError } from '../../src/errors.js';

const SECRET = 'hunter2-hunter2';
const SHORT: JsonSchema = { type: 'string', maxLength: 5 };

function violationsOf(schema: JsonSchema, value: unknown): string {
  return JSON.stringify(compileValidator(toJsonSchema(schema))(value) ?? 'none');
}

const object = (properties: JsonSchema, more: JsonSchema = {}): JsonSchema => ({
  type: 'object',
  properties,
  ...more,
});

describe('a violation tells no secret', () => {
  test.each([
    'password',
    'PASSWORD',
    'dbPassword',
    'db-password',
    'passphrase',
    'pwd',
    'client_secret',
    'clientSecret',
    'token',
    'refreshToken',
    'authorization',
    'auth',
    'OAuth',
    'cookie',
    'credentials',
    'session_id',
    'privateKey',
    'private_key',
    'apiKey',
    'api_key',
    'API-KEY',
    'access_key',
    'pin',
    'otp',
  ])('under the name %s', (name) => {
    const said = violationsOf(object({ [name]: SHORT }), { [name]: SECRET });
    expect(said).not.toContain('hunter2');
    expect(said).toContain('[redacted]');
    expect(said).toContain('"secret":true');
  });

  test.each([
    'author',
    'authority',
    'compass',
    'bypass',
    'passed',
    'passenger',
    'max_tokens',
    'key',
    'pinned',
    'name',
  ])('but everything under the name %s', (name) => {
    expect(violationsOf(object({ [name]: SHORT }), { [name]: SECRET })).toContain(SECRET);
  });

  const marked: JsonSchema = { ...SHORT, secret: true };
  const held: readonly (readonly [string, JsonSchema, unknown])[] = [
    ['secret', object({ a: marked }), { a: SECRET }],
    ['writeOnly', object({ a: { ...SHORT, writeOnly: true } }), { a: SECRET }],
    ['the whole value', { ...SHORT, secret: true }, SECRET],
    ['a mark beside the rule', object({ a: { secret: true, allOf: [SHORT] } }), { a: SECRET }],
    ['a mark in another branch', object({ a: { allOf: [{ secret: true }, SHORT] } }), { a: SECRET }],
    ['a reference', object({ a: { $ref: '#/$defs/s' } }, { $defs: { s: marked } }), { a: SECRET }],
    [
      'a reference beside',
      object({ a: { $ref: '#/$defs/s', maxLength: 5 } }, { $defs: { s: { secret: true } } }),
      { a: SECRET },
    ],
    [
      'an anchor',
      object({ a: { $ref: '#s' } }, { $defs: { x: { $anchor: 's', ...marked } } }),
      { a: SECRET },
    ],
    ['a condition', object({ a: { if: true, then: { secret: true }, ...SHORT } }), { a: SECRET }],
    ['items', object({ a: { type: 'array', items: marked } }), { a: [SECRET] }],
    ['a marked list', object({ a: { type: 'array', secret: true, items: SHORT } }), { a: [SECRET] }],
    ['prefixItems', object({ a: { type: 'array', prefixItems: [{}, marked] } }), { a: [1, SECRET] }],
    ['patternProperties', object({}, { patternProperties: { '^s': marked } }), { s1: SECRET }],
    ['additionalProperties', object({}, { additionalProperties: marked }), { x: SECRET }],
    [
      'deep below a mark',
      object({ a: object({ b: object({ c: SHORT }) }, { secret: true }) }),
      { a: { b: { c: SECRET } } },
    ],
    ['deep below a name', object({ auth: object({ user: SHORT }) }), { auth: { user: SECRET } }],
    [
      'names in a secret',
      object({ a: object({}, { secret: true, additionalProperties: false }) }),
      { a: { [SECRET]: 1 } },
    ],
    [
      'names in a secret map',
      object({ tokens: object({}, { additionalProperties: SHORT }) }),
      { tokens: { [SECRET]: SECRET } },
    ],
    [
      'bad names in a secret',
      object({ a: { type: 'object', secret: true, propertyNames: { maxLength: 2 } } }),
      { a: { [SECRET]: 1 } },
    ],
    ['anyOf', object({ a: { secret: true, anyOf: [{ type: 'number' }, SHORT] } }), { a: SECRET }],
    [
      'oneOf around it',
      { oneOf: [object({ password: SHORT }), object({ password: { const: 'x' } })] },
      { password: SECRET },
    ],
    ['enum', object({ a: { secret: true, enum: ['x'] } }), { a: SECRET }],
    ['const', object({ token: { const: 'x' } }), { token: SECRET }],
    ['pattern', object({ token: { pattern: '^x$' } }), { token: SECRET }],
    ['format', object({ token: { type: 'string', format: 'uuid' } }), { token: SECRET }],
    ['not', object({ token: { not: { type: 'string' } } }), { token: SECRET }],
    ['type', object({ token: { type: 'number' } }), { token: SECRET }],
    [
      'a discriminator',
      {
        type: 'object',
        secret: true,
        discriminator: { propertyName: 'k' },
        required: ['k'],
        oneOf: [object({ k: { const: 'a' } })],
      },
      { k: SECRET },
    ],
    ['its own message', object({ a: { ...marked, messages: { maxLength: 'bad {value}' } } }), { a: SECRET }],
    [
      'the message of another part',
      object({ n: { type: 'number', messages: { type: 'for {input.password}' } } }),
      { n: 'x', password: SECRET },
    ],
    [
      'the message of another part, by mark',
      object({ a: { secret: true }, n: { type: 'number', messages: { type: 'for {input.a}' } } }),
      { n: 'x', a: SECRET },
    ],
    [
      'a message that tells all of it',
      object({ password: {} }, { required: ['n'], messages: { required: 'in {value}' } }),
      { password: SECRET },
    ],
    [
      'a message about a part around it',
      object({ a: object({ pin: {} }, { required: ['n'], messages: { required: 'in {value}' } }) }),
      { a: { pin: SECRET } },
    ],
  ];
  test.each(held)('by %s', (_, schema, value) => {
    const said = violationsOf(schema, value);
    expect(said).not.toBe('"none"');
    expect(said).not.toContain('hunter2');
  });

  test('unless the schema says that the name means nothing', () => {
    expect(violationsOf(object({ token: { ...SHORT, secret: false } }), { token: SECRET })).toContain(SECRET);
  });

  test('and says where it is, and what is missing', () => {
    const schema = toJsonSchema(object({ auth: object({ user: SHORT }, { required: ['user'] }) }));
    const validate = compileValidator(schema);
    expect(validate({ auth: { user: SECRET } })).toEqual([
      {
        path: '/auth/user',
        keyword: 'maxLength',
        message: 'input.auth.user must have at most 5 characters: found [redacted]',
        secret: true,
      },
    ]);
    expect(validate({ auth: {} })?.[0].message).toBe('input.auth.user is required: found nothing');
  });

  test('of a schema that refers to itself', () => {
    const tree = { $ref: '#/$defs/n' };
    const schema = object(
      { root: tree },
      { $defs: { n: object({ next: tree, s: { secret: true, type: 'number' } }) } },
    );
    expect(violationsOf(schema, { root: { next: { next: { s: SECRET } } } })).not.toContain('hunter2');
  });
});

describe('settings and manifests', () => {
  const text = (setting: string): string =>
    `name: m\nversion: 1.0.0\nwith:\n  type: object\n  properties:\n    ${setting}\n`;
  const refusal = (setting: string, given: unknown): string => {
    try {
      validateWith(parseManifest(text(setting), 'phlow.yaml'), given);
    } catch (error) {
      if (isPhlowError(error)) return JSON.stringify([error.code, error.message, error.details]);
    }
    return 'none';
  };

  test.each([
    ['password: { type: string, maxLength: 5 }', { password: SECRET }],
    ['a: { type: string, maxLength: 5, secret: true }', { a: SECRET }],
    ['a: { type: string, maxLength: 5, writeOnly: true }', { a: SECRET }],
  ])('with %s', (setting, given) => {
    expect(refusal(setting, given)).toContain('PHLOW_WITH_INVALID');
    expect(refusal(setting, given)).not.toContain('hunter2');
  });

  test('tell what is wrong with the description of a secret', () => {
    expect(() => parseManifest(text('password: { maxLength: no }'), 'phlow.yaml')).toThrow('found "no"');
    const wrong = text(`password: { type: number, default: ${SECRET} }`);
    expect(() => parseManifest(wrong, 'phlow.yaml')).toThrow('found [redacted]');
  });
});
