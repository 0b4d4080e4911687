import { describe, expect, test } from '@jest/globals';
import { createHost, lockModules } from '../../../src/index.js';
import { withFolder } from '../../support/temporary-folder.js';
import { errorOf } from '../../support/with-host.js';
import { writeFiles } from '../../support/write-files.js';

const MODULE = {
  'own/phlow.yaml': 'name: own\n',
  'own/index.js': `import x from '#x';\nexport default () => x;\n`,
  'own/x.js': 'export default 7;\n',
};
const MAPPING = (target: string): string => JSON.stringify({ type: 'module', imports: { '#x': target } });

describe('an own name that a module imports', () => {
  test('which a package.json above its folder maps cannot be accepted: it could never be loaded', () =>
    withFolder(async (app) => {
      writeFiles(app, { ...MODULE, 'package.json': MAPPING('./own/x.js') });
      const error = await errorOf(lockModules({ baseDir: app, modules: ['./own'], accept: true }));
      expect(error.message).toContain('the import #x is mapped by');
    }));

  test('which its own package.json maps is accepted and loaded', () =>
    withFolder(async (app) => {
      writeFiles(app, {
        ...MODULE,
        'package.json': MAPPING('./no.js'),
        'own/package.json': MAPPING('./x.js'),
      });
      await lockModules({ baseDir: app, modules: ['./own'], accept: true });
      const host = await createHost({ logLevel: 'off' });
      try {
        expect(await (await host.load('./own', { baseDir: app })).call(null)).toBe(7);
      } finally {
        await host.close();
      }
    }));
});
