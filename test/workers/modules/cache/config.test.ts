import { expect, test } from '@jest/globals';
import { configOf } from '../../../../workers/modules/cache/config.js';

test('without default_ttl and max_bytes there is no limit of either', () => {
  expect(configOf({ capacity: 7 })).toEqual({ capacity: 7, defaultTtlMs: Infinity, maxBytes: Infinity });
});

test('default_ttl is turned from seconds into milliseconds', () => {
  expect(configOf({ capacity: 7, default_ttl: 2, max_bytes: 99 })).toEqual({
    capacity: 7,
    defaultTtlMs: 2_000,
    maxBytes: 99,
  });
});
