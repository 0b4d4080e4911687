import { mkdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { lockModules } from '../../../src/index.js';
import { withFolder } from '../../support/temporary-folder.js';
import { errorOf } from '../../support/with-host.js';
import { writeFiles } from '../../support/write-files.js';

const FILES = { 'phlow.yaml': 'name: guest\n', 'index.js': 'export default () => 1;' };

/** The error of accepting a package that somebody has made something odd of. */
function refusal(make: (folder: string) => void): ReturnType<typeof errorOf> {
  return withFolder(async (app) => {
    const folder = join(app, 'phlow_packages/guest');
    writeFiles(folder, FILES);
    make(folder);
    return errorOf(lockModules({ baseDir: app, accept: true }));
  });
}

describe('what is too much to be looked at is refused before it is read', () => {
  test.each([
    '../../..',
    '..',
    '.',
    '/usr',
    '/sys',
    'a/b',
    '@a/../b',
    '@/usr',
    'node_modules',
    'file:///usr',
    'C:\\Windows',
    'x'.repeat(300),
  ])('a dependency that is called %j', async (name) => {
    for (const key of ['dependencies', 'peerDependencies', 'optionalDependencies']) {
      const error = await refusal((folder) =>
        writeFiles(folder, { 'package.json': JSON.stringify({ [key]: { [name]: '1' } }) }),
      );
      expect([error.code, error.message]).toEqual([
        'PHLOW_LOAD_FAILED',
        expect.stringContaining('which is no name of a package'),
      ]);
    }
  });

  test.each([
    [
      'a file of a terabyte',
      'more than 1024 MiB',
      (folder: string): void => {
        writeFiles(folder, { 'data.bin': '' });
        truncateSync(join(folder, 'data.bin'), 2 ** 40);
      },
    ],
    [
      'folders without end',
      'more than 64 deep',
      (folder: string): void => {
        mkdirSync(join(folder, 'd/'.repeat(80)), { recursive: true });
      },
    ],
    [
      'one of a package of its own',
      'more than 1024 MiB',
      (folder: string): void => {
        writeFiles(folder, { 'node_modules/x/package.json': '{}', 'node_modules/x/data.bin': '' });
        truncateSync(join(folder, 'node_modules/x/data.bin'), 2 ** 40);
      },
    ],
  ])('%s', async (_name, reason, make) => {
    const error = await refusal(make);
    expect([error.code, error.message]).toEqual(['PHLOW_LOAD_FAILED', expect.stringContaining(reason)]);
  });
});
