import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { runPhlow } from '../support/run-phlow.js';
import { withFolder } from '../support/temporary-folder.js';

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

describe('phlow check', () => {
  test('says ok for each good manifest below a folder, leaving out installed packages', () =>
    withFolder(async (cwd) => {
      write(cwd, {
        'b/phlow.yaml': 'name: b\nentry: ./main.js',
        'b/main.js': '',
        'a/phlow.yaml': 'name: a',
        'node_modules/c/phlow.yaml': 'not a manifest',
      });
      expect(await runPhlow(['check', '.'], { cwd })).toEqual({
        code: 0,
        stdout: 'ok a/phlow.yaml\nok b/phlow.yaml\n',
        stderr: '',
      });
    }));

  test('goes on after a bad manifest and ends with 3', () =>
    withFolder(async (cwd) => {
      write(cwd, { 'a/phlow.yaml': 'naem: a', 'b/phlow.yaml': 'name: b' });
      const ended = await runPhlow(['check', 'a', 'b/phlow.yaml'], { cwd });
      expect(ended).toMatchObject({ code: 3, stdout: 'ok b/phlow.yaml\n' });
      expect(ended.stderr).toContain('--> a/phlow.yaml:1:1\n> 1 | naem: a\n    | ^^^^');
    }));

  test('misses an entry file that the manifest names', () =>
    withFolder(async (cwd) => {
      write(cwd, { 'phlow.yaml': 'name: a\nentry: ./none.js' });
      const ended = await runPhlow(['check', 'phlow.yaml'], { cwd });
      expect(ended.code).toBe(4);
      expect(ended.stderr).toContain('> 2 | entry: ./none.js');
    }));

  test('starts no module', () =>
    withFolder(async (cwd) => {
      write(cwd, { 'phlow.yaml': 'name: a\nentry: ./main.js', 'main.js': 'throw new Error("started")' });
      expect((await runPhlow(['check', '.'], { cwd })).code).toBe(0);
    }));

  test('tells a program with --json', () =>
    withFolder(async (cwd) => {
      write(cwd, { 'a/phlow.yaml': 'name: 3', 'b/phlow.yaml': 'name: b' });
      const { code, stdout } = await runPhlow(['check', '.', '--json'], { cwd });
      expect(code).toBe(3);
      expect(JSON.parse(stdout)).toMatchObject({
        files: [
          {
            file: 'a/phlow.yaml',
            ok: false,
            error: { code: 'PHLOW_MANIFEST_INVALID', place: { line: 1, column: 7 } },
          },
          { file: 'b/phlow.yaml', ok: true, error: null },
        ],
      });
    }));

  test.each(['none', 'none/phlow.yaml', '.'])('ends with 3 when there is nothing to check at %s', (path) =>
    withFolder(async (cwd) => {
      expect(await runPhlow(['check', path], { cwd })).toMatchObject({ code: 3, stdout: '' });
    }),
  );
});
