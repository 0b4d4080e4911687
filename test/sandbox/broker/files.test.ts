import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Broker, BrokerOptions } from '../../../src/sandbox/broker/broker.js';
import { createBroker } from '../../../src/sandbox/broker/create-broker.js';
import { openFile } from '../../../src/sandbox/broker/open-inside.js';
import { effective } from '../../support/effective.js';
import { withFolder } from '../../support/temporary-folder.js';

/** A granted folder `granted` beside a `secret.txt` that nobody may reach. */
async function withGrant(
  use: (broker: Broker, granted: string, outside: string) => Promise<void>,
  options: BrokerOptions = {},
): Promise<void> {
  await withFolder(async (outside) => {
    const granted = join(outside, 'granted');
    mkdirSync(join(granted, 'sub'), { recursive: true });
    writeFileSync(join(outside, 'secret.txt'), 'SECRET');
    writeFileSync(join(granted, 'ok.txt'), 'fine');
    writeFileSync(join(granted, 'sub', 'deep.txt'), 'deep');
    const folders = [{ asked: './data', path: granted }];
    const broker = createBroker(effective({ fs: { read: folders, write: folders } }), options);
    await use(broker, granted, outside);
    await broker.close();
  });
}

const DENIED = { code: 'PHLOW_PERMISSION_DENIED' };
const FAILED = { code: 'PHLOW_CAPABILITY_FAILED' };

