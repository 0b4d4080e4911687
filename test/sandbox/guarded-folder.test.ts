import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { canHoldGuarded } from '../support/guarded-here.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

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
