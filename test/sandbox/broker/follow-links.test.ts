import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Broker, BrokerOptions } from '../../../src/sandbox/broker/broker.js';
import { createBroker } from '../../../src/sandbox/broker/create-broker.js';
import { effective } from '../../support/effective.js';
import { withFolder } from '../../support/temporary-folder.js';

const DENIED = { code: 'PHLOW_PERMISSION_DENIED' };

/** Two granted folders, `./data` and `./more`, beside a `secret.txt` that nobody may reach. */
async function withGrants(
  use: (broker: Broker, outside: string) => Promise<void>,
  options: BrokerOptions = {},
): Promise<void> {
  await withFolder(async (outside) => {
    const folders = ['data', 'more'].map((name) => ({ asked: `./${name}`, path: join(outside, name) }));
    for (const { path } of folders) mkdirSync(path);
    writeFileSync(join(outside, 'secret.txt'), 'SECRET');
    writeFileSync(join(outside, 'more', 'ok.txt'), 'fine');
    const broker = createBroker(effective({ fs: { read: folders, write: folders } }), options);
    await use(broker, outside);
    await broker.close();
  });
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('links', () => {
  test('are followed to what was granted, wherever that is, where the module asks for it', async () => {
    await withGrants(async (broker, outside) => {
      symlinkSync('../more', join(outside, 'data', 'dir'));
      symlinkSync('dir/ok.txt', join(outside, 'data', 'file'));
      for (const path of ['./data/dir/ok.txt', './data/file'])
        expect(await broker.call('fs.readBytes', [path, { followLinks: true }])).toBe(base64('fine'));
      await expect(broker.call('fs.readBytes', ['./data/file'])).rejects.toMatchObject(DENIED);
      expect(await broker.call('fs.details', ['./data/dir'])).toMatchObject({ kind: 'folder', bytes: 0 });
      expect(await broker.call('fs.tree', ['./data/dir'])).toMatchObject([{ path: 'ok.txt', bytes: 4 }]);
      expect(await broker.call('fs.replace', ['./data/dir/new', base64('x')])).toEqual({
        overwritten: false,
      });
      expect(readdirSync(join(outside, 'more'))).toEqual(['new', 'ok.txt']);
    });
  });

  test('that lead outside are refused, and so is what lies behind them', async () => {
    await withGrants(async (broker, outside) => {
      symlinkSync('../secret.txt', join(outside, 'data', 'secret'));
      symlinkSync('..', join(outside, 'data', 'up'));
      symlinkSync('up', join(outside, 'data', 'chain'));
      for (const path of ['secret', 'up', 'up/secret.txt', 'chain/secret.txt', 'up/data/../secret.txt'])
        for (const [name, ...args] of [
          ['fs.readBytes', { followLinks: true }],
          ['fs.details'],
          ['fs.tree'],
          ['fs.replace', base64('x'), { overwrite: true, parents: true }],
          ['fs.makeFolder', { parents: true }],
        ] as const)
          await expect(broker.call(name, [`./data/${path}`, ...args])).rejects.toMatchObject(DENIED);
      await expect(
        broker.call('fs.replace', ['./data/up/new/deep', base64('x'), { parents: true }]),
      ).rejects.toMatchObject(DENIED);
      expect(readdirSync(outside)).toEqual(['data', 'more', 'secret.txt']);
      expect(readFileSync(join(outside, 'secret.txt'), 'utf8')).toBe('SECRET');
    });
  });

  test('that lead nowhere or round in a circle are no way to create anything', async () => {
    await withGrants(async (broker, outside) => {
      symlinkSync('../created', join(outside, 'data', 'dangling'));
      symlinkSync('circle', join(outside, 'data', 'circle'));
      for (const name of ['dangling', 'circle']) {
        await expect(
          broker.call('fs.replace', [`./data/${name}`, base64('x'), { overwrite: true }]),
        ).rejects.toMatchObject(DENIED);
        expect(await broker.call('fs.details', [`./data/${name}`])).toMatchObject({ kind: 'link' });
      }
      expect(readdirSync(outside)).toEqual(['data', 'more', 'secret.txt']);
    });
  });

  test('are listed without a look at what they lead to', async () => {
    await withGrants(async (broker, outside) => {
      symlinkSync('..', join(outside, 'data', 'up'));
      const tree = await broker.call('fs.tree', ['./data', { recursive: true }]);
      expect(tree).toEqual([{ path: 'up', kind: 'link', bytes: 0, modifiedMs: expect.any(Number) }]);
    });
  });
});

describe('a file that is put in place', () => {
  test('counts against what the module may write', async () => {
    await withGrants(
      async (broker) => {
        await broker.call('fs.replace', ['./data/a', base64('123456')]);
        await expect(broker.call('fs.replace', ['./data/b', base64('12345')])).rejects.toThrow(
          /may write 10 bytes in all/,
        );
      },
      { limits: { maxWrittenBytes: 10 } },
    );
  });

  test('needs its folder, unless it is to be made; what is in its place stays when it cannot be', async () => {
    await withGrants(async (broker, outside) => {
      const failed = (path: string, options: object): Promise<unknown> =>
        broker.call('fs.replace', [path, base64('x'), options]).then(
          () => 'done',
          (error: unknown) => (error as { details: { errno: string } }).details.errno,
        );
      expect(await failed('./data/no/file', {})).toBe('ENOENT');
      expect(await failed('./more/ok.txt', {})).toBe('EEXIST');
      expect(await failed('./more/ok.txt/below', { parents: true })).toBe('ENOTDIR');
      expect(await failed('./data', { overwrite: true })).toBe('EISDIR');
      expect(await failed('./data/no/file', { parents: true })).toBe('done');
      expect(readdirSync(join(outside, 'more'))).toEqual(['ok.txt']);
      expect(readdirSync(join(outside, 'data'))).toEqual(['no']);
    });
  });
});
