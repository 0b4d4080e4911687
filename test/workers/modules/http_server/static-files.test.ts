import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { withFolder } from '../../../support/temporary-folder.js';
import { writeFiles } from '../../../support/write-files.js';
import type { Context, HttpRequest, HttpResponse } from '../../../../src/sdk/index.js';
import type { Value } from '../../../../src/values.js';
import { GuestFiles } from '../../../../workers/modules/http_server/guest-files.js';
import { staticAnswer } from '../../../../workers/modules/http_server/static-files.js';
import { withServer, type Served } from './server.js';

const STEPS = [{ return: 'the flow' }];

/** The entry of a server at a level that may read a folder. */
function held(isolation: string, folder: string): Readonly<Record<string, Value>> {
  if (isolation === 'trusted') return { isolation };
  return { isolation, grant: { net: { listen: ['127.0.0.1:0'] }, fs: { read: [folder] } } };
}

/** A folder with files that may be seen, beside one that may not. */
function withFiles<T>(isolation: string, test: (served: Served) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    writeFiles(folder, {
      'public/index.html': '<p>home',
      'public/a b.txt': 'spaces',
      'public/css/site.css': 'p {}',
      'public/.env': 'KEY=1',
      'secret.txt': 'secret',
    });
    symlinkSync(join(folder, 'secret.txt'), join(folder, 'public/link.txt'));
    symlinkSync(folder, join(folder, 'public/up'));
    mkdirSync(join(folder, 'public/empty'));
    const folders = [{ path: '/files', folder: join(folder, 'public'), max_age: 60 }];
    return withServer({ static: folders }, STEPS, test, { entry: held(isolation, join(folder, 'public')) });
  });
}

describe.each(['trusted', 'sandboxed', 'isolated'])('static files at %s', (isolation) => {
  test('come with their type, and can be asked for again', async () => {
    await withFiles(isolation, async ({ ask }) => {
      const got = await ask('GET /files/css/site.css');
      expect(got).toMatchObject({ status: 200, body: 'p {}' });
      expect(got.headers).toMatchObject({
        'content-type': 'text/css; charset=utf-8',
        'cache-control': 'public, max-age=60',
        'x-content-type-options': 'nosniff',
      });
      const { etag = '', 'last-modified': modified = '' } = got.headers;
      expect((await ask('GET /files/css/site.css', { headers: { 'if-none-match': etag } })).status).toBe(304);
      expect(
        (await ask('GET /files/css/site.css', { headers: { 'if-modified-since': modified } })).status,
      ).toBe(304);
      expect(await ask('HEAD /files/css/site.css')).toMatchObject({ status: 200, body: '' });
      expect(await ask('GET /files/')).toMatchObject({ status: 200, body: '<p>home' });
      expect(await ask('GET /files/a%20b.txt')).toMatchObject({ body: 'spaces' });
      expect((await ask('POST /files/css/site.css')).status).toBe(405);
      expect(await ask('GET /filesystem')).toMatchObject({ body: '"the flow"' });
    });
  });

  test.each([
    '/files/../secret.txt',
    '/files/..%2fsecret.txt',
    '/files/%2e%2e/secret.txt',
    '/files/css/../../secret.txt',
    '/files/css/..%5c..%5csecret.txt',
    '/files/%2fetc/passwd',
    '/files//etc/passwd',
    '/files/%00',
    '/files/index.html%00.css',
    '/files/%',
    '/files/%c0%ae%c0%ae/secret.txt',
    '/files/.env',
    '/files/css/.',
    '/files/link.txt',
    '/files/up/secret.txt',
    '/files/up/public/index.html',
    '/files/css',
    '/files/empty/',
    '/files/C:/secret.txt',
    '/files/nowhere.txt',
  ])('%s: 404', async (path) => {
    await withFiles(isolation, async ({ ask }) => {
      const got = await ask(`GET ${path}`);
      expect(got).toMatchObject({ status: 404, body: '{"error":"Not Found"}' });
    });
  });

  test('come in parts', async () => {
    await withFiles(isolation, async ({ ask }) => {
      const got = await ask('GET /files/css/site.css', { headers: { range: 'bytes=2-3' } });
      expect(got).toMatchObject({
        status: 206,
        body: '{}',
        headers: { 'content-range': 'bytes 2-3/4', 'content-length': '2' },
      });
      expect(await ask('GET /files/css/site.css', { headers: { range: 'bytes=4-' } })).toMatchObject({
        status: 416,
        headers: { 'content-range': 'bytes */4' },
      });
      expect((await ask('GET /files/css/site.css', { headers: { 'if-match': '"x"' } })).status).toBe(412);
    });
  });

  test('a folder that is not there is a warning at the start', async () => {
    await withFolder(async (folder) => {
      await withServer(
        {
          static: [
            { path: '/files', folder: join(folder, 'nowhere') },
            { path: '/', folder },
          ],
        },
        STEPS,
        ({ lines }) => {
          const warnings = lines.filter(({ level }) => level === 'warn').map(({ message }) => message);
          expect(warnings).toEqual([
            expect.stringMatching(/^Cannot serve files below \/files\/ from .*nowhere: .* They are 404$/),
          ]);
          return Promise.resolve();
        },
        { entry: held(isolation, folder) },
      );
    });
  });

  test('a large file comes whole', async () => {
    await withFolder(async (folder) => {
      const text = 'x'.repeat(3_000_000);
      writeFileSync(join(folder, 'large.txt'), text);
      await withServer(
        { static: [{ path: '/', folder }] },
        STEPS,
        async ({ ask }) => {
          expect((await ask('GET /large.txt')).body === text).toBe(true);
        },
        { entry: held(isolation, folder) },
      );
    });
  });
});

