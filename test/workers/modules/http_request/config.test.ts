import { describe, expect, test } from '@jest/globals';
import { type Config, configOf } from '../../../../workers/modules/http_request/config.js';
import type { ValueMap } from '../../../../src/index.js';

/** The configuration of settings whose other members have their defaults. */
function configured(given: ValueMap = {}, env: Readonly<Record<string, string>> = {}): Config {
  const defaults = { max_bytes: 1, retries: 0, retry_delay: 0.2, retry_methods: ['get'] };
  return configOf({ ...defaults, ...given }, env);
}

describe('the time for a request', () => {
  test.each([
    [undefined, 29_000],
    [null, 29_000],
    [1.5, 29_000],
    ['5', 29_000],
    [5, 5_000],
    [0, Infinity],
  ])('of %p is %p ms', (timeout, ms) => {
    expect(configured({ timeout }).timeoutMs).toBe(ms);
  });
});

describe('the proxy', () => {
  const env = {
    HTTP_PROXY: 'http://plain:1',
    https_proxy: 'secure:2',
    NO_PROXY: 'localhost, .internal,*.example.org ,10.0.0.1:8080',
  };

  test.each([
    ['http://a.example.com/', 'http://plain:1'],
    ['https://a.example.com/', 'http://secure:2'],
    ['http://localhost:3000/', undefined],
    ['http://a.internal/', undefined],
    ['http://internal/', undefined],
    ['http://notinternal/', 'http://plain:1'],
    ['https://b.example.org/', undefined],
    ['http://10.0.0.1:8080/', undefined],
    ['http://10.0.0.1/', 'http://plain:1'],
  ])('for %s is %s', (url, proxy) => {
    expect(configured({}, env).proxyFor(new URL(url))).toBe(proxy);
  });

  test('is none without variables, that of ALL_PROXY without another, and always that of the settings', () => {
    const url = new URL('http://a.example.com/');
    expect(configured().proxyFor(url)).toBeUndefined();
    expect(configured({}, { ALL_PROXY: 'http://all:3' }).proxyFor(url)).toBe('http://all:3');
    expect(configured({}, { ...env, NO_PROXY: '*' }).proxyFor(url)).toBeUndefined();
    expect(configured({ proxy: 'http://own:4' }, { ...env, NO_PROXY: '*' }).proxyFor(url)).toBe(
      'http://own:4',
    );
  });
});

test('certificates are checked unless the settings say false', () => {
  for (const value of [undefined, null, 'false', 0, true])
    expect(configured({ verify_ssl: value }).verifyTls).toBe(true);
  expect(configured({ verify_ssl: false }).verifyTls).toBe(false);
});
