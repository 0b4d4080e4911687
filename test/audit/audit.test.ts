import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { audit, lockModules, modulePermissions } from '../../src/index.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

const RATES = `name: rates\nversion: 1.0.0\npermissions:\n  net: { connect: ["api.example.com:443"] }\n  reason: { net.connect: "rates\\u001b[2J" }\n`;

async function withPackages(use: (app: string) => Promise<void>): Promise<void> {
  await withFolder(async (app) => {
    writeFiles(app, {
      'phlow_packages/rates/phlow.yaml': RATES,
      'phlow_packages/rates/index.js': 'export default () => 1;',
      'phlow_packages/@acme/plain/phlow.yaml': 'name: plain',
      'phlow_packages/@acme/plain/index.js': 'export default () => 1;',
      'own/phlow.yaml': 'name: own',
      'own/index.js': 'export default () => 1;',
      'main.phlow': [
        'modules:',
        '  - module: rates',
        '    isolation: trusted',
        '    grant: { net: { connect: ["api.example.com:443"] }, env: [TZ] }',
        '  - module: ./own',
        '  - module: cache',
        'steps: []',
      ].join('\n'),
    });
    await use(app);
  });
}

describe('modulePermissions', () => {
  test('tells what a module wants, at which level, with lines that grant it and harmless text', async () => {
    await withPackages(async (baseDir) => {
      const asked = await modulePermissions('rates', { baseDir });
      expect(asked).toMatchObject({
        module: 'rates',
        version: '1.0.0',
        origin: 'package',
        level: 'isolated',
      });
      expect(asked.requested).toEqual([
        {
          permission: 'net.connect',
          target: 'api.example.com:443',
          words: 'send data to api.example.com (port 443) and read the answers',
          reason: 'rates\\u{1b}[2J',
          risk: 'whatever the module knows can be sent there',
        },
      ]);
      expect(asked.grantYaml).toBe('grant:\n  net: { connect: [ api.example.com:443 ] }');
      expect((await modulePermissions('./own', { baseDir })).level).toBe('trusted');
    });
  });
});

describe('lockModules', () => {
  test('shows what is new, accepts it, and sees what changes and goes', async () => {
    await withPackages(async (baseDir) => {
      const first = await lockModules({ baseDir });
      expect(first).toMatchObject({ isWritten: false, gone: [] });
      expect(first.changes.map(({ module, isNew }) => [module, isNew])).toEqual([
        ['@acme/plain', true],
        ['rates', true],
      ]);
      expect((await lockModules({ baseDir, accept: true })).isWritten).toBe(true);
      expect((await lockModules({ baseDir })).changes).toEqual([]);
      writeFiles(baseDir, {
        'phlow_packages/rates/phlow.yaml': `${RATES}  env: [HOME]\n`,
        'phlow_packages/@acme/plain/index.js': '2',
      });
      const [plain, rates] = (await lockModules({ baseDir })).changes;
      expect(plain).toMatchObject({ module: '@acme/plain', isCodeChanged: true, more: [] });
      expect(rates).toMatchObject({ module: 'rates', isCodeChanged: true, more: ['env HOME'] });
      await lockModules({ baseDir, modules: ['rates'], accept: true });
      expect((await lockModules({ baseDir })).changes.map(({ module }) => module)).toEqual(['@acme/plain']);
    });
  });
});

describe('audit', () => {
  test('of a folder lists its packages with nothing granted', async () => {
    await withPackages(async (baseDir) => {
      const report = await audit({ baseDir });
      expect(report.lockFile).toBeUndefined();
      expect(report.modules.map(({ module, level, lock }) => [module, level, lock])).toEqual([
        ['@acme/plain', 'isolated', 'none'],
        ['rates', 'isolated', 'none'],
      ]);
      expect(report.modules[1]?.permissions[0]?.isGranted).toBe(false);
      expect(report.problems).toEqual([]);
    });
  });

  test('of a flow tells level, grants and lock of each module, and what is wrong', async () => {
    await withPackages(async (baseDir) => {
      await lockModules({ baseDir, modules: ['@acme/plain'], accept: true });
      const report = await audit({ baseDir, flow: join(baseDir, 'main.phlow') });
      expect(report.modules.map(({ name, level, lock, origin }) => [name, level, lock, origin])).toEqual([
        ['rates', 'trusted', 'new', 'package'],
        ['own', 'trusted', 'none', 'application'],
        ['cache', 'trusted', 'none', 'builtin'],
      ]);
      expect(report.modules[0]).toMatchObject({ unused: ['env TZ'], permissions: [{ isGranted: true }] });
      expect(report.problems.map(({ problem }) => problem)).toEqual([
        'it is not in the lock file',
        'code from elsewhere runs trusted: it can do whatever the process can',
        'granted and not asked for: env TZ',
      ]);
    });
  });
});
