import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { lockModules } from '../../../src/index.js';
import { withFolder } from '../../support/temporary-folder.js';
import { errorOf } from '../../support/with-host.js';
import { writeFiles } from '../../support/write-files.js';

const FILES = { 'phlow.yaml': 'name: guest\n', 'index.js': 'export default () => 1;' };

const listed = (count: number, one: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => one(n)).join('\n');
const declaring = (count: number): string =>
  `{"dependencies":{"a":"1"${listed(count, (n) => `,"p${n}":"1"`)}}}`;

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
      '30 000 files',
      'more than 30000 files',
      (folder: string): void => {
        mkdirSync(join(folder, 'many'));
        for (let n = 0; n < 30_000; n++) writeFileSync(join(folder, 'many', String(n)), '');
      },
    ],
    [
      '2 001 links',
      'more than 2000 links',
      (folder: string): void => {
        mkdirSync(join(folder, 'many'));
        for (let n = 0; n <= 2_000; n++) symlinkSync('../index.js', join(folder, 'many', String(n)));
      },
    ],
    [
      'a circle of 6 000 packages',
      'more than 3000 packages from elsewhere',
      (folder: string): void => {
        writeFiles(folder, { 'package.json': '{"dependencies":{"p0":"1"}}' });
        for (let n = 0; n < 6_000; n++)
          writeFiles(join(folder, '../node_modules', `p${n}`), {
            'package.json': `{"dependencies":{"p${(n + 1) % 6_000}":"1"}}`,
          });
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
    [
      'a package.json of 300 000 dependencies',
      'package.json has more than 1 MiB',
      (folder: string): void => writeFiles(folder, { 'package.json': declaring(300_000) }),
    ],
    [
      'one of 50 000',
      'package.json names more than 2000 dependencies',
      (folder: string): void => writeFiles(folder, { 'package.json': declaring(50_000) }),
    ],
    [
      'own names for 20 000 packages',
      'package.json maps names to more than 2000 files and packages',
      (folder: string): void =>
        writeFiles(folder, {
          'package.json': `{"imports":{"#a":"./a.js"${listed(20_000, (n) => `,"#${n}":"p${n}"`)}}}`,
        }),
    ],
    [
      'one that nests',
      'package.json nests more than 64 deep',
      (folder: string): void => writeFiles(folder, { 'package.json': '{"a":'.repeat(80) }),
    ],
    [
      '300 packages with 900 dependencies each',
      'package.json it asks for more than 50000 packages',
      (folder: string): void => {
        for (let i = 0; i < 300; i++)
          writeFiles(folder, { [`node_modules/p${i}/package.json`]: declaring(900) });
      },
    ],
    [
      'a source of 150 000 imports',
      'index.js it asks for more than 50000 packages',
      (folder: string): void => {
        mkdirSync(join(folder, '../node_modules'));
        writeFiles(folder, { 'index.js': listed(150_000, (n) => `import 'p${n}';`) });
      },
    ],
    [
      'a source of 20 000 files of others',
      'what takes more than 50000 looks at the disk to find',
      (folder: string): void => {
        mkdirSync(join(folder, '../node_modules'));
        writeFiles(folder, { 'index.js': listed(20_000, (n) => `import '../node_modules/p/${n}';`) });
      },
    ],
  ])('%s', async (_name, reason, make) => {
    const error = await refusal(make);
    expect([error.code, error.message]).toEqual(['PHLOW_LOAD_FAILED', expect.stringContaining(reason)]);
  });
});
