import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { isSafe } from '../../../src/sandbox/bundle/cache-folder.js';
import { withFolder } from '../../support/temporary-folder.js';

describe('a cache folder', () => {
  test('is not made up for a user id without an account, and its lack is told', async () => {
    // Only root can start something as somebody else.
    if (process.getuid?.() !== 0) return;
    await withFolder((base) => {
      chmodSync(base, 0o777);
      const file = fileURLToPath(new URL('../../../src/sandbox/bundle/cache-folder.js', import.meta.url));
      const code = `import(${JSON.stringify(file)}).then((m) => process.stdout.write(JSON.stringify(m.bundleCacheFolder())))`;
      const { stdout, stderr } = spawnSync(process.execPath, ['-e', code], {
        uid: 54_321,
        gid: 54_321,
        env: { TMPDIR: base },
        encoding: 'utf8',
      });
      expect([JSON.parse(stdout), stderr]).toEqual([{ missing: 'the user has no home folder' }, '']);
    });
  });

  test('is made for its owner alone', async () => {
    await withFolder((base) => {
      expect(isSafe(join(base, 'a', 'b'))).toBe(true);
      expect(statSync(join(base, 'a', 'b')).mode & 0o777).toBe(0o700);
    });
  });

  test('that others can write to, that is a link or no folder is not used', async () => {
    await withFolder((base) => {
      mkdirSync(join(base, 'open'));
      chmodSync(join(base, 'open'), 0o777);
      mkdirSync(join(base, 'mine'), { mode: 0o700 });
      symlinkSync(join(base, 'mine'), join(base, 'link'));
      writeFileSync(join(base, 'file'), '');
      expect(['open', 'link', 'file'].map((name) => isSafe(join(base, name)))).toEqual([false, false, false]);
    });
  });
});
