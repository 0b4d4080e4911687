import { describe, expect, test } from '@jest/globals';
import { toJsonSchema } from '../../src/manifest/dialect.js';

describe('toJsonSchema()', () => {
  test('moves `required: true` of a property into the list of its parent, at every depth', () => {
    const nested = { type: 'object', required: true, properties: { b: { type: 'string', required: true } } };
    expect(toJsonSchema({ type: 'object', properties: { a: nested, c: { required: false } } })).toEqual({
      type: 'object',
      required: ['a'],
      properties: { a: { type: 'object', required: ['b'], properties: { b: { type: 'string' } } }, c: {} },
    });
  });

  test('joins a required list with required properties', () => {
    const schema = toJsonSchema({
      type: 'object',
      required: ['x'],
      properties: { a: { required: true }, x: { required: true } },
    });
    expect(schema['required']).toEqual(['x', 'a']);
  });

  test('reads `any` as no type and `enum` as no type', () => {
    expect(toJsonSchema({ type: 'any' })).toEqual({});
    expect(toJsonSchema({ type: 'enum', enum: ['a'] })).toEqual({ enum: ['a'] });
  });

  test.each(['additional_properties', 'aditional_properties'])(
    'reads %s as additionalProperties',
    (spelling) => {
      expect(toJsonSchema({ type: 'object', [spelling]: { type: 'any' } })).toEqual({
        type: 'object',
        additionalProperties: {},
      });
    },
  );

  test('leaves every other keyword alone, also inside lists and mappings of schemas', () => {
    const branch = { properties: { key: { const: { type: 'any', required: true } } }, required: ['key'] };
    const schema = {
      type: 'object',
      oneOf: [branch],
      $defs: { d: { minimum: 1 } },
      deprecated: true,
      messages: { type: 'x' },
    };
    expect(toJsonSchema(schema)).toEqual(schema);
  });

  test('reaches schemas inside allOf, items and $defs', () => {
    const phlow = { type: 'any' };
    expect(toJsonSchema({ allOf: [phlow], items: phlow, not: phlow, $defs: { d: phlow } })).toEqual({
      allOf: [{}],
      items: {},
      not: {},
      $defs: { d: {} },
    });
  });

  test('treats a property called `required` or `type` as a property', () => {
    const properties = { required: { type: 'boolean' }, type: { type: 'string' } };
    expect(toJsonSchema({ type: 'object', properties })).toEqual({ type: 'object', properties });
  });

  test("brings a property's own text for `required` to its parent, which may override it", () => {
    const property = (text: string) => ({ required: true, messages: { required: text } });
    const schema = toJsonSchema({
      type: 'object',
      properties: { a: property('give a'), b: property('give b') },
      messages: { type: 'no', required: { b: 'b!' } },
    });
    expect(schema['messages']).toEqual({ type: 'no', required: { a: 'give a', b: 'b!' } });
  });

  test('drops a default for the whole value', () => {
    expect(toJsonSchema({ type: 'any', default: null })).toEqual({});
  });
});
