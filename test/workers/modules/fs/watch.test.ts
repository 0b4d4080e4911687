import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createHost } from '../../../../src/index.js';
import { changesBetween } from '../../../../workers/modules/fs/watch.js';
import { withFolder } from '../../../support/temporary-folder.js';

test('streams what was created, changed and removed between two looks', async () => {
  await withFolder(async (folder) => {
    writeFileSync(join(folder, 'old'), '1');
    writeFileSync(join(folder, 'gone'), '1');
    const host = await createHost({ logLevel: 'off' });
    try {
      const fs = await host.load('fs', { baseDir: folder, clock: 'manual' });
      const changes = fs.stream({ action: 'watch', path: '.', recursive: true, interval: 100 });
      const iterator = changes[Symbol.asyncIterator]();
      expect((await iterator.next()).value).toEqual({ event: 'ready', path: '.', type: 'dir' });
      mkdirSync(join(folder, 'sub'));
      writeFileSync(join(folder, 'sub/new'), '1');
      writeFileSync(join(folder, 'old'), '22');
      utimesSync(join(folder, 'old'), 1, 1);
      rmSync(join(folder, 'gone'));
      const seen: unknown[] = [];
      const four = (async () => {
        while (seen.length < 4) seen.push((await iterator.next()).value);
      })();
      // Each look waits for the clock, so it is moved on until one has told of it all.
      while (seen.length < 4) await fs.clock.advance(100);
      await four;
      expect(seen).toEqual([
        { event: 'removed', path: './gone', type: 'file' },
        { event: 'changed', path: './old', type: 'file' },
        { event: 'created', path: './sub', type: 'dir' },
        { event: 'created', path: './sub/new', type: 'file' },
      ]);
      await iterator.return?.();
      // The module answers others meanwhile and after.
      expect(await fs.call({ action: 'read', path: 'old' })).toMatchObject({ data: { content: '22' } });
    } finally {
      await host.close();
    }
  });
});

test('ends with a refusal where there is nothing to watch', async () => {
  await withFolder(async (folder) => {
    const host = await createHost({ logLevel: 'off' });
    try {
      const fs = await host.load('fs', { baseDir: folder });
      expect(await fs.call({ action: 'watch', path: 'nothing' })).toEqual([
        { success: false, error: 'path not found: nothing' },
      ]);
    } finally {
      await host.close();
    }
  });
});

test('a file in the place of a folder is another entry', () => {
  const before = new Map([['a', { type: 'dir' as const, state: 'folder' }]]);
  const now = new Map([['a', { type: 'file' as const, state: 'file 1 1' }]]);
  expect(changesBetween(before, now)).toEqual([
    { event: 'removed', path: 'a', type: 'dir' },
    { event: 'created', path: 'a', type: 'file' },
  ]);
});
