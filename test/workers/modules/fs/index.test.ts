import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, describe, test } from '@jest/globals';
import { createHost, type IsolationLevel, type Module } from '../../../../src/index.js';
import { withFolder } from '../../../support/temporary-folder.js';

/** Runs `use` with the module, for which `folder` is the current one, at a level with everything below `folder` granted. */
async function withFs(
  level: IsolationLevel,
  use: (fs: Module<'fs'>, folder: string) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const host = await createHost({ logLevel: 'off' });
    const grant = level === 'trusted' ? {} : { grant: { fs: { read: ['.', folder], write: ['.', folder] } } };
    try {
      await use(
        await host.load('fs', { isolation: level, baseDir: folder, checkOutput: true, ...grant }),
        folder,
      );
    } finally {
      await host.close();
    }
  });
}

describe.each(['trusted', 'sandboxed', 'isolated'] as const)('fs at %s', (level) => {
  test('writes, reads and lists', async () => {
    await withFs(level, async (fs, folder) => {
      expect(await fs.call({ action: 'write', path: 'a/b.txt', content: 'grüß' })).toEqual({
        success: true,
        data: { kind: 'file', path: 'a/b.txt', written: 6, overwritten: false },
      });
      expect(readFileSync(join(folder, 'a/b.txt'), 'utf8')).toBe('grüß');
      const modified = Math.floor(statSync(join(folder, 'a/b.txt')).mtimeMs / 1_000);
      expect(await fs.call({ action: 'read', path: `${folder}/a/b.txt` })).toEqual({
        success: true,
        data: {
          kind: 'file',
          path: `${folder}/a/b.txt`,
          encoding: 'utf8',
          content: 'grüß',
          size: 6,
          modified,
        },
      });
      const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => i % 256);
      await fs.call({ action: 'write', path: 'bin', content: bytes });
      expect(await fs.call({ action: 'read', path: './bin' })).toMatchObject({
        data: { encoding: 'base64', content_base64: Buffer.from(bytes).toString('base64'), size: 70_000 },
      });
      expect(await fs.call({ action: 'read', path: '.', recursive: true })).toMatchObject({
        data: {
          kind: 'dir',
          items: [
            { name: 'a', path: './a', type: 'dir', size: null },
            { name: 'b.txt', path: './a/b.txt', type: 'file', size: 6 },
            { name: 'bin', path: './bin', type: 'file', size: 70_000 },
          ],
        },
      });
    });
  });

  test('reaches nothing but what was granted', async () => {
    await withFs(level, async (fs, folder) => {
      const wanted = level === 'trusted' ? { success: true } : { success: false };
      mkdirSync(join(folder, 'in'));
      symlinkSync('/etc', join(folder, 'in/up'));
      for (const path of ['/etc/hostname', join(folder, 'in/up/hostname'), 'in/up/hostname'])
        expect(await fs.call({ action: 'read', path })).toMatchObject(wanted);
      expect(await fs.call({ action: 'read', path: `${folder}/../..` })).toMatchObject(wanted);
    });
  });

  test('resolves a path that climbs from its own folder where everything was granted, and refuses it elsewhere', async () => {
    await withFolder(async (folder) => {
      const baseDir = join(folder, 'etc/inner');
      mkdirSync(baseDir, { recursive: true });
      mkdirSync(join(baseDir, 'box'));
      writeFileSync(join(folder, 'etc/beside'), 'beside');
      const host = await createHost({ logLevel: 'off' });
      try {
        const read = async (grant: object | undefined, path: string): Promise<unknown> => {
          const name = `fs-${path}-${JSON.stringify(grant)}`.replace(/[^a-z0-9]+/gi, '-');
          const fs = await host.load('fs', {
            isolation: level,
            baseDir,
            name,
            ...(grant === undefined ? {} : { grant: { fs: grant } }),
          });
          const reply = await fs.call({ action: 'read', path });
          await fs.close();
          return reply;
        };
        const all = level === 'trusted' ? undefined : { read: ['*'] };
        expect(await read(all, '../beside')).toMatchObject({ data: { content: 'beside' } });
        expect(await read(all, './x/../../../etc/beside')).toMatchObject({ data: { content: 'beside' } });
        // There is such a file below the root, and none beside the folder.
        expect(await read(all, '../hostname')).toEqual({
          success: false,
          error: 'path not found: ../hostname',
        });
        for (const grant of [
          { read: [folder] },
          { read: ['/etc'] },
          { read: { '*': './box' } },
          { read: ['.'] },
        ])
          expect(await read(grant, '../hostname')).toEqual({
            success: false,
            error: expect.stringContaining('the path holds ".."; name the place that it leads to'),
          });
      } finally {
        await host.close();
      }
    });
  });

  test('leaves no part of a file, and nothing of its own, behind', async () => {
    await withFs(level, async (fs, folder) => {
      await fs.call({ action: 'write', path: 'f', content: 'old' });
      await fs.call({ action: 'write', path: 'f', content: 'refused' });
      const before = statSync(join(folder, 'f')).ino;
      await fs.call({ action: 'write', path: 'f', content: 'new', force: true });
      expect(readFileSync(join(folder, 'f'), 'utf8')).toBe('new');
      // Another file stands in its place: whoever reads the old one reads it to its end.
      expect(statSync(join(folder, 'f')).ino).not.toBe(before);
      expect(readdirSync(folder)).toEqual(['f']);
    });
  });
});

