import { describe, expect, test } from '@jest/globals';
import { netTarget } from '../../../src/sandbox/broker/net-target.js';
import type { NetGrant } from '../../../src/sandbox/effective.js';

const ANY: NetGrant = { host: '*', port: 0, to: undefined };

/** What becomes of a request through a proxy, which looks names up itself. */
async function byProxy(url: string, ...grants: readonly NetGrant[]): Promise<string> {
  return netTarget(url, grants, undefined).then(
    ({ host }) => host,
    (error: unknown) => (error as { code: string }).code,
  );
}

describe('a request through a proxy', () => {
  test.each(['localhost', 'localhost.', 'a.localhost', 'db', 'metadata.google.internal', 'printer.local'])(
    'does not reach %s unless that was granted by its name',
    async (host) => {
      expect(await byProxy(`http://${host}/`, ANY)).toBe('PHLOW_PERMISSION_DENIED');
      const name = host.replace(/\.$/, '');
      expect(await byProxy(`http://${name}/`, ANY, { host: name, port: 80, to: undefined })).toBe(name);
    },
  );

  test('reaches other names', async () => {
    expect(await byProxy('http://api.example.com/', ANY)).toBe('api.example.com');
  });

  test('does not go past the address that the owner leads a name to', async () => {
    const mapped: NetGrant = { host: 'api.test', port: 80, to: { host: '127.0.0.1', port: 1 } };
    expect(await byProxy('http://api.test/', mapped)).toBe('PHLOW_PERMISSION_DENIED');
  });
});
