import { join } from 'node:path';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { audit, createHost, lockModules } from '../../../src/index.js';
import { LOCK_FILE } from '../../../src/sandbox/lock/lock-file.js';
import { withFolder } from '../../support/temporary-folder.js';
import { errorOf } from '../../support/with-host.js';
import { writeFiles } from '../../support/write-files.js';

describe('an entry by which there is no module', () => {
  test.each([
    ['./Mods/own', './mods/own'],
    ['./mods/Own.', './mods/own'],
    ['./mods/cafe\u0301', './mods/caf\u00e9'],
    ['./mods/ow\u200cn', './mods/own'],
  ])('%j holds the module %j, which it means', (entry, name) =>
    withFolder(async (app) => {
      writeFiles(join(app, name), { 'phlow.yaml': 'name: own', 'index.mjs': 'export default () => 1;' });
      await lockModules({ baseDir: app, modules: [name], accept: true });
      const file = join(app, LOCK_FILE);
      const text = readFileSync(file, 'utf8');
      writeFileSync(file, text.replace(JSON.stringify(name), JSON.stringify(entry)));
      await using host = await createHost({ logLevel: 'off' });
      expect(await errorOf(host.load(name, { baseDir: app }))).toMatchObject({
        code: 'PHLOW_LOCK_MISMATCH',
        message: expect.stringMatching(
          /phlow\.lock has no entry for it; there is an entry for "[^"]*", but no such module/,
        ),
      });
      expect(await lockModules({ baseDir: app, frozen: true })).toMatchObject({ gone: [entry] });
      expect((await lockModules({ baseDir: app, frozen: true, modules: [name] })).changes).toMatchObject([
        { module: name, isNew: true },
      ]);
      expect((await audit({ baseDir: app })).problems).toMatchObject([
        { module: entry, problem: expect.stringContaining('it is no longer there') },
      ]);
      writeFiles(app, { 'f.phlow': `modules:\n  - module: ${name}\n    name: own\nsteps:\n  - use: own\n` });
      const { modules, problems } = await audit({ baseDir: app, flow: join(app, 'f.phlow') });
      expect([modules.map(({ lock }) => lock), problems.length]).toEqual([['new'], 1]);
      expect(problems[0]?.problem).toContain('not in the lock file; there is an entry for "');
      await lockModules({ baseDir: app, modules: [name], accept: true });
      expect(await (await host.load(name, { baseDir: app })).call()).toBe(1);
    }),
  );

  test('holds nothing that is called otherwise, or that lies beside a module of that name', () =>
    withFolder(async (app) => {
      for (const name of ['mods/own', 'mods/other', 'Mods/own'])
        writeFiles(join(app, name), { 'phlow.yaml': 'name: own', 'index.mjs': 'export default () => 1;' });
      await lockModules({ baseDir: app, modules: ['./Mods/own', './mods/other'], accept: true });
      renameSync(join(app, 'mods/other'), join(app, 'mods/another'));
      await using host = await createHost({ logLevel: 'off' });
      expect(await (await host.load('./mods/own', { baseDir: app })).call()).toBe(1);
      expect(await (await host.load('./mods/another', { baseDir: app })).call()).toBe(1);
    }));

  test('means a package too, whose own lock file is gone', () =>
    withFolder(async (app) => {
      const name = './lib/phlow_packages/p';
      writeFiles(join(app, name), { 'phlow.yaml': 'name: p', 'index.js': 'export default () => 1;' });
      writeFileSync(
        join(app, LOCK_FILE),
        `{"phlow":1,"modules":{"./lib/phlow_packages/P":{"integrity":"sha512-x","permissions":[]}}}`,
      );
      await using host = await createHost({ logLevel: 'off' });
      expect(await errorOf(host.load(name, { baseDir: app }))).toMatchObject({
        code: 'PHLOW_LOCK_MISMATCH',
        message: expect.stringContaining('there is no such file'),
      });
    }));
});
