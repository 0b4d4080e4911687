import { describe, expect, test } from '@jest/globals';
import { parseManifest } from '../../src/manifest/parse.js';
import { netTarget } from '../../src/sandbox/broker/net-target.js';
import type { Effective } from '../../src/sandbox/effective.js';
import { readGrant } from '../../src/sandbox/grants.js';
import { effectivePermissions, type PermissionScene } from '../../src/sandbox/permissions.js';
import { unusedGrants } from '../../src/sandbox/unused-grants.js';

const SCENE: PermissionScene = {
  module: 'fetcher',
  level: 'isolated',
  folder: '/app/fetcher',
  dataFolder: '/app/.data/fetcher',
  baseFolder: '/app',
  env: { HOME_PAGE: 'x' },
};

const ASKS = `
name: fetcher
permissions:
  fs: { read: ['*'], write: ['*'] }
  net: { connect: ['*'] }
  env: [HOME_PAGE]
  optional: [fs.write, env]
`;

function settle(grant: unknown, scene: Partial<PermissionScene> = {}): Effective {
  const read = grant === undefined ? undefined : readGrant(grant, 'fetcher');
  return effectivePermissions(parseManifest(ASKS, 'phlow.yaml'), read, { ...SCENE, ...scene });
}

describe('a module that leaves the names to its owner', () => {
  test('gets what is named, and nothing else', () => {
    const settled = settle({
      fs: { read: ['./in', '/srv/data'], write: { './out': '/srv/out' } },
      net: { connect: ['api.example.com:443', '*.example.org:80'] },
    });
    expect(settled.fs).toEqual({
      read: [
        { asked: './in', path: '/app/fetcher/in' },
        { asked: '/srv/data', path: '/srv/data' },
      ],
      write: [{ asked: './out', path: '/srv/out' }],
    });
    expect(settled.net).toEqual([
      { host: 'api.example.com', port: 443, to: undefined },
      { host: '*.example.org', port: 80, to: undefined },
    ]);
    expect(settled.env).toEqual({});
  });

  test('is not loaded without what it cannot do without', () => {
    const missing = (grant: unknown): string => {
      try {
        settle(grant);
      } catch (error) {
        return (error as Error).message;
      }
      return '';
    };
    expect(missing({ net: { connect: ['a.example.com:443'] } })).toContain(
      'read the files and folders that you name (fs.read *)',
    );
    // Never all there is: what is pasted is to be looked at.
    expect(missing({})).toContain('fs: { read: [ ./data ] }');
    expect(missing({})).toContain('net: { connect: [ api.example.com:443 ] }');
    expect(missing({})).not.toContain('fs.write');
    expect(missing({ fs: { read: ['.'] }, net: { connect: ['a.example.com:443'] } })).toBe('');
  });

  test('finds everything where nobody holds it to anything', () => {
    const settled = settle(undefined, { level: 'trusted' });
    expect(settled.fs.read).toEqual([
      { asked: '.', path: '/app/fetcher' },
      { asked: '/', path: '/' },
    ]);
    expect(settled.net).toEqual([{ host: '*', port: 0, to: undefined, isAnywhere: true }]);
    expect(settled.env).toEqual({ HOME_PAGE: 'x' });
  });

  test('uses every grant of that kind', () => {
    const manifest = parseManifest(ASKS, 'phlow.yaml');
    const grant = readGrant(
      { fs: { read: ['./x'] }, net: { connect: ['*'] }, modules: ['other'] },
      'fetcher',
    );
    expect(unusedGrants(manifest, grant)).toEqual(['modules other']);
  });
});

describe('a grant of every host', () => {
  const lookup = (address: string) => () => Promise.resolve([address]);
  const reach = (url: string, grants: readonly string[], address = '93.184.216.34'): Promise<unknown> =>
    netTarget(url, settle({ fs: { read: ['.'] }, net: { connect: [...grants] } }).net, lookup(address)).then(
      ({ addresses, connectPort }) => `${addresses.join()}:${connectPort}`,
      (error: unknown) => (error as { code: string }).code,
    );

  test('is one of those with a public address, on any port', async () => {
    expect(await reach('https://a.example.com/', ['*'])).toBe('93.184.216.34:443');
    expect(await reach('http://a.example.com:8080/', ['*'])).toBe('93.184.216.34:8080');
    expect(await reach('http://93.184.216.34/', ['*'])).toBe('93.184.216.34:80');
  });

  test.each([
    ['http://internal.example.com/', '10.0.0.7'],
    ['http://169.254.169.254/latest/', '169.254.169.254'],
    ['http://127.0.0.1:6379/', '127.0.0.1'],
    ['http://[::1]/', '::1'],
    ['http://localhost/', '127.0.0.1'],
  ])('is not %s at %s', async (url, address) => {
    expect(await reach(url, ['*'], address)).toBe('PHLOW_PERMISSION_DENIED');
  });

  test('leaves what is named by itself as it is', async () => {
    expect(await reach('http://localhost:8080/', ['*', 'localhost:8080'], '127.0.0.1')).toBe(
      '127.0.0.1:8080',
    );
    expect(await reach('http://127.0.0.1:8080/', ['*', '127.0.0.1:8080'])).toBe('127.0.0.1:8080');
  });

  test('may be one of every host on one port', async () => {
    expect(await reach('https://a.example.com/', ['*:443'])).toBe('93.184.216.34:443');
    expect(await reach('http://a.example.com/', ['*:443'])).toBe('PHLOW_PERMISSION_DENIED');
  });
});