describe('fs', () => {
  test('follows links that lead to what was granted, and lists them as files', async () => {
    await withFs('sandboxed', async (fs, folder) => {
      mkdirSync(join(folder, 'real'));
      writeFileSync(join(folder, 'real/x'), 'content');
      symlinkSync('real', join(folder, 'dir'));
      symlinkSync(join(folder, 'real/x'), join(folder, 'file'));
      symlinkSync('nowhere', join(folder, 'dangling'));
      expect(await fs.call({ action: 'read', path: 'dir/x' })).toMatchObject({
        data: { content: 'content' },
      });
      expect(await fs.call({ action: 'read', path: 'dir' })).toMatchObject({
        data: { items: [{ name: 'x' }] },
      });
      expect(await fs.call({ action: 'write', path: 'file', content: 'other', force: true })).toMatchObject({
        data: { overwritten: true },
      });
      expect(readFileSync(join(folder, 'real/x'), 'utf8')).toBe('other');
      expect(await fs.call({ action: 'read', path: 'dangling' })).toEqual({
        success: false,
        error: 'path not found: dangling',
      });
      expect(await fs.call({ action: 'read', path: '.', recursive: true })).toMatchObject({
        data: {
          items: [
            { name: 'dangling', type: 'file', size: null },
            { name: 'dir', type: 'file', size: null },
            { name: 'file', type: 'file', size: null },
            { name: 'real', type: 'dir' },
            { name: 'x', path: './real/x', size: 5 },
          ],
        },
      });
    });
  });

  test('replaces one of two names of a file without changing what the other one leads to', async () => {
    await withFs('sandboxed', async (fs, folder) => {
      writeFileSync(join(folder, 'one'), 'old');
      linkSync(join(folder, 'one'), join(folder, 'two'));
      await fs.call({ action: 'write', path: 'one', content: 'new', force: true });
      expect(readFileSync(join(folder, 'two'), 'utf8')).toBe('old');
    });
  });

  test('keeps the permission bits of a file', async () => {
    await withFs('trusted', async (fs, folder) => {
      writeFileSync(join(folder, 'script'), 'old', { mode: 0o755 });
      await fs.call({ action: 'write', path: 'script', content: 'new', force: true });
      expect(statSync(join(folder, 'script')).mode & 0o777).toBe(0o755);
    });
  });

  test('waits at no pipe, and says that it is no folder', async () => {
    await withFs('trusted', async (fs, folder) => {
      execFileSync('mkfifo', [join(folder, 'pipe')]);
      expect(await fs.call({ action: 'read', path: 'pipe' })).toEqual({
        success: false,
        error: 'Not a directory (os error 20)',
      });
      expect(await fs.call({ action: 'write', path: 'pipe', content: 'x', force: true })).toMatchObject({
        success: false,
      });
    });
  });

  test('of many writers of one new file, one succeeds', async () => {
    await withFs('trusted', async (fs, folder) => {
      const host = await createHost({ logLevel: 'off' });
      const other = await host.load('fs', { baseDir: folder });
      const write = (module: Module<'fs'>, content: number): Promise<unknown> =>
        module.call({ action: 'write', path: 'once', content });
      const replies = await Promise.all(Array.from({ length: 20 }, (_, i) => write(i % 2 ? fs : other, i)));
      await host.close();
      expect(replies.filter((reply) => (reply as { success: boolean }).success)).toHaveLength(1);
    });
  });

  test('bounds what is read and listed', async () => {
    await withFs('trusted', async (fs, folder) => {
      execFileSync('truncate', ['-s', '17M', join(folder, 'large')]);
      expect(await fs.call({ action: 'read', path: 'large' })).toEqual({
        success: false,
        error: 'Cannot read large: the file has 17825792 bytes, more than the 16777216 of one call',
      });
      mkdirSync(join(folder, 'many'));
      for (let i = 0; i <= 10_000; i++) writeFileSync(join(folder, 'many', String(i)), '');
      expect(await fs.call({ action: 'read', path: 'many' })).toMatchObject({
        success: false,
        error: expect.stringContaining('more entries than one call lists'),
      });
    });
  });

  test('a name that is not UTF-8 is listed, and what is in such a folder too', async () => {
    await withFs('trusted', async (fs, folder) => {
      const name = Buffer.from([0x61, 0xff]);
      mkdirSync(Buffer.concat([Buffer.from(`${folder}/`), name]));
      writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), name, Buffer.from('/inside')]), 'x');
      expect(await fs.call({ action: 'read', path: '.', recursive: true })).toMatchObject({
        data: {
          items: [
            { name: 'a\ufffd', type: 'dir' },
            { name: 'inside', size: 1 },
          ],
        },
      });
    });
  });

  test('needs a grant at a level that has none, and no more than for reading', async () => {
    await withFolder(async (folder) => {
      const host = await createHost({ logLevel: 'off' });
      try {
        const load = (grant: object): Promise<Module<'fs'>> =>
          host.load('fs', { isolation: 'sandboxed', baseDir: folder, grant });
        await expect(load({})).rejects.toThrow(
          /read the files and folders that you name \(fs\.read \*\): "read the files[^]*fs: \{ read: \[ \.\/data \] \}/,
        );
        const fs = await load({ fs: { read: ['.'] } });
        expect(await fs.call({ action: 'write', path: 'x', content: '' })).toMatchObject({
          success: false,
          error: expect.stringContaining('./x is in no folder that was granted'),
        });
      } finally {
        await host.close();
      }
    });
  });

  test('a grant may put a folder in the place of the current one, and of the whole machine', async () => {
    await withFolder(async (folder) => {
      mkdirSync(join(folder, 'box'));
      const host = await createHost({ logLevel: 'off' });
      try {
        const fs = await host.load('fs', {
          isolation: 'sandboxed',
          baseDir: folder,
          grant: { fs: { read: { '*': './box' }, write: { '*': './box' } } },
        });
        await fs.call({ action: 'write', path: 'a', content: '1' });
        await fs.call({ action: 'write', path: '/etc/b', content: '2' });
        expect(readFileSync(join(folder, 'box/a'), 'utf8')).toBe('1');
        expect(readFileSync(join(folder, 'box/etc/b'), 'utf8')).toBe('2');
      } finally {
        await host.close();
      }
    });
  });
});
