import { createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import type { Host, Module, Value, ValueMap } from '../../../../src/index.js';
import { errorOf, withHost } from '../../../support/with-host.js';

const PLAIN = { secret: 's' };

/** The module as it is known without its types: what follows is what they forbid. */
function load(host: Host, settings: Value): Promise<Module> {
  return host.load<string>('jwt', { with: settings, clock: 'manual', checkOutput: true });
}

async function claimsOf(jwt: Module, input: ValueMap): Promise<Value> {
  const { token } = (await jwt.call({ action: 'create', ...input })) as { token: string };
  return ((await jwt.call({ action: 'verify', token })) as { data: Value }).data;
}

function signed(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'HS256' })}.${part(claims)}`;
  return `${text}.${createHmac('sha256', 's').update(text).digest('base64url')}`;
}

test('Q-JWT-WITH-EXPIRES: with.expires_in is the lifetime of tokens whose call names none', async () => {
  await withHost(async (host) => {
    const jwt = await load(host, { secret: 's', expires_in: 60 });
    expect(await claimsOf(jwt, {})).toEqual({ iat: 0, exp: 60 });
    expect(await claimsOf(jwt, { expires_in: 0 })).toEqual({ iat: 0, exp: 0 });
    expect(await claimsOf(jwt, { expires_in: '5' })).toEqual({ iat: 0, exp: 60 });
  });
  await withHost(async (host) => {
    expect(await claimsOf(await load(host, { secret: 's', expires_in: 'soon' }), {})).toEqual({
      iat: 0,
      exp: 3_600,
    });
  });
});

test('Q-JWT-RESERVED: iat and exp in the data give way to the token’s own', async () => {
  await withHost(async (host) => {
    const claims = await claimsOf(await load(host, PLAIN), { data: { iat: 'x', exp: 1, user: 'Ann' } });
    expect(claims).toEqual({ iat: 0, exp: 3_600, user: 'Ann' });
  });
});

test('Q-JWT-IAT: a token without iat holds, and none is made up', async () => {
  await withHost(async (host) => {
    const token = signed({ exp: 9 });
    expect(await (await load(host, PLAIN)).call({ action: 'verify', token })).toEqual({
      valid: true,
      data: { exp: 9 },
      expired: false,
    });
  });
});

test('Q-JWT-AUD: a token for an audience holds, the module’s own and others', async () => {
  await withHost(async (host) => {
    const jwt = await load(host, PLAIN);
    expect(await claimsOf(jwt, { data: { aud: 'us' } })).toMatchObject({ aud: 'us' });
    const token = signed({ exp: 9, aud: ['them'] });
    expect(await jwt.call({ action: 'verify', token })).toMatchObject({
      valid: true,
      data: { aud: ['them'] },
    });
  });
});

test('Q-JSON-RAW: escapes in claims are decoded, and integers keep their digits', async () => {
  await withHost(async (host) => {
    const data = { text: 'line\n"quoted" \\ / ü \u{1f600}', id: 3_000_000_000 };
    expect(await claimsOf(await load(host, PLAIN), { data })).toMatchObject(data);
  });
});

test('Q-CONFIG-DEAD, Q-VALUE-STRINGIFY: settings that are no good keep the module from being loaded', async () => {
  const refusals: readonly [Value, string][] = [
    [undefined, "JWT 'with' configuration must be an object"],
    [null, "JWT 'with' configuration must be an object"],
    [['s'], "JWT 'with' configuration must be an object"],
    [{}, "Missing required 'secret' in JWT configuration"],
    [{ secret: null }, "Missing required 'secret' in JWT configuration"],
    [{ secret: '' }, 'JWT secret cannot be empty'],
  ];
  for (const [settings, text] of refusals)
    await withHost(async (host) => {
      const error = await errorOf(load(host, settings));
      expect(error).toMatchObject({
        code: 'PHLOW_WITH_INVALID',
        details: { violations: [{ message: text }] },
      });
    });
});

test('Q-NONOBJECT-PANIC, Q-ARRAY-FIELD: input that is no object fails that step alone', async () => {
  await withHost(async (host) => {
    const jwt = await load(host, PLAIN);
    for (const input of [null, 'create', 7, true, ['create']])
      expect((await errorOf(jwt.call(input))).message).toContain(
        'Invalid input: JWT input must be an object',
      );
    expect(await claimsOf(jwt, {})).toEqual({ iat: 0, exp: 3_600 });
  });
});