describe('fs through the broker', () => {
  test('reads text and bytes, lists and describes what is granted', async () => {
    await withGrant(async (broker) => {
      expect(await broker.call('fs.readText', ['./data/ok.txt'])).toBe('fine');
      expect(await broker.call('fs.readText', ['data//./sub/deep.txt'])).toBe('deep');
      expect(await broker.call('fs.readBytes', ['./data/ok.txt'])).toBe(
        Buffer.from('fine').toString('base64'),
      );
      expect(await broker.call('fs.stat', ['./data/sub'])).toEqual({ name: 'sub', kind: 'folder', bytes: 0 });
      const listed = (await broker.call('fs.list', ['./data'])) as { name: string }[];
      expect(listed.map(({ name }) => name).sort()).toEqual(['ok.txt', 'sub']);
    });
  });

  test('writes, appends, makes folders on the way and removes', async () => {
    await withGrant(async (broker, granted) => {
      await broker.call('fs.writeText', ['./data/new/deep/a.txt', 'one']);
      await broker.call('fs.appendText', ['./data/new/deep/a.txt', ' two']);
      expect(readFileSync(join(granted, 'new/deep/a.txt'), 'utf8')).toBe('one two');
      await broker.call('fs.writeBytes', ['./data/new/deep/a.txt', Buffer.from([1, 2]).toString('base64')]);
      expect([...readFileSync(join(granted, 'new/deep/a.txt'))]).toEqual([1, 2]);
      await broker.call('fs.remove', ['./data/new/deep/a.txt']);
      await expect(broker.call('fs.stat', ['./data/new/deep/a.txt'])).rejects.toMatchObject(FAILED);
    });
  });

  test('refuses every way of naming what lies outside', async () => {
    await withGrant(async (broker, granted, outside) => {
      const secret = join(outside, 'secret.txt');
      const tricks = [
        secret,
        `file://${secret}`,
        './data/../secret.txt',
        './data/sub/../../secret.txt',
        './data/./..//secret.txt',
        './data/ok.txt\0/../../secret.txt',
        '..\\secret.txt',
        './data\\..\\secret.txt',
        `${granted}/../secret.txt`,
        `${granted}/ok.txt`,
        './database/x',
        '$DATA/x',
        '~/x',
        '',
        '/',
        '/proc/self/environ',
        `./data/${'x/'.repeat(3_000)}`,
      ];
      for (const trick of tricks) {
        for (const name of ['fs.readText', 'fs.readBytes', 'fs.list', 'fs.stat', 'fs.remove'])
          await expect(broker.call(name, [trick])).rejects.toMatchObject(DENIED);
        await expect(broker.call('fs.writeText', [trick, 'x'])).rejects.toMatchObject(DENIED);
      }
      expect(readFileSync(secret, 'utf8')).toBe('SECRET');
    });
  });

  test('follows no symbolic link, neither as the last name nor on the way', async () => {
    await withGrant(async (broker, granted, outside) => {
      symlinkSync(join(outside, 'secret.txt'), join(granted, 'link.txt'));
      symlinkSync(outside, join(granted, 'up'));
      symlinkSync('ok.txt', join(granted, 'harmless.txt'));
      for (const path of [
        './data/link.txt',
        './data/up/secret.txt',
        './data/harmless.txt',
        './data/up/granted/ok.txt',
      ]) {
        await expect(broker.call('fs.readText', [path])).rejects.toThrow(/link|folder/);
        await expect(broker.call('fs.writeText', [path, 'x'])).rejects.toThrow(/link|folder/);
      }
      await expect(broker.call('fs.list', ['./data/up'])).rejects.toThrow(/link|folder/);
      await expect(broker.call('fs.remove', ['./data/up/secret.txt'])).rejects.toThrow(/link|folder/);
      expect(readFileSync(join(outside, 'secret.txt'), 'utf8')).toBe('SECRET');
    });
  });

  test('creates no file outside when a folder on the way is swapped for a link', async () => {
    await withFolder(async (outside) => {
      const granted = join(outside, 'granted');
      mkdirSync(join(granted, 'sub'), { recursive: true });
      mkdirSync(join(outside, 'elsewhere'));
      const place = { granted, rest: ['sub', 'new.txt'], attempt: 'write' };
      rmSync(join(granted, 'sub'), { recursive: true });
      symlinkSync(join(outside, 'elsewhere'), join(granted, 'sub'));
      for (const walk of ['by-descriptor', 'by-path'] as const)
        await expect(openFile(place, 'write', walk)).rejects.toThrow();
      expect(() => readFileSync(join(outside, 'elsewhere', 'new.txt'))).toThrow('ENOENT');
    });
  });

  test('the walk by path refuses links as the walk by descriptors does', async () => {
    await withFolder(async (outside) => {
      const granted = join(outside, 'granted');
      mkdirSync(join(granted, 'sub'), { recursive: true });
      writeFileSync(join(granted, 'sub', 'ok.txt'), 'fine');
      writeFileSync(join(outside, 'secret.txt'), 'SECRET');
      symlinkSync(join(outside, 'secret.txt'), join(granted, 'link.txt'));
      const open = (...rest: string[]) => openFile({ granted, rest, attempt: 'read' }, 'read', 'by-path');
      const file = await open('sub', 'ok.txt');
      expect(await file.readFile('utf8')).toBe('fine');
      await file.close();
      await expect(open('link.txt')).rejects.toMatchObject(DENIED);
    });
  });

  test('refuses pipes without waiting for their other end, folders, and files with a second name', async () => {
    await withGrant(async (broker, granted, outside) => {
      execFileSync('mkfifo', [join(granted, 'pipe')]);
      linkSync(join(outside, 'secret.txt'), join(granted, 'hard.txt'));
      await expect(broker.call('fs.readText', ['./data/pipe'])).rejects.toMatchObject(DENIED);
      await expect(broker.call('fs.writeText', ['./data/pipe', 'x'])).rejects.toMatchObject(DENIED);
      await expect(broker.call('fs.readText', ['./data/sub'])).rejects.toThrow(/folder/);
      await expect(broker.call('fs.writeText', ['./data/hard.txt', 'x'])).rejects.toThrow(/second name/);
      expect(readFileSync(join(outside, 'secret.txt'), 'utf8')).toBe('SECRET');
    });
  });

  test('a grant to read is none to write, and the other way round', async () => {
    await withFolder(async (folder) => {
      writeFileSync(join(folder, 'a.txt'), 'a');
      const reader = createBroker(effective({ fs: { read: [{ asked: '.', path: folder }], write: [] } }));
      await expect(reader.call('fs.writeText', ['./a.txt', 'x'])).rejects.toThrow(/permissions\.fs\.write/);
      await expect(reader.call('fs.remove', ['./a.txt'])).rejects.toMatchObject(DENIED);
      const writer = createBroker(effective({ fs: { read: [], write: [{ asked: '.', path: folder }] } }));
      await expect(writer.call('fs.readText', ['./a.txt'])).rejects.toThrow(/permissions\.fs\.read/);
    });
  });

  test('a single file may be granted under a name of its own', async () => {
    await withFolder(async (folder) => {
      writeFileSync(join(folder, 'real.json'), '{}');
      const grant = [{ asked: '$DATA/config.json', path: join(folder, 'real.json') }];
      const broker = createBroker(effective({ fs: { read: grant, write: grant } }));
      expect(await broker.call('fs.readText', ['$DATA/config.json'])).toBe('{}');
      await broker.call('fs.writeText', ['$DATA/config.json', '[]']);
      expect(readFileSync(join(folder, 'real.json'), 'utf8')).toBe('[]');
      await expect(broker.call('fs.readText', ['$DATA/other.json'])).rejects.toMatchObject(DENIED);
    });
  });

  test('no message names a path of the machine', async () => {
    await withGrant(async (broker, granted) => {
      const failure = await broker
        .call('fs.readText', ['./data/missing.txt'])
        .catch((error: unknown) => error);
      expect(failure).toMatchObject(FAILED);
      expect((failure as Error).message).toContain('there is no such file');
      expect((failure as Error).message).not.toContain(granted);
    });
  });

  test('keeps to its quotas', async () => {
    await withGrant(
      async (broker, granted) => {
        writeFileSync(join(granted, 'big.bin'), Buffer.alloc(101));
        await expect(broker.call('fs.readBytes', ['./data/big.bin'])).rejects.toThrow(/more than the 100/);
        await broker.call('fs.writeText', ['./data/w.txt', 'x'.repeat(6)]);
        await expect(broker.call('fs.writeText', ['./data/w.txt', 'x'.repeat(6)])).rejects.toThrow(
          /10 bytes in all/,
        );
        await expect(broker.call('fs.list', ['./data'])).rejects.toThrow(/more than 2 entries/);
      },
      { limits: { maxReadBytes: 100, maxWrittenBytes: 10, maxListed: 2 } },
    );
  });
});
