import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createHost } from '../../src/index.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

const FILES = {
  'phlow.yaml': 'name: mailer\npermissions: { env: [TZ] }\n',
  'index.js': 'export default () => 1;',
};

describe('the line of code that a missing grant prints', () => {
  test.each([
    ['app', 'mailer', 'mailer'],
    ['app', './phlow_packages/mailer', 'mailer'],
    ['.', './app/phlow_packages/mailer', './app/phlow_packages/mailer'],
    ['other', '../app/phlow_packages/mailer', '../app/phlow_packages/mailer'],
    ['app/phlow_packages/mailer', '.', '.'],
  ])('in the folder %s, names the module so that it is found from there: %s', (from, given, name) =>
    withFolder(async (root) => {
      writeFiles(join(root, 'app/phlow_packages/mailer'), FILES);
      mkdirSync(join(root, 'other'));
      const baseDir = join(root, from);
      await using host = await createHost({ logLevel: 'off' });
      const { code, message } = await errorOf(host.load(given, { baseDir }));
      expect([code, message]).toEqual([
        'PHLOW_GRANT_MISSING',
        expect.stringContaining(`host.load('${name}', { grant: { env: ['TZ'] } })`),
      ]);
      const module = await host.load(name, { baseDir, grant: { env: ['TZ'] } });
      expect(await module.call()).toBe(1);
    }),
  );
});
