import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createHost, lockModules } from '../../../src/index.js';
import { takeSnapshot } from '../../../src/sandbox/snapshot/take-snapshot.js';
import { asOrdinaryUser } from '../../support/ordinary-user.js';
import { withFolder } from '../../support/temporary-folder.js';
import { errorOf } from '../../support/with-host.js';
import { writeFiles } from '../../support/write-files.js';

/** An application with a package of which one part cannot be read. */
async function withUnreadable(part: string, use: (app: string, at: string) => Promise<void>): Promise<void> {
  await withFolder(async (app) => {
    chmodSync(app, 0o777);
    const folder = join(app, 'phlow_packages', 'dates');
    writeFiles(folder, {
      'phlow.yaml': 'name: dates\n',
      'index.js': 'export default () => 1;',
      'words.json': '{}',
      'large.bin': Buffer.alloc(600_000).toString(),
    });
    mkdirSync(join(folder, 'inner'));
    const at = join(folder, part);
    chmodSync(at, 0);
    try {
      await asOrdinaryUser(() => use(app, at));
    } finally {
      chmodSync(at, 0o700);
    }
  });
}

// Windows has no such modes.
const onUnix = process.platform === 'win32' ? test.skip : test;

onUnix.each(['words.json', 'large.bin', 'inner', 'index.js'])(
  'what cannot be read (%s) is told by its name and is never accepted',
  async (part) => {
    await withUnreadable(part, async (app, at) => {
      const folder = join(app, 'phlow_packages', 'dates');
      await using host = await createHost({ logLevel: 'off', warmPool: false });
      const tries = [
        () => takeSnapshot({ folder }),
        () => lockModules({ baseDir: app, accept: true }),
        () => lockModules({ baseDir: app, modules: ['dates'] }),
        () => host.load('dates', { baseDir: app, isolation: 'sandboxed' }),
      ];
      for (const attempt of tries) {
        const error = await errorOf(attempt());
        expect(error).toMatchObject({ code: 'PHLOW_LOAD_FAILED' });
        expect(error.message).toContain(`${at} cannot be read: EACCES`);
      }
      expect(existsSync(join(app, 'phlow.lock'))).toBe(false);
    });
  },
);
