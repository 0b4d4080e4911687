import { describe, expect, test } from '@jest/globals';
import { unknownNames } from '../../src/manifest/unknown-names.js';

const SCHEMA = { type: 'object', properties: { capacity: {}, default_ttl: {} } };

describe('names that a schema does not know', () => {
  test('are told with the nearest known one', () => {
    expect(unknownNames(SCHEMA, ['capacty', 'default_ttl', 'colour'])).toEqual([
      { name: 'capacty', hint: ' Did you mean "capacity"?' },
      { name: 'colour', hint: '' },
    ]);
  });

  test.each([
    ['without properties', { type: 'object' }],
    ['with further properties', { ...SCHEMA, additionalProperties: true }],
    ['with patterns of names', { ...SCHEMA, patternProperties: { '^x-': {} } }],
    ['that knows them in a rule of its own', { ...SCHEMA, allOf: [{ if: { properties: { colour: {} } } }] }],
    ['that refers elsewhere in a part', { ...SCHEMA, anyOf: [{ $ref: '#' }] }],
  ])('are meant by a schema %s', (_, schema) => {
    expect(unknownNames(schema, ['colour'])).toEqual([]);
  });

  test('may be names of every object', () => {
    expect(unknownNames(SCHEMA, ['constructor']).map(({ name }) => name)).toEqual(['constructor']);
  });
});
