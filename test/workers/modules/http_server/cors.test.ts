import { describe, expect, test } from '@jest/globals';
import { corsHeaders, corsOf } from '../../../../workers/modules/http_server/cors.js';

const named = corsOf({ origins: ['https://app.example', 'https://b.example'] });
const allowed = (origin: string | undefined): unknown =>
  Object.fromEntries(corsHeaders(named, origin))['access-control-allow-origin'];

describe('CORS', () => {
  test('Q-CORS-PREFIX: an origin is compared as a whole', () => {
    expect(allowed('https://app.example')).toBe('https://app.example');
    expect(allowed('https://app.example.evil.com')).toBeUndefined();
    expect(allowed('https://app.example:8443')).toBeUndefined();
    expect(allowed('null')).toBeUndefined();
  });

  test('Q-CORS-VARY: says that the answer depends on the origin', () => {
    expect(corsHeaders(named, 'https://evil.example')).toEqual([['vary', 'Origin']]);
    expect(corsHeaders(named, 'https://b.example')).toContainEqual(['vary', 'Origin']);
    expect(corsHeaders(corsOf({}), 'https://b.example')).not.toContainEqual(['vary', 'Origin']);
  });

  test('a request that names no origin gets the first one', () => {
    expect(allowed(undefined)).toBe('https://app.example');
  });

  test('credentials are never given to every origin', () => {
    expect(corsOf({ credentials: true })).toMatchObject({ credentials: false, hasRefusedCredentials: true });
    expect(corsHeaders(named, 'https://b.example')).toContainEqual([
      'access-control-allow-credentials',
      'true',
    ]);
  });

  test('what is not of its kind counts as absent', () => {
    expect(
      corsOf({ origins: 'x', methods: [], headers: [''], credentials: 'yes', max_age: -1 }),
    ).toMatchObject({
      origins: ['*'],
      methods: 'GET, POST, PUT, PATCH, DELETE, OPTIONS',
      headers: 'Content-Type, Authorization, X-Requested-With',
      maxAge: '86400',
    });
  });
});
