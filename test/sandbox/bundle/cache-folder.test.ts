import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { isSafe } from '../../../src/sandbox/bundle/bundle-cache.js';
import { newPrivateFolder } from '../../../src/sandbox/snapshot/private-folder.js';
import { withFolder } from '../../support/temporary-folder.js';

function restore(name: string, value: string | undefined): void {
  if (value === undefined) Reflect.deleteProperty(process.env, name);
  else process.env[name] = value;
}

describe('a cache folder', () => {
  test('is not made up for a user id without an account, and its lack is told', async () => {
    // Only root can start something as somebody else.
    if (process.getuid?.() !== 0) return;
    await withFolder((base) => {
      chmodSync(base, 0o777);
      const file = fileURLToPath(new URL('../../../src/sandbox/bundle/bundle-cache.js', import.meta.url));
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

  // Node looks for packages in every folder above the code that it loads, and anybody may put a `node_modules` into a folder of all users.
  test('below a folder of all users is no place for code that looks for packages', async () => {
    if (process.getuid === undefined) return;
    const { XDG_CACHE_HOME, XDG_RUNTIME_DIR } = process.env;
    await withFolder((base) => {
      chmodSync(base, 0o1777);
      process.env['XDG_CACHE_HOME'] = join(base, 'cache');
      process.env['XDG_RUNTIME_DIR'] = join(base, 'run');
      mkdirSync(join(base, 'cache'), { mode: 0o700 });
      try {
        expect(newPrivateFolder('scratch')).toContain(base);
        const held = newPrivateFolder('held', true);
        expect(held?.startsWith(base)).not.toBe(true);
        if (held !== undefined) rmSync(held, { recursive: true });
      } finally {
        restore('XDG_CACHE_HOME', XDG_CACHE_HOME);
        restore('XDG_RUNTIME_DIR', XDG_RUNTIME_DIR);
      }
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
