import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import type { NatsOptions } from '../../../src/index.js';
import { natsFromEnv, readNatsOptions } from '../../../src/nats/nats-options.js';
import { peerPackage } from '../../../src/peer-package.js';
import { NatsServer } from '../../support/nats-server.js';
import { describeNats } from '../../support/with-nats.js';
import { withFolder } from '../../support/temporary-folder.js';
import { errorOf, withHost } from '../../support/with-host.js';

const SECRET = 'v3ry-s3cret';

/** The code that a host gets from a server with this configuration, or what it has heard. */
async function outcome(config: string, options: (url: string) => string | NatsOptions): Promise<string> {
  const server = await NatsServer.start(config);
  try {
    return await withHost(
      async (host) => {
        await host.load('echo');
        try {
          await host.serve('echo');
          return await (await host.load('nats:echo')).call<string>('heard');
        } catch (error) {
          expect(inspect(error, { depth: 9 }) + JSON.stringify(error)).not.toContain(SECRET);
          return (error as { code: string }).code;
        }
      },
      { nats: options(server.url) },
    );
  } finally {
    await server.stop();
  }
}

describeNats('the connection to a NATS server', () => {
  const token = `authorization { token: "${SECRET}" }`;
  const user = `authorization { user: ann, password: "${SECRET}" }`;
  const withAuth = (who: string) => (url: string) => url.replace('//', `//${who}@`);

  test.each<[string, string, (url: string) => string | NatsOptions, string]>([
    ['no token where one is asked for', token, (url) => url, 'PHLOW_NATS_FAILED'],
    ['a token', token, (servers) => ({ servers, token: SECRET }), 'heard'],
    ['a token in the URL', token, withAuth(SECRET), 'heard'],
    ['a wrong token', token, withAuth(`${SECRET}x`), 'PHLOW_NATS_FAILED'],
    ['a user', user, (servers) => ({ servers, user: 'ann', password: SECRET }), 'heard'],
    ['a user in the URL', user, withAuth(`ann:${SECRET}`), 'heard'],
    ['a wrong password', user, withAuth(`ann:${SECRET}x`), 'PHLOW_NATS_FAILED'],
    [
      'several servers, the first of which is not there',
      '',
      (url) => ({ servers: ['nats://127.0.0.1:1', url] }),
      'heard',
    ],
  ])('with %s', async (_, config, options, expected) => {
    expect(await outcome(config, options)).toBe(expected);
  });

  const limited = (permissions: string): string =>
    `authorization { users: [{ user: ann, password: "${SECRET}", permissions: { ${permissions} } }] }`;

  test.each([
    [
      'serve',
      'subscribe: { deny: "phlow.v1.echo.call" }',
      'does not let this user subscribe to phlow.v1.echo.>',
    ],
    [
      'call',
      'publish: { deny: "phlow.v1.echo.call" }',
      'does not let this user publish to phlow.v1.echo.call',
    ],
  ])('without the permission to %s says so', async (what, permissions, expected) => {
    const server = await NatsServer.start(limited(permissions));
    try {
      await withHost(
        async (host) => {
          await host.load('echo');
          const tried = host.serve('echo').then(async () => (await host.load('nats:echo')).call(1));
          const error = await errorOf(tried);
          expect(error.code).toBe('PHLOW_NATS_FAILED');
          expect(error.message).toContain(expected);
          expect(what).not.toBe('');
        },
        { nats: withAuth(`ann:${SECRET}`)(server.url) },
      );
    } finally {
      await server.stop();
    }
  });

  test('is refused with the address and the reason where no server is, and tried again by the next one', async () => {
    const server = await NatsServer.start();
    await server.kill();
    await withHost(
      async (host) => {
        const error = await errorOf(host.load('nats:echo'));
        expect(error.code).toBe('PHLOW_NATS_FAILED');
        expect(error.message).toBe(
          `Cannot connect to NATS at 127.0.0.1:${server.port}: no server listens there; start one (nats-server), or give another URL`,
        );
        await server.start();
        expect((await errorOf(host.load('nats:echo'))).code).toBe('PHLOW_MODULE_DOWN');
      },
      { nats: server.url },
    );
    await server.stop();
  });

  (spawnSync('openssl', ['version']).error === undefined ? test : test.skip)(
    'with TLS (needs openssl), and not with one that nobody vouches for',
    () =>
      withFolder(async (folder) => {
        const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
        const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
        const made = [
          'req',
          '-x509',
          '-newkey',
          'rsa:2048',
          '-nodes',
          '-days',
          '1',
          ...subject,
          '-keyout',
          key,
          '-out',
          cert,
        ];
        expect(spawnSync('openssl', made).status).toBe(0);
        const config = `tls { cert_file: "${cert}", key_file: "${key}" }`;
        expect(await outcome(config, (servers) => ({ servers, tls: { ca: cert } }))).toBe('heard');
        expect(await outcome(config, (url) => url.replace('nats:', 'tls:'))).toBe('PHLOW_NATS_FAILED');
      }),
  );

  test('is wanted: a host that knows none says what to give', () =>
    withHost(async (host) => {
      const error = await errorOf(host.load('nats:echo'));
      expect(error.code).toBe('PHLOW_OPTION_INVALID');
      expect(error.message).toContain('createHost({ nats: URL }), --nats URL, or the variable PHLOW_NATS');
    }));
});

describe('the options of NATS', () => {
  test.each([
    [`http://ann:${SECRET}@host`, 'begins with nats:// or tls://, found http://'],
    [`nats://ann:${SECRET}@`, 'must be nats://HOST:PORT or tls://HOST:PORT'],
    ['nats://', 'must be nats://HOST:PORT or tls://HOST:PORT'],
  ])('refuse %s and show no password', (url, expected) => {
    expect(() => readNatsOptions(url)).toThrow(expected);
    expect(() => readNatsOptions(url)).not.toThrow(SECRET);
  });

  test('refuse what they do not know', () => {
    expect(() => readNatsOptions({ servers: 'nats://a', pasword: 'x' } as NatsOptions)).toThrow(/pasword/);
    expect(() => readNatsOptions({ servers: [] })).toThrow('it needs the URL of a server');
    expect(() => readNatsOptions({ servers: 'a', credentials: '/nowhere/x.creds' })).toThrow(
      'the credentials cannot be read',
    );
  });

  test('are read from the environment', () => {
    expect(natsFromEnv({})).toBeUndefined();
    expect(natsFromEnv({ PHLOW_NATS: 'nats://a, nats://b', PHLOW_NATS_TOKEN: 't' })).toEqual({
      servers: ['nats://a', 'nats://b'],
      token: 't',
    });
    expect(natsFromEnv({ PHLOW_NATS: 'a', PHLOW_NATS_USER: 'u', PHLOW_NATS_PASSWORD: 'p' })).toEqual({
      servers: ['a'],
      user: 'u',
      password: 'p',
    });
  });
});

test('a package that is not installed is named with the command that installs it', () => {
  const load = (): unknown => peerPackage('@nats-io/nowhere', 'Cannot connect to NATS');
  expect(load).toThrow('npm install @nats-io/nowhere');
  expect(codeOf(load)).toBe('PHLOW_PEER_MISSING');
});

function codeOf(attempt: () => unknown): unknown {
  try {
    return attempt();
  } catch (error) {
    return (error as { code: string }).code;
  }
}
