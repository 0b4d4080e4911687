import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { audit, lockModules } from '../../../src/index.js';
import { LOCK_FILE, readLock } from '../../../src/sandbox/lock/lock-file.js';
import { runPhlow } from '../../support/run-phlow.js';
import { withFolder } from '../../support/temporary-folder.js';
import { errorOf } from '../../support/with-host.js';
import { writeFiles } from '../../support/write-files.js';

test('accepting by its name removes the entry of a module that is gone, and nothing else', async () => {
  await withFolder(async (app) => {
    const files = { 'phlow.yaml': 'name: x\n', 'index.js': 'export default () => 1;' };
    const folders = ['phlow_packages/x', 'phlow_packages/ghost', 'phlow_packages/two words', 'own', 'left'];
    for (const folder of folders) writeFiles(join(app, folder), files);
    await lockModules({ baseDir: app, accept: true });
    await lockModules({ baseDir: app, modules: ['./own', './left'], accept: true });
    for (const folder of ['phlow_packages/ghost', 'phlow_packages/two words', 'left'])
      rmSync(join(app, folder), { recursive: true });
    writeFiles(join(app, 'phlow_packages/x'), { 'index.js': 'export default () => 2;' });
    const { problems } = await audit({ baseDir: app });
    const said = problems.flatMap(
      ({ problem }) => /no longer there\n.*: \(cd \S+ && (phlow lock .*)\)/.exec(problem)?.[1] ?? [],
    );
    expect(said.sort()).toEqual([
      "phlow lock --accept './phlow_packages/two words'",
      'phlow lock --accept ./left',
      'phlow lock --accept ghost',
    ]);
    const keys = async (): Promise<readonly string[]> => [
      ...((await readLock(join(app, LOCK_FILE))) ?? new Map<string, unknown>()).keys(),
    ];
    const before = await readLock(join(app, LOCK_FILE));
    const looked = await runPhlow(['lock', 'ghost'], { cwd: app });
    expect([looked.code, looked.stdout]).toEqual([1, 'ghost\n  no longer there\n']);
    expect((await runPhlow(['lock', '--accept', 'ghost'], { cwd: app })).code).toBe(0);
    expect(await keys()).toEqual(['./left', './own', 'two words', 'x']);
    const modules = ['./left', './phlow_packages/two words', './own'];
    expect((await lockModules({ baseDir: app, modules, accept: true })).gone).toEqual([
      './left',
      'two words',
    ]);
    expect(await keys()).toEqual(['./own', 'x']);
    // Nobody has looked at that.
    expect((await readLock(join(app, LOCK_FILE)))?.get('x')).toEqual(before?.get('x'));
    expect((await errorOf(lockModules({ baseDir: app, modules: ['ghost'] }))).code).toBe(
      'PHLOW_MODULE_NOT_FOUND',
    );
  });
});
