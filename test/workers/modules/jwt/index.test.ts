import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { createHost, type Host, type LogLine, type Module, type ValueMap } from '../../../../src/index.js';
import { errorOf, withHost } from '../../../support/with-host.js';

const SECRET = 'a secret of more than thirty-two characters';

/** The module with a calendar that only the test moves. */
function load(host: Host, settings: ValueMap = { secret: SECRET }): Promise<Module> {
  return host.load<string>('jwt', { with: settings, clock: 'manual', checkOutput: true });
}

const encoded = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** A token that somebody else has made, signed with HMAC, whatever it says. */
function tokenOf(header: unknown, claims: unknown, { secret = SECRET, hash = 'sha256' } = {}): string {
  const signed = `${encoded(header)}.${encoded(claims)}`;
  return `${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`;
}

const HS256 = { typ: 'JWT', alg: 'HS256' };

async function created(jwt: Module, input: ValueMap): Promise<string> {
  const { token } = (await jwt.call({ action: 'create', ...input })) as { token: string };
  return token;
}

describe.each(['trusted', 'sandboxed', 'isolated'] as const)('jwt at %s', (level) => {
  test('makes tokens that hold until their time is over, by its own clock', async () => {
    await withHost(async (host) => {
      const jwt = await host.load('jwt', {
        with: { secret: SECRET },
        clock: 'manual',
        checkOutput: true,
        isolation: level,
        ...(level === 'trusted' ? {} : { grant: { crypto: ['subtle'] } }),
      });
      await jwt.clock.advance(1_000_000);
      const reply = await jwt.call({ action: 'create', data: { user: 'Ann' }, expires_in: 60 });
      expect(reply).toEqual({
        token: tokenOf(HS256, { user: 'Ann', iat: 1_000, exp: 1_060 }),
        issued_at: '1970-01-01T00:16:40.000Z',
        expires_at: '1970-01-01T00:17:40.000Z',
      });
      const verify = { action: 'verify', token: (reply as { token: string }).token } as const;
      await jwt.clock.advance(60_999);
      expect(await jwt.call(verify)).toEqual({
        valid: true,
        data: { user: 'Ann', iat: 1_000, exp: 1_060 },
        expired: false,
      });
      await jwt.clock.advance(1);
      expect(await jwt.call(verify)).toEqual({
        valid: false,
        data: null,
        error: 'Token has expired',
        expired: true,
      });
    });
  });
});

describe('jwt', () => {
  test('accepts no algorithm but its own', async () => {
    await withHost(async (host) => {
      const jwt = await load(host);
      const claims = { exp: 9_999_999_999 };
      const unsigned = `${encoded({ alg: 'none' })}.${encoded(claims)}.`;
      for (const token of [
        unsigned,
        unsigned.replace('"none"', '"NONE"'),
        tokenOf({ alg: 'none' }, claims),
        tokenOf({ alg: 'HS512' }, claims, { hash: 'sha512' }),
        tokenOf({ alg: 'RS256' }, claims),
        tokenOf({ alg: 'hs256' }, claims),
      ])
        expect(await jwt.call({ action: 'verify', token })).toEqual({
          valid: false,
          data: null,
          error: 'Token validation failed: InvalidAlgorithm',
          expired: false,
        });
    });
  });

  test.each([
    ['a header that is no JSON', `${encoded('{')}.${encoded({})}.AA`],
    ['a header that is no base64', `%%%.${encoded({})}.AA`],
    ['a header without an algorithm', `${encoded({ typ: 'JWT' })}.${encoded({})}.AA`],
    ['claims that are a list', tokenOf(HS256, [1])],
    ['claims that are no JSON', tokenOf(HS256, 'text')],
    ['no time of expiry', tokenOf(HS256, { iat: 1 })],
    ['a time of expiry that is text', tokenOf(HS256, { exp: '9999999999' })],
    [
      'a critical extension that nobody knows',
      tokenOf({ ...HS256, crit: ['x'], x: 1 }, { exp: 9_999_999_999 }),
    ],
  ])('refuses %s', async (_, token) => {
    await withHost(async (host) => {
      const verdict = await (await load(host)).call({ action: 'verify', token });
      expect(verdict).toMatchObject({ valid: false, data: null, expired: false });
      expect((verdict as { error: string }).error).toMatch(/^Token validation failed: ./);
    });
  });

  test('refuses a payload that is not encoded', async () => {
    await withHost(async (host) => {
      const header = encoded({ ...HS256, b64: false, crit: ['b64'] });
      const signed = `${header}.{"exp":9999999999}`;
      const token = `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`;
      expect(await (await load(host)).call({ action: 'verify', token })).toMatchObject({ valid: false });
    });
  });

  test('looks at the signature before the claims', async () => {
    await withHost(async (host) => {
      const token = tokenOf(HS256, { exp: 1 }, { secret: 'another' });
      expect(await (await load(host)).call({ action: 'verify', token })).toEqual({
        valid: false,
        data: null,
        error: 'Invalid token signature',
        expired: false,
      });
    });
  });

  test('cuts a lifetime that no calendar has', async () => {
    await withHost(async (host) => {
      const reply = await (await load(host)).call({ action: 'create', expires_in: Number.MAX_SAFE_INTEGER });
      expect(reply).toMatchObject({ expires_at: '9999-12-31T23:59:59.000Z' });
    });
  });

  test('fails the step for claims that no token can carry', async () => {
    await withHost(async (host) => {
      const error = await errorOf((await load(host)).call({ action: 'create', data: { n: 2n ** 60n } }));
      expect(error.message).toContain('JWT operation failed: ');
    });
  });

  test('takes members such as __proto__ as claims', async () => {
    await withHost(async (host) => {
      const jwt = await load(host);
      const data = JSON.parse('{"__proto__": {"admin": true}, "constructor": 1}') as ValueMap;
      const verdict = await jwt.call({ action: 'verify', token: await created(jwt, { data }) });
      expect(Object.keys((verdict as { data: object }).data)).toEqual([
        '__proto__',
        'constructor',
        'iat',
        'exp',
      ]);
    });
  });
});

test('no log line, reply or error shows the secret or a token', async () => {
  await withHost(async (host, lines: readonly LogLine[]) => {
    const jwt = await load(host);
    const token = await created(jwt, { data: { user: 'Ann' } });
    const others = `${token.slice(0, -2)}AA`;
    const seen: unknown[] = [
      await jwt.call({ action: 'verify', token }),
      await jwt.call({ action: 'verify', token: others }),
      (await errorOf(jwt.call({ action: 'nothing', token }))).message,
      await errorOf(host.load<string>('jwt', { name: 'bad', with: [SECRET] as never })).then((error) => [
        error.message,
        error.details,
      ]),
      lines,
    ];
    // Lines come on a way of their own; those of a host that is closed have all come.
    await host.close();
    expect(lines.map(({ message }) => message)).toContain(
      'JWT token verification failed: Invalid token signature',
    );
    const text = JSON.stringify(seen);
    for (const secret of [SECRET, token, others]) expect(text).not.toContain(secret);
  });
});

test('needs its grant at a level that gives nothing', async () => {
  const host = await createHost({ logLevel: 'off' });
  try {
    await expect(host.load('jwt', { isolation: 'sandboxed', with: { secret: 's' } })).rejects.toThrow(
      /\(crypto subtle\): "sign tokens and check their signatures"/,
    );
  } finally {
    await host.close();
  }
});
