import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Manifest } from '../../src/manifest/manifest.js';
import { readManifest } from '../../src/host/load/read-manifest.js';
import { validateWith } from '../../src/manifest/settings.js';
import { compileValidator } from '../../src/manifest/compile-validator.js';
import type { Validator } from '../../src/manifest/validator.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

function parametersOf(manifest: Manifest): string[] {
  return manifest.parameters.map(({ name }) => name);
}

describe('the arguments of a call from a script', () => {
  test.each([
    [
      'phlow.yaml',
      'action key value ttl filter_type filter_value filter_prefix filter_suffix order limit offset',
    ],
    ['workers/modules/log/phlow.yaml', 'action level message'],
    ['workers/modules/sleep/phlow.yaml', 'milliseconds seconds minutes hours'],
    ['workers/modules/echo/phlow.yaml', ''],
    ['workers/modules/fs/phlow.yaml', 'action path recursive content force interval'],
    ['workers/modules/jwt/phlow.yaml', 'action data token expires_in'],
    ['workers/modules/http_request/phlow.yaml', 'method url headers body form multipart stream'],
    [
      'workers/modules/postgres/phlow.yaml',
      'query params batch cache_query action transaction queries stream isolation read_only timeout',
    ],
  ])('%s: %s', async (path, parameters) => {
    expect(parametersOf(await readManifest(ROOT + path)).join(' ')).toBe(parameters);
  });
});

describe("the cache's manifest", () => {
  let manifest: Manifest;
  let validator: Validator;

  beforeAll(async () => {
    manifest = await readManifest(`${ROOT}phlow.yaml`);
    validator = compileValidator(manifest.input ?? {});
  });

  const unknown = (action: string): string =>
    `Invalid action '${action}'. Must be one of: set, get, remove, clear, exists, list, cleanup, stats`;

  // In the order in which docs/spec/modules.md 5.2 wants the checks made.
  test.each([
    [undefined, 'Missing input for cache module'],
    [null, 'Cache input must be an object'],
    [['get', 'k'], 'Cache input must be an object'],
    [{}, "Missing required 'action' field in cache input"],
    [{ action: undefined, key: 'k' }, "Missing required 'action' field in cache input"],
    [{ action: 'GET' }, unknown('GET')],
    [{ action: null }, unknown('null')],
    [{ action: ['get'] }, unknown('[\n  "get"\n]')],
    [{ action: ' get' }, unknown(' get')],
    [{ action: 'set' }, "Missing 'key' field for set action"],
    [{ action: 'get' }, "Missing 'key' field for get action"],
    [{ action: 'remove', key: undefined }, "Missing 'key' field for remove action"],
    [{ action: 'exists', key: null }, "Missing 'key' field for exists action"],
    [{ action: 'set', key: '' }, 'Key cannot be empty for set action'],
    [{ action: 'exists', key: '' }, 'Key cannot be empty for exists action'],
    [{ action: 'set', key: 'k' }, "Missing 'value' field for set action"],
    [{ action: 'set', key: 'k', value: undefined }, "Missing 'value' field for set action"],
  ])('refuses %p: %s', (input, message) => {
    expect(validator(input)?.map((violation) => violation.message)).toEqual([message]);
  });

  test.each([
    [{ action: 'set', key: 0, value: null, ttl: '60' }],
    [{ action: 'set', key: { a: 1 }, value: {}, ttl: -1 }],
    [{ action: 'get', key: ' ', limit: {} }],
    [{ action: 'list', limit: 'x', offset: -1, order: 1, filter_type: 7, filter_prefix: null }],
    [{ action: 'clear', key: '' }],
    [{ action: 'stats', whatever: true }],
    [{ action: 'cleanup' }],
  ])('lets %p pass', (input) => {
    expect(validator(input)).toBeUndefined();
  });

  test.each([
    [7, "Cache 'with' must be an object"],
    [{ capacity: '10', default_ttl: 0 }, 'Invalid capacity value'],
    [{ capacity: null }, 'Invalid capacity value'],
    [{ capacity: 1.5 }, 'Invalid capacity value'],
    [{ capacity: 0 }, 'Capacity must be a positive number'],
    [{ capacity: -1, default_ttl: 'x' }, 'Capacity must be a positive number'],
    [{ default_ttl: null }, 'Invalid default_ttl value'],
    [{ default_ttl: 0 }, 'Default TTL must be a positive number'],
    [{ max_bytes: '1MB' }, 'Invalid max_bytes value'],
    [{ max_bytes: 0 }, 'max_bytes must be a positive number'],
  ])('refuses the settings %p: %s', (settings, text) => {
    expect(() => validateWith(manifest, settings)).toThrow(text);
  });

  test('fills in the capacity, also where there are no settings at all', () => {
    expect(validateWith(manifest, null)).toEqual({ capacity: 1_000 });
    expect(validateWith(manifest, { default_ttl: 5, other: 1 })).toEqual({
      capacity: 1_000,
      default_ttl: 5,
      other: 1,
    });
  });
});
