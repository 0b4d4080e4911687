import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { LEVELS } from '../support/guarded-here.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

const SCRIPT = fileURLToPath(new URL('../support/bare-context.js', import.meta.url));

test('a host works in a context without symbols for disposing, as some test runners have it', () =>
  withFolder((folder) => {
    writeFiles(folder, {
      'phlow.yaml': 'name: echo\n',
      'index.js': 'export default ({ input }) => input;\n',
    });
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', SCRIPT, folder],
      { encoding: 'utf8', timeout: 60_000 },
    );
    expect([stdout, stderr]).toEqual([LEVELS.map((level) => `${level} {"n":1}\n`).join(''), '']);
  }));
