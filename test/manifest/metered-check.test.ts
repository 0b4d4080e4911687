import { describe, expect, test } from '@jest/globals';
import { compileSchema } from '../../src/manifest/compile-schema.js';
import type { JsonSchema } from '../../src/manifest/dialect.js';
import { withFuel } from '../../src/manifest/fuel.js';
import { meteredCheck } from '../../src/manifest/metered-check.js';

const BUDGET = 1_000_000;

/** Each definition refers to the next twice. */
function doubling(depth: number): JsonSchema {
  const definitions = Array.from({ length: depth }, (_, i) => {
    const next = { $ref: `#/$defs/d${i + 1}` };
    return [`d${i}`, { allOf: [next, next] }] as const;
  });
  return { $ref: '#/$defs/d0', $defs: { ...Object.fromEntries(definitions), [`d${depth}`]: {} } };
}

describe('a metered check', () => {
  test.each<[string, JsonSchema, readonly unknown[]]>([
    [
      'items that differ',
      { type: 'array', uniqueItems: true },
      [[{ a: 1 }, { a: 2 }], [{ a: 1 }, { a: 1 }], 3],
    ],
    ['one of a list', { enum: [{ a: [1] }, null, 'x'] }, [{ a: [1] }, { a: [2] }, null, 'x', 'y']],
    [
      'names by pattern',
      { type: 'object', patternProperties: { '^(a|b)+$': { type: 'number' } } },
      [{ ab: 1 }, { ab: '' }],
    ],
    ['a length', { type: 'string', minLength: 2, pattern: '(x|y)$' }, ['😀', 'ax', 'xa']],
    ['items', { type: 'array', items: { type: 'string', pattern: '(a|b)' } }, [['a'], ['a', 'c'], []]],
  ])('decides as the unmetered one: %s', (_, schema, values) => {
    const { counted, check } = compileSchema(schema);
    const metered = meteredCheck(counted);
    for (const value of values) {
      expect([value, metered(value)]).toEqual([value, check(value)]);
      expect(metered.errors).toEqual(check.errors);
    }
  });

  test.each<[string, JsonSchema, unknown]>([
    ['references that double', doubling(40), {}],
    [
      'many items that differ',
      { type: 'array', uniqueItems: true },
      Array.from({ length: 3_000 }, (_, i) => ({ a: i })),
    ],
    ['a pattern with a look back', { type: 'string', pattern: '^(a*)*\\1b$' }, 'a'.repeat(60)],
    [
      'a pattern for many names',
      { type: 'object', patternProperties: { '(a*)*(a*)*b': {} } },
      Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`${'a'.repeat(50)}${i}`, 0])),
    ],
  ])('ends: %s', (_, schema, value) => {
    const check = meteredCheck(compileSchema(schema).counted);
    expect(() => withFuel(BUDGET, () => check(value))).toThrow(
      expect.objectContaining({ name: 'FuelError' }),
    );
  });

  test('has no end where nobody set one', () => {
    const check = meteredCheck(compileSchema(doubling(16)).counted);
    expect(check({})).toBe(true);
  });
});
