import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { audit, checkFlow, graphFlow, lockModules, openFlow } from '../../src/index.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

const READER = {
  'phlow_packages/reader/phlow.yaml':
    'name: reader\npermissions:\n  fs: { read: [./templates] }\n  net: { connect: ["api.example.com:443"] }\n',
  'phlow_packages/reader/index.js': 'export default () => 1;',
  'phlow_packages/shout/module.phlow': 'steps:\n  - payload: main\n',
};

const flowOf = (entry: string): string => `modules:\n  - module: ${entry}\nsteps:\n  - payload: 1\n`;

const ALL = 'fs: { read: [./templates] }, net: { connect: ["api.example.com:443"] }';

/** A declaration that cannot be loaded, and what each command says of it. */
const REFUSED: readonly (readonly [what: string, entry: string, says: RegExp])[] = [
  ['a level that is none', 'shout\n    isolation: bogus', /isolation "bogus" is not a level/],
  ['a jail that is none', 'shout\n    jail: nonsense', /jail must be off, auto, required/],
  ['a limit that is none', 'shout\n    limits: { cpuu: 1 }', /limits\.cpuu is no limit\. Did you mean "cpu"/],
  [
    'a limit that is no length of time',
    'shout\n    limits: { call: forever }',
    /limits\.call must be a length/,
  ],
  [
    'a grant that is no permission',
    'reader\n    grant: { fs: { reed: [./x] } }',
    /grant\.fs\.reed is no permission/,
  ],
  ['no grant', 'reader', /it asks for 2 permissions that were not granted/],
  [
    'half of a grant',
    'reader\n    grant: { fs: { read: [./templates] } }',
    /a permission that was not granted/,
  ],
  [
    'an address that is none',
    `reader\n    grant: { fs: { read: [./templates] }, net: { connect: { "api.example.com:443": nowhere } } }`,
    /"nowhere" is not a host and a port/,
  ],
  [
    'a jail around a thread',
    `reader\n    isolation: sandboxed\n    jail: required\n    grant: { ${ALL} }`,
    /a jail goes around a process of its own/,
  ],
];

describe('a declaration that cannot be loaded is refused by every command:', () => {
  test.each(REFUSED)('%s', async (what, entry, says) => {
    await withFolder(async (app) => {
      writeFiles(app, { ...READER, 'main.phlow': flowOf(entry) });
      const flow = join(app, 'main.phlow');
      const opened = await errorOf(openFlow(flow, { packagesDir: app }));
      expect(opened.message).toMatch(says);
      const [error] = await checkFlow(flow, { packagesDir: app });
      expect(error).toMatchObject({ severity: 'error', code: opened.code });
      expect(error?.message).toMatch(says);
      expect(error?.place).toBeDefined();
      const { problems } = await audit({ baseDir: app, flow });
      expect(problems.map(({ problem }) => problem).join('\n')).toMatch(says);
      // What a graph is drawn of names no module’s manifest.
      if (!/grant|address|thread/.test(what)) expect((await errorOf(graphFlow(flow))).message).toMatch(says);
    });
  });

  test('and one that can is not', async () => {
    await withFolder(async (app) => {
      writeFiles(app, { ...READER, 'main.phlow': flowOf(`reader\n    grant: { ${ALL} }`) });
      const flow = join(app, 'main.phlow');
      expect(await checkFlow(flow, { packagesDir: app })).toEqual([]);
      expect((await audit({ baseDir: app, flow })).problems).toEqual([]);
    });
  });
});

describe('a package that is not what was accepted', () => {
  test.each(['shout', 'reader'])('is refused by check, as by a run: %s', async (name) => {
    await withFolder(async (app) => {
      writeFiles(app, {
        ...READER,
        'main.phlow': flowOf(`${name}${name === 'shout' ? '' : `\n    grant: { ${ALL} }`}`),
      });
      await lockModules({ baseDir: app, accept: true });
      expect(await checkFlow(join(app, 'main.phlow'), { packagesDir: app })).toEqual([]);
      writeFiles(app, {
        'phlow_packages/shout/module.phlow': 'steps:\n  - payload: main + 1\n',
        'phlow_packages/reader/index.js': 'export default () => 2;',
      });
      const [error] = await checkFlow(join(app, 'main.phlow'), { packagesDir: app });
      expect(error).toMatchObject({ severity: 'error', code: 'PHLOW_LOCK_MISMATCH' });
    });
  });

  test('is refused by check and graph when they name it', async () => {
    await withFolder(async (app) => {
      writeFiles(app, READER);
      await lockModules({ baseDir: app, accept: true });
      writeFiles(app, { 'phlow_packages/shout/module.phlow': 'steps:\n  - payload: main + 1\n' });
      const file = join(app, 'phlow_packages/shout/module.phlow');
      expect(await checkFlow(file)).toMatchObject([{ severity: 'error', code: 'PHLOW_LOCK_MISMATCH' }]);
      expect((await errorOf(graphFlow(file))).code).toBe('PHLOW_LOCK_MISMATCH');
    });
  });
});