test('without trust, a file that is too large for a message is 404 with an error in the log, and a folder that was not granted is empty', async () => {
  await withFolder(async (folder) => {
    writeFiles(folder, { 'public/a.txt': 'a', 'other/b.txt': 'b' });
    writeFileSync(join(folder, 'public/large.txt'), Buffer.alloc(5 * 1_048_576 + 1));
    writeFileSync(join(folder, 'public/largest.txt'), Buffer.alloc(5 * 1_048_576));
    const folders = ['public', 'other'].map((name) => ({ path: `/${name}`, folder: join(folder, name) }));
    await withServer(
      { static: folders },
      STEPS,
      async ({ ask, flow, lines }) => {
        expect((await ask('GET /public/a.txt')).body).toBe('a');
        expect((await ask('GET /public/largest.txt')).body).toHaveLength(5 * 1_048_576);
        expect((await ask('GET /public/large.txt')).status).toBe(404);
        expect((await ask('GET /other/b.txt')).status).toBe(404);
        await flow.close();
        expect(lines.map(({ message }) => message)).toContainEqual(
          expect.stringMatching(/^Cannot serve .*large.txt: it has 5242881 bytes/),
        );
      },
      { entry: held('isolated', join(folder, 'public')) },
    );
  });
});

test('without the grant, the warning at the start says what to grant', async () => {
  await withFolder(async (folder) => {
    await withServer(
      { static: [{ path: '/files', folder }] },
      STEPS,
      async ({ ask, lines }) => {
        expect((await ask('GET /files/a.txt')).status).toBe(404);
        expect(lines.map(({ message }) => message)).toContainEqual(
          expect.stringContaining(`grant: { fs: { read: ["${folder}"] } }`),
        );
      },
      { entry: { isolation: 'isolated', grant: { net: { listen: ['127.0.0.1:0'] } } } },
    );
  });
});

describe('a file that others replace while it is read, without trust', () => {
  /** So many versions are replaced between the look at them and the reading. */
  function asked(replaced: number): Promise<HttpResponse> {
    let version = 0;
    const contents = (): Uint8Array => Buffer.alloc(10 + version, String(version));
    const fs = {
      stat: () => Promise.resolve({ name: 'a.txt', kind: 'file', bytes: contents().length }),
      details: () => Promise.resolve({ kind: 'file', bytes: contents().length, modifiedMs: version }),
      readBytes: () => Promise.resolve(version < replaced ? (version++, contents()) : contents()),
    } as unknown as Context['fs'];
    const files = new GuestFiles();
    return staticAnswer(
      { path: '/', folder: '/public', maxAgeS: 0 },
      { openFile: (...given) => files.open(...given) },
      { fs, log: undefined as unknown as Context['log'] },
      { method: 'GET', onClose: () => undefined } as unknown as HttpRequest,
      '/a.txt',
      {},
    );
  }

  test('is answered with the bytes of one version, and with a tag only where that is known', async () => {
    const { status, length, headers, body } = await asked(1);
    expect([status, length, Buffer.from(body as Uint8Array).toString()]).toEqual([
      200,
      undefined,
      '1'.repeat(11),
    ]);
    expect(headers.map(([name]) => name)).toEqual([
      'content-type',
      'x-content-type-options',
      'cache-control',
    ]);
    expect((await asked(0)).headers).toContainEqual(['etag', 'W/"a-0"']);
  });
});
