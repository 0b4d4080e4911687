import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createHost } from '../../src/index.js';
import { WALLED } from '../support/guarded-here.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

const MODULE = {
  'phlow.yaml': 'name: user\n',
  'package.json': '{"name":"user","type":"module","dependencies":{"dep":"*"}}',
  'index.js': `import { mark } from 'dep'; export default ({ input }) => input + mark;`,
};
const DEPENDENCY = {
  'package.json': '{"name":"dep","type":"module","main":"index.js"}',
  'index.js': `export const mark = '!';`,
};
const LEVELS = ['trusted', ...WALLED] as const;

describe('what a package depends on', () => {
  test.each([
    ['in its own folder', 'phlow_packages/user', 'phlow_packages/user/node_modules/dep'],
    ['hoisted below phlow_packages', 'phlow_packages/user', 'phlow_packages/node_modules/dep'],
    ['hoisted, the package with a scope', 'phlow_packages/@acme/user', 'phlow_packages/node_modules/dep'],
    ['hoisted beside a package that npm installed', 'node_modules/user', 'node_modules/dep'],
    ['hoisted beside one with a scope', 'node_modules/@acme/user', 'node_modules/dep'],
  ])('is found at every level: %s', async (_title, folder, dependency) => {
    await withFolder(async (app) => {
      writeFiles(join(app, folder), MODULE);
      writeFiles(join(app, dependency), DEPENDENCY);
      await using host = await createHost({ logLevel: 'off' });
      for (const isolation of LEVELS) {
        const module = await host.load(`./${folder}`, { baseDir: app, isolation, name: isolation });
        expect([module.level, await module.call('found')]).toEqual([isolation, 'found!']);
      }
    });
  });
});

describe('CommonJS in what a package.json says are ES modules', () => {
  test('is refused at every level with the way out', async () => {
    await withFolder(async (app) => {
      writeFiles(app, {
        'package.json': '{"type":"module"}',
        'phlow_packages/old/phlow.yaml': 'name: old\n',
        'phlow_packages/old/index.js': `const { up } = require('./up'); module.exports = ({ input }) => up(input);`,
        'phlow_packages/old/up.js': `exports.up = (text) => text.toUpperCase();`,
      });
      await using host = await createHost({ logLevel: 'off' });
      for (const isolation of LEVELS) {
        await expect(host.load('old', { baseDir: app, isolation })).rejects.toMatchObject({
          code: 'PHLOW_LOAD_FAILED',
          message: expect.stringMatching(/"type": "module".*\.cjs/s),
        });
      }
      writeFiles(app, { 'phlow_packages/old/package.json': '{"type":"commonjs"}' });
      for (const isolation of LEVELS) {
        const module = await host.load('old', { baseDir: app, isolation, name: isolation });
        expect(await module.call('a')).toBe('A');
      }
    });
  });
});
