import { execFileSync } from 'node:child_process';
import { mkdirSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { lockCommand } from '../../../src/sandbox/lock/assert-locked.js';
import { withFolder } from '../../support/temporary-folder.js';

test('what accepts a module can be typed as it stands in the folder of the lock file', () => {
  expect(lockCommand('x', resolve('.'))).toBe('phlow lock --accept x');
  expect(lockCommand('my x', resolve('.'))).toBe("phlow lock --accept './phlow_packages/my x'");
});

test('from another folder, it is a command for a shell that changes to that of the lock file and back', () =>
  withFolder((root) => {
    const app = join(realpathSync(root), "Ann's app; here");
    mkdirSync(app);
    const script = `phlow() { pwd; printf '%s\\n' "$@"; }; ${lockCommand('my x', app)}; pwd`;
    const output = execFileSync('/bin/sh', ['-c', script], { cwd: root, encoding: 'utf8' });
    expect(output.trim().split('\n')).toEqual([
      app,
      'lock',
      '--accept',
      './phlow_packages/my x',
      realpathSync(root),
    ]);
  }));
