import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { lockModules } from '../../../src/index.js';
import { withFolder } from '../../support/temporary-folder.js';
import { errorOf } from '../../support/with-host.js';
import { writeFiles } from '../../support/write-files.js';

test('a module that cannot be locked hides no difference of the others', async () => {
  await withFolder(async (app) => {
    const packages = join(app, 'phlow_packages');
    for (const name of ['a', 'b', 'c'])
      writeFiles(join(packages, name), { 'phlow.yaml': `name: ${name}\n`, 'index.js': '' });
    await lockModules({ baseDir: app, accept: true });
    writeFiles(packages, { 'a/index.js': '1', 'b/phlow.yaml': 'nome: b\n', 'c/index.js': '1' });
    for (const how of [{ frozen: true }, {}, { accept: true }]) {
      const error = await errorOf(lockModules({ baseDir: app, ...how }));
      expect(error).toMatchObject({ code: 'PHLOW_MANIFEST_INVALID' });
      expect(error.message).toMatch(
        /nome[^]*This also differs:\na\n[^]*files differ[^]*\nc\n[^]*files differ/,
      );
    }
  });
});
