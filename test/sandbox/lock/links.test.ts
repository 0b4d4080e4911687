import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { audit, createHost, lockModules, type IsolationLevel } from '../../../src/index.js';
import { WALLED } from '../../support/guarded-here.js';
import { withFolder } from '../../support/temporary-folder.js';
import { errorOf } from '../../support/with-host.js';
import { writeFiles } from '../../support/write-files.js';

const CODE = 'module.exports = () => 1;';

function link(target: string, path: string): void {
  rmSync(path, { force: true });
  symlinkSync(target, path);
}

describe('links that lie outside of what was accepted', () => {
  test.each<IsolationLevel>(['trusted', ...WALLED])(
    'one that a link of the module passes decides what is loaded, so that it counts at %s',
    (isolation) =>
      withFolder(async (app) => {
        writeFiles(join(app, 'phlow_packages/guest'), {
          'phlow.yaml': 'name: guest\n',
          'index.cjs': `module.exports = require('./chosen/x.cjs');`,
          'a/x.cjs': CODE,
          'b/x.cjs': 'module.exports = () => 2;',
        });
        link('phlow_packages/guest/a', join(app, 'chosen'));
        link('../../chosen', join(app, 'phlow_packages/guest/chosen'));
        await lockModules({ baseDir: app, accept: true });
        const host = await createHost({ logLevel: 'off' });
        try {
          const module = await host.load('guest', { baseDir: app, isolation });
          expect(await module.call(null)).toBe(1);
          await module.close();
          link('phlow_packages/guest/b', join(app, 'chosen'));
          expect((await lockModules({ baseDir: app, frozen: true })).changes).toHaveLength(1);
          expect((await audit({ baseDir: app })).problems).toHaveLength(1);
          const { code } = await errorOf(host.load('guest', { baseDir: app, isolation }));
          expect(code).toBe('PHLOW_LOCK_MISMATCH');
        } finally {
          await host.close();
        }
      }),
  );

  test('a module of the owner’s that was accepted by the name of a link is held by each of its names', () =>
    withFolder(async (app) => {
      writeFiles(join(app, 'mods/own'), { 'phlow.yaml': 'name: own\n', 'index.cjs': CODE });
      link('mods/own', join(app, 'b'));
      link('b', join(app, 'a'));
      await lockModules({ baseDir: app, modules: ['./b'], accept: true });
      writeFiles(join(app, 'mods/own'), { 'index.cjs': 'module.exports = () => 2;' });
      const host = await createHost({ logLevel: 'off' });
      try {
        for (const name of ['./a', './b', './mods/own']) {
          const { code } = await errorOf(host.load(name, { baseDir: app, name: 'own' }));
          expect([name, code]).toEqual([name, 'PHLOW_LOCK_MISMATCH']);
        }
        await lockModules({ baseDir: app, modules: ['./mods/own'], accept: true });
        const module = await host.load('./a', { baseDir: app });
        expect(await module.call(null)).toBe(2);
      } finally {
        await host.close();
      }
    }));
});
