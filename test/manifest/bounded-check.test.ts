import { describe, expect, test } from '@jest/globals';
import { boundedCheck, canBeSlow } from '../../src/manifest/bounded-check.js';
import { compileValidator } from '../../src/manifest/compile-validator.js';
import type { JsonSchema } from '../../src/manifest/dialect.js';

const HOSTILE: JsonSchema = { type: 'string', pattern: '^(a|b|(ab)*)*\\1$' };
const LONG = `${'ab'.repeat(60)}!`;

const bounded = (schema: JsonSchema): ReturnType<typeof boundedCheck> =>
  boundedCheck(compileValidator(schema), schema);

describe('a schema of somebody else’s, checked on the host', () => {
  test('that backtracks without end is given up and the value does not pass', () => {
    expect(bounded(HOSTILE)(LONG)).toMatchObject([{ keyword: 'timeout' }]);
  });

  test('still lets pass what is right and refuses what is wrong', () => {
    const check = bounded(HOSTILE);
    expect(check('abab')).toBeUndefined();
    expect(check('x')).toMatchObject([{ keyword: 'pattern' }]);
    expect(check(undefined)).toMatchObject([{ keyword: 'absent' }]);
  });

  test('that was given up three times is not tried again: nothing passes', () => {
    const check = bounded(HOSTILE);
    for (let i = 0; i < 3; i++) check(LONG);
    expect(check('abab')).toMatchObject([{ keyword: 'timeout' }]);
  });
});

describe('what needs an end', () => {
  test.each<[string, boolean, JsonSchema]>([
    ['no pattern at all', false, { type: 'object', properties: { a: { type: 'array', items: {} } } }],
    ['a pattern with one open part', false, { pattern: '^[a-z]+$' }],
    ['a pattern of fixed lengths', false, { pattern: '^\\d{4}-\\d{2}-\\d{2}$' }],
    ['a group', true, { pattern: '^(a+)+$' }],
    ['two open parts', true, { pattern: '^a*a*$' }],
    ['no fixed beginning', true, { pattern: 'a+$' }],
    ['a look back', true, { pattern: '^a*\\1$' }],
    ['a pattern deep inside', true, { items: { anyOf: [{ properties: { x: { pattern: '(a+)+' } } }] } }],
    ['patterns of names', true, { patternProperties: { '(a+)+': {} } }],
    ['a reference, perhaps to itself', true, { $ref: '#' }],
    ['items that must differ', true, { uniqueItems: true }],
  ])('%s: %s', (_what, expected, schema) => {
    expect(canBeSlow(schema)).toBe(expected);
  });
});
