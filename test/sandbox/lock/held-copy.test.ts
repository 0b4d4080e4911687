import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createHost, lockModules, type IsolationLevel } from '../../../src/index.js';
import { GUARDED } from '../../support/guarded-here.js';
import { withFolder } from '../../support/temporary-folder.js';
import { writeFiles } from '../../support/write-files.js';

const MODULE = {
  'phlow.yaml': 'name: held\nversion: 1.0.0\nentry: index.cjs\n',
  'index.cjs': `const { existsSync, lstatSync, readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { createStep } = require('phlow/sdk');
const tried = (run) => { try { return run(); } catch (error) { return error.code; } };
module.exports = createStep(async () => {
  const sdk = await import('phlow/sdk');
  let base = __dirname;
  while (!existsSync(join(base, 'node_modules/phlow/package.json'))) base = dirname(base);
  const phlow = join(base, 'node_modules/phlow');
  return {
    same: sdk.createStep === createStep,
    linked: lstatSync(phlow).isSymbolicLink(),
    above: tried(() => readFileSync(phlow + '/../../package.json', 'utf8')),
  };
});
`,
};

describe('the copy that a module is loaded from once it was accepted', () => {
  test.each<IsolationLevel>(['trusted', ...GUARDED])(
    'at %s: it has the SDK of the phlow that runs it, and no link to where that lies',
    (isolation) =>
      withFolder(async (folder) => {
        writeFiles(join(folder, 'phlow_packages/held'), MODULE);
        await lockModules({ baseDir: folder, accept: true });
        const host = await createHost({ logLevel: 'off' });
        try {
          const module = await host.load('held', { isolation, baseDir: folder });
          // The copy's own, and not what lies two folders above phlow.
          expect(await module.call(null)).toEqual({ same: true, linked: false, above: '{}' });
        } finally {
          await host.close();
        }
      }),
  );
});
