import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { canHoldGuarded } from '../support/guarded-here.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const HOST = fileURLToPath(new URL('./guarded-host.js', import.meta.url));

const MODULE = `
import { readFileSync, readdirSync } from 'node:fs';
const outcome = (run) => { try { run(); return 'read'; } catch (error) { return error.code; } };
export default ({ input }) => ({
  list: outcome(() => readdirSync(input)),
  file: outcome(() => readFileSync(input + '/secret.txt')),
  deep: outcome(() => readFileSync(input + '/other/secret.txt')),
  own: outcome(() => readFileSync(new URL('own.txt', import.meta.url))),
});
`;

/** Loads the module guarded in a host whose current folder is `cwd`, and calls it with that folder. */
async function tryIn(cwd: string, folder: string): Promise<unknown> {
  const host = fork(HOST, [folder], { cwd, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const [said] = (await once(host, 'message')) as [unknown];
  host.disconnect();
  await once(host, 'exit');
  return said;
}

const DENIED = 'ERR_ACCESS_DENIED';

describe('a guarded module and the current folder of its host', () => {
  test.each([
    ['its own folder lies below', '.', 'mods/nosy'],
    ['its own folder lies elsewhere', 'other', 'mods/nosy'],
  ])('%s: it reads nothing there, or is not loaded and the error says what to do', (_where, cwd, mod) =>
    withFolder(async (folder) => {
      writeFiles(folder, { 'secret.txt': 'x', 'other/secret.txt': 'x', 'other/other/secret.txt': 'x' });
      writeFiles(join(folder, mod), { 'phlow.yaml': 'name: nosy\n', 'index.mjs': MODULE, 'own.txt': 'x' });
      const said = await tryIn(join(folder, cwd), join(folder, mod));
      if (canHoldGuarded) expect(said).toEqual({ list: DENIED, file: DENIED, deep: DENIED, own: 'read' });
      else expect(said).toMatch(/^PHLOW_LEVEL_UNAVAILABLE .*empty folder.*isolated$/);
    }),
  );

  test('it is its own folder: it reads that', () =>
    withFolder(async (folder) => {
      writeFiles(folder, {
        'phlow.yaml': 'name: nosy\n',
        'index.mjs': MODULE,
        'own.txt': 'x',
        'secret.txt': 'x',
      });
      expect(await tryIn(folder, folder)).toMatchObject({ list: 'read', file: 'read', own: 'read' });
    }));

  test('it is empty: every Node can hold the module', () =>
    withFolder(async (folder) => {
      mkdirSync(join(folder, 'none'));
      writeFiles(join(folder, 'mod'), { 'phlow.yaml': 'name: nosy\n', 'index.mjs': MODULE, 'own.txt': 'x' });
      writeFiles(folder, { 'secret.txt': 'x' });
      const said = await tryIn(join(folder, 'none'), join(folder, 'mod'));
      expect(said).toMatchObject({ own: 'read' });
    }));
});

describe('a guarded module that is reached through a link', () => {
  const HELLO =
    "import { createStep } from 'phlow/sdk';\nexport default createStep({ handler: () => 'hello' });\n";

  test.each([
    ['its folder', 'real/m', 'linked', 'linked'],
    ['a folder above it', 'real', 'linked', 'linked/m'],
    ['its entry', 'real/m/entry.mjs', 'real/m/index.mjs', 'real/m'],
  ])('%s: it runs, and finds phlow by a link as well', (_what, target, link, named) =>
    withFolder(async (folder) => {
      mkdirSync(join(folder, 'none'));
      mkdirSync(join(folder, 'node_modules'));
      symlinkSync(ROOT, join(folder, 'node_modules/phlow'));
      const entry = link.endsWith('index.mjs') ? 'entry.mjs' : 'index.mjs';
      writeFiles(join(folder, 'real/m'), { 'phlow.yaml': 'name: m\n', [entry]: HELLO });
      symlinkSync(join(folder, target), join(folder, link));
      expect(await tryIn(join(folder, 'none'), join(folder, named))).toBe('hello');
    }),
  );

  test('an entry that leads out of its folder is refused with a way out', () =>
    withFolder(async (folder) => {
      mkdirSync(join(folder, 'none'));
      writeFiles(folder, { 'm/phlow.yaml': 'name: m\n', 'elsewhere.mjs': 'export default () => 1;\n' });
      symlinkSync(join(folder, 'elsewhere.mjs'), join(folder, 'm/index.mjs'));
      expect(await tryIn(join(folder, 'none'), join(folder, 'm'))).toMatch(
        /^PHLOW_LOAD_FAILED .*m\/index\.mjs, which leads to .*put a copy of the code in its place/,
      );
    }));
});
