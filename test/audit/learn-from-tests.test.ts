import { join } from 'node:path';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { learn } from '../../src/index.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

const READER = `
export default async ({ input }, context) => {
  if (input.save !== undefined) await context.fs.writeText('$DATA/saved.txt', input.save);
  return { text: await context.fs.readText('./texts/' + input.name), key: context.env.API_KEY };
};`;

const TESTS = `
modules:
  - module: ./
    name: reader
    isolation: trusted
    grant: { net: { connect: ["example.com:443"] } }
steps:
  - use: reader
    input: !phs main
tests:
  - describe: reads what it is asked for
    main: { name: 'a.txt' }
    assert: !phs payload.text == "A"
  - describe: saves before it reads
    main: { name: 'b.txt', save: 'x' }
    assert: !phs payload.text == "B"
`;

function readerIn(app: string, tests: string): string {
  const folder = join(app, 'phlow_packages', 'reader');
  writeFiles(folder, {
    'phlow.yaml': 'name: reader\n',
    'index.js': READER,
    'texts/a.txt': 'A',
    'texts/b.txt': 'B',
    'reader.test.phlow': tests,
  });
  return folder;
}

describe('learn from the tests of a module', () => {
  test('finds the smallest block with which its *.test.phlow flows pass', async () => {
    await withFolder(async (app) => {
      const folder = readerIn(app, TESTS);
      const learnt = await learn('reader', { baseDir: app, write: true });
      expect(learnt).toMatchObject({ samples: 2, failures: [], unneeded: ['env API_KEY'], madeUp: [] });
      expect(learnt.block).toBe('permissions:\n  fs: { read: [ ./texts ], write: [ $DATA/saved.txt ] }');
      expect(readFileSync(join(folder, 'phlow.yaml'), 'utf8')).toBe(`name: reader\n${learnt.block ?? ''}\n`);
    });
  });

  test('says which case fails, and writes nothing then', async () => {
    await withFolder(async (app) => {
      const folder = readerIn(app, TESTS.replace('== "B"', '== "C"'));
      const learnt = await learn('reader', { baseDir: app, write: true });
      expect(learnt.failures.map(({ sample }) => sample)).toEqual([
        'reader.test.phlow: saves before it reads',
      ]);
      expect(learnt.written).toBeUndefined();
      expect(readFileSync(join(folder, 'phlow.yaml'), 'utf8')).toBe('name: reader\n');
    });
  });

  test('shows the module made-up values in the place of variables that nobody named', async () => {
    await withFolder(async (app) => {
      const shown = (key: string): string => TESTS.replace('payload.text == "A"', `payload.key == "${key}"`);
      process.env['API_KEY'] = 'the real one';
      try {
        readerIn(app, shown('learning-API_KEY'));
        expect(await learn('reader', { baseDir: app })).toMatchObject({
          failures: [],
          permissions: { env: ['API_KEY'] },
          madeUp: ['API_KEY'],
          cautions: ['env API_KEY: its name says that it contains a secret'],
        });
        readerIn(app, shown('the real one'));
        expect(await learn('reader', { baseDir: app, grant: { env: ['API_KEY'] } })).toMatchObject({
          failures: [],
          madeUp: [],
        });
      } finally {
        delete process.env['API_KEY'];
      }
    });
  }, 120_000);

  test('gives the author’s flows no more than any flow of a package: no levels, no environment, nothing outside', async () => {
    await withFolder(async (app) => {
      const other = (module: string, more = ''): string =>
        `modules:\n  - module: ./\n    name: reader\n  - module: ${module}\n    name: other\n${more}steps:\n  - use: other\ntests:\n  - describe: runs\n    main: {}\n    assert: true\n`;
      writeFiles(app, {
        'own/phlow.yaml': 'name: own',
        'own/index.js': `import { writeFileSync } from 'node:fs'; writeFileSync(new URL('../ran', import.meta.url), ''); export default () => 1;`,
      });
      const errorOf = async (tests: string): Promise<string | undefined> => {
        readerIn(app, tests);
        return (await learn('reader', { baseDir: app })).failures[0]?.error;
      };
      expect(await errorOf(other('../../own'))).toContain('reaches outside of it');
      expect(await errorOf(other('echo', '    isolation: trusted\n'))).toContain('cannot set "isolation"');
      expect(existsSync(join(app, 'ran'))).toBe(false);
      const envs = TESTS.replace('payload.text == "A"', 'envs.PATH == null');
      expect(await errorOf(envs)).toBeUndefined();
    });
  }, 120_000);
});
