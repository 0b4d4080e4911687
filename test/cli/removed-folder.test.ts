import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { lockModules } from '../../src/index.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

test('commands that need no folder go on where the current one has been removed', () =>
  withFolder(async (app) => {
    const packages = join(app, 'phlow_packages');
    writeFiles(packages, {
      'ok/phlow.yaml': 'name: ok\n',
      'ok/index.js': 'export default () => 1;\n',
      'other/phlow.yaml': 'name: other\n',
      'other/index.js': 'export default () => 1;\n',
    });
    await lockModules({ baseDir: app, accept: true });
    writeFiles(packages, { 'other/index.js': 'export default () => 2;\n' });
    const phlow = (...args: string[]): readonly [number | null, string] => {
      const shell = 'mkdir gone && cd gone && rmdir ../gone && exec "$@"';
      const { status, stdout, stderr } = spawnSync(
        'sh',
        ['-c', shell, 'sh', process.execPath, MAIN, ...args],
        {
          cwd: app,
          encoding: 'utf8',
        },
      );
      return [status, stdout + stderr];
    };
    expect(phlow('check', join(packages, 'ok'))).toEqual([0, `ok ${join(packages, 'ok/phlow.yaml')}\n`]);
    const [code, text] = phlow('check', join(packages, 'other'));
    expect(code).toBe(4);
    expect(text).toMatch(/^error\[PHLOW_LOCK_MISMATCH\].*is not what phlow\.lock accepted$/m);
    expect(text).toContain(`If you accept that: (cd ${app} && phlow lock --accept other)`);
    expect(phlow('lock')).toEqual([0, 'there is no phlow.lock here, and no package to lock\n']);
    expect(phlow('modules')).toEqual([0, expect.stringContaining('echo')]);
  }));
