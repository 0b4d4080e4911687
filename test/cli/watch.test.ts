import { mkdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { stateOf } from '../../src/cli/watch.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

const MODULE = {
  'phlow.yaml': 'name: price\n',
  'index.js': `import table from './data/table.json' with { type: 'json' };\nexport default () => table;\n`,
  'data/table.json': '1\n',
};

/** Whether what is done to the files of a module counts as a change of it. */
async function counts(change: (cwd: string) => void): Promise<boolean> {
  let isOther = false;
  await withFolder((cwd) => {
    writeFiles(cwd, MODULE);
    const before = stateOf([cwd]);
    expect(stateOf([cwd])).toBe(before);
    change(cwd);
    isOther = stateOf([cwd]) !== before;
    return Promise.resolve();
  });
  return isOther;
}

describe('what --watch takes for a change of a module', () => {
  test.each<[string, (cwd: string) => void]>([
    ['its code', (cwd) => writeFileSync(join(cwd, 'index.js'), 'export default () => 2;\n')],
    ['its manifest', (cwd) => writeFileSync(join(cwd, 'phlow.yaml'), 'name: price\nversion: 2.0.0\n')],
    ['a new file of code', (cwd) => writeFileSync(join(cwd, 'other.ts'), '')],
    ['a file of code less', (cwd) => rmSync(join(cwd, 'index.js'))],
    ['data that the code imports', (cwd) => writeFileSync(join(cwd, 'data/table.json'), '2\n')],
    [
      'code of the same size with the times of before',
      (cwd) => {
        const file = join(cwd, 'index.js');
        const { atime, mtime } = statSync(file);
        writeFileSync(file, MODULE['index.js'].replace('=> table', '=> 12345'));
        utimesSync(file, atime, mtime);
      },
    ],
  ])('%s', async (_, change) => {
    expect(await counts(change)).toBe(true);
  });

  test.each<[string, (cwd: string) => void]>([
    ['what it writes beside its code', (cwd) => writeFileSync(join(cwd, 'seen.json'), '{}')],
    ['a log', (cwd) => writeFileSync(join(cwd, 'out.log'), 'x')],
    ["an editor's file", (cwd) => writeFileSync(join(cwd, '.index.js.swp'), 'x')],
    ["an editor's backup", (cwd) => writeFileSync(join(cwd, 'index.js~'), 'x')],
    ['a folder of installed packages', (cwd) => writeFiles(cwd, { 'node_modules/x/index.js': '' })],
  ])('not %s', async (_, change) => {
    expect(await counts(change)).toBe(false);
  });
});

describe('what --watch survives', () => {
  test('links that lead to themselves, upwards and nowhere', () =>
    withFolder((cwd) => {
      symlinkSync('loop.js', join(cwd, 'loop.js'));
      symlinkSync('..', join(cwd, 'up'));
      symlinkSync('nothing', join(cwd, 'gone.js'));
      expect(stateOf([cwd, join(cwd, 'loop.js')]).split('\n')).toEqual([
        `${join(cwd, 'gone.js')} ENOENT`,
        `${join(cwd, 'loop.js')} ELOOP`,
        `${join(cwd, 'loop.js')} ELOOP`,
      ]);
      return Promise.resolve();
    }));

  test('a folder that is gone, and comes back', () =>
    withFolder((cwd) => {
      const folder = join(cwd, 'price');
      mkdirSync(folder);
      const empty = stateOf([folder]);
      rmSync(folder, { recursive: true });
      const gone = stateOf([folder]);
      expect(gone).toBe(`${folder} ENOENT`);
      writeFiles(cwd, { 'price/index.js': '' });
      expect(new Set([empty, gone, stateOf([folder])]).size).toBe(3);
      return Promise.resolve();
    }));
});
