import { once } from 'node:events';
import { existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';
import { createBroker } from '../../../src/sandbox/broker/create-broker.js';
import { effective } from '../../support/effective.js';
import { withFolder } from '../../support/temporary-folder.js';
import type { SwapJob } from './swapper.js';

const SWAPPER = new URL('./swapper.js', import.meta.url);
/** So often each thing has to have been done, and to have been refused, while the folder was swapped. */
const TIMES = 100;

type Call = (capability: string, ...args: unknown[]) => Promise<unknown>;

/** A granted folder in which `dir` is swapped for a link to `outside` all the time, by somebody else. */
async function whileSwapped(
  use: (places: { readonly call: Call; readonly granted: string; readonly outside: string }) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const granted = join(folder, 'granted');
    const outside = join(folder, 'outside');
    mkdirSync(join(granted, 'dir', 'deep'), { recursive: true });
    mkdirSync(join(outside, 'deep'), { recursive: true });
    for (const [where, what] of [
      [granted, 'honest'],
      [join(granted, 'dir'), 'honest'],
      [join(granted, 'dir', 'deep'), 'honest'],
      [outside, 'SECRET'],
      [join(outside, 'deep'), 'SECRET'],
    ] as const)
      writeFileSync(join(where, 'file.txt'), what);
    writeFileSync(join(outside, 'secret-name.txt'), '');
    const workerData: SwapJob = { folder: granted, name: 'dir', target: outside };
    const swapper = new Worker(SWAPPER, { workerData });
    await once(swapper, 'message');
    const folders = [{ asked: './data', path: granted }];
    const broker = createBroker(effective({ fs: { read: folders, write: folders } }), {});
    try {
      await use({ call: (name, ...args) => broker.call(name, args), granted, outside });
    } finally {
      await swapper.terminate();
      await broker.close();
    }
  });
}

/** Does it until it has succeeded and been refused often enough; everything that came of it. */
async function often(attempt: () => Promise<unknown>): Promise<readonly string[]> {
  const done: string[] = [];
  let refused = 0;
  while (done.length < TIMES || refused < TIMES) {
    try {
      done.push(JSON.stringify(await attempt()));
    } catch (error) {
      expect(error).toMatchObject({
        code: expect.stringMatching(/^PHLOW_(PERMISSION_DENIED|CAPABILITY_FAILED)$/),
      });
      refused++;
    }
  }
  return [...new Set(done)];
}

describe('a folder that somebody swaps for a link while the broker works', () => {
  test('shows nothing of what the link leads to, whatever is read', async () => {
    await whileSwapped(async ({ call }) => {
      expect(await often(() => call('fs.readText', './data/dir/file.txt'))).toEqual(['"honest"']);
      expect(await often(() => call('fs.readText', './data/dir/deep/file.txt'))).toEqual(['"honest"']);
      const followed = { followLinks: true };
      expect(await often(() => call('fs.readBytes', './data/dir/file.txt', followed))).toEqual([
        JSON.stringify(btoa('honest')),
      ]);
      expect((await often(() => call('fs.details', './data/dir/file.txt'))).join()).toContain('"bytes":6');
      for (const recursive of [true, false])
        expect((await often(() => call('fs.tree', './data/dir', { recursive }))).join()).not.toContain(
          'secret-name',
        );
      expect((await often(() => call('fs.list', './data/dir'))).join()).not.toContain('secret-name');
      expect((await often(() => call('fs.stat', './data/dir/file.txt'))).join()).toContain('"bytes":6');
    });
  });

  test('is never written through, and nothing outside is removed', async () => {
    await whileSwapped(async ({ call, outside }) => {
      await often(() => call('fs.writeText', './data/dir/file.txt', 'written'));
      await often(() => call('fs.appendText', './data/dir/deep/new.txt', 'x'));
      await often(async () => {
        await call('fs.writeText', './data/dir/gone.txt', 'x');
        await call('fs.remove', './data/dir/gone.txt');
      });
      const replaced = { overwrite: true, parents: true };
      await often(() => call('fs.replace', './data/dir/file.txt', btoa('written'), replaced));
      await often(() => call('fs.makeFolder', './data/dir/folder', { parents: true }));
      for (let i = 0; i < TIMES; i++)
        await call('fs.remove', './data/dir/secret-name.txt').catch(() => undefined);
      expect(readFileSync(join(outside, 'file.txt'), 'utf8')).toBe('SECRET');
      expect(
        ['deep/new.txt', 'gone.txt', 'folder', 'secret-name.txt'].map((name) =>
          existsSync(join(outside, name)),
        ),
      ).toEqual([false, false, false, true]);
    });
  });

  test('fools who looks at the path first and opens it then: the race is a real one', async () => {
    await whileSwapped(async ({ granted }) => {
      const naive = (): string => {
        try {
          const folder = join(granted, 'dir');
          return lstatSync(folder).isSymbolicLink() ? '' : readFileSync(join(folder, 'file.txt'), 'utf8');
        } catch {
          return '';
        }
      };
      let read = naive();
      while (read !== 'SECRET') read = naive();
      expect(read).toBe('SECRET');
    });
  });
});
