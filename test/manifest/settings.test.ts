import { describe, expect, test } from '@jest/globals';
import { isPhlowError } from '../../src/errors.js';
import { parseManifest } from '../../src/manifest/parse.js';
import { validateWith } from '../../src/manifest/settings.js';

const CACHE = parseManifest(
  `
name: cache
with:
  type: object
  properties:
    capacity:
      type: integer
      minimum: 1
      default: 1000
      messages: { type: Invalid capacity value, minimum: Capacity must be a positive number }
    pattern: { type: string, pattern: "^(a+)+$" }
`,
  'phlow.yaml',
);
const ECHO = parseManifest('name: echo', 'phlow.yaml');

function refusal(given: unknown): { code: string; message: string; violations: unknown } {
  try {
    validateWith(CACHE, given);
  } catch (error) {
    if (!isPhlowError(error)) throw error;
    return { code: error.code, message: error.message, violations: error.details['violations'] };
  }
  throw new Error('the settings were accepted');
}

describe('validateWith()', () => {
  test.each([undefined, null, {}])('fills in defaults for %p', (given) => {
    expect(validateWith(CACHE, given)).toEqual({ capacity: 1000 });
  });

  test('leaves what was given untouched', () => {
    const given = Object.freeze({});
    validateWith(CACHE, given);
    expect(given).toEqual({});
  });

  test('lets any object pass where the manifest says nothing', () => {
    expect(validateWith(ECHO, { anything: 1 })).toEqual({ anything: 1 });
  });

  test('refuses what breaks the schema with the text of the manifest', () => {
    expect(refusal({ capacity: 0 })).toEqual({
      code: 'PHLOW_WITH_INVALID',
      message: 'Cannot use the settings of module "cache": Capacity must be a positive number',
      violations: [{ path: '/capacity', keyword: 'minimum', message: 'Capacity must be a positive number' }],
    });
    expect(refusal({ capacity: null }).message).toContain('Invalid capacity value');
  });

  test.each([3, 'x', [], true])('refuses %p, which is no object', (given) => {
    expect(refusal(given).message).toContain('with must be an object: found');
  });

  test('refuses settings that are not plain data', () => {
    expect(refusal({ capacity: () => 1 })).toMatchObject({ code: 'PHLOW_WITH_INVALID' });
  });

  test('ends although a pattern backtracks without end', () => {
    expect(refusal({ pattern: `${'a'.repeat(60)}b` })).toMatchObject({
      code: 'PHLOW_WITH_INVALID',
      message: expect.stringContaining('must match the pattern'),
    });
  });
});
