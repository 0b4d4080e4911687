import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { PhlowError } from '../../src/errors.js';
import { createHost, openFlow } from '../../src/index.js';
import type { Value } from '../../src/values.js';
import { writeFiles } from '../support/write-files.js';
import { errorOf } from '../support/with-host.js';
import { withFolder } from '../support/temporary-folder.js';

const READER = {
  'phlow_packages/reader/phlow.yaml': 'name: reader\npermissions: { fs: { read: ["./data"] } }',
  'phlow_packages/reader/index.js': `export default ({ input }, context) => context.fs.readText(input);`,
  'phlow_packages/reader/data/a.txt': 'its own',
  'mine/a.txt': 'the owner’s',
};

async function run(files: Readonly<Record<string, string>>, flow: string): Promise<Value> {
  return withFolder(async (app) => {
    writeFiles(app, { ...files, 'main.phlow': flow });
    await using opened = await openFlow(join(app, 'main.phlow'), { packagesDir: app });
    return await opened.run();
  });
}

const use = (declaration: string): string =>
  `modules:\n  - module: reader\n${declaration}\nsteps:\n  - use: reader\n    input: ./data/a.txt\n`;

describe('a module declaration of a flow', () => {
  test('grants, and maps a name to a folder of the owner’s', async () => {
    expect(await run(READER, use('    grant: { fs: { read: ["./data"] } }'))).toBe('its own');
    expect(await run(READER, use('    grant:\n      fs:\n        read:\n          ./data: mine'))).toBe(
      'the owner’s',
    );
  });

  test('that grants nothing is refused with the lines to add', async () => {
    await expect(run(READER, use('    name: reader'))).rejects.toMatchObject({
      code: 'PHLOW_GRANT_MISSING',
      // Options of a command are for other flows: the advice is what goes into this one.
      message: expect.not.stringContaining('--grant') as unknown,
    });
  });

  test('chooses the level and the limits', async () => {
    await withFolder(async (app) => {
      const declaration =
        '    grant: { fs: { read: ["./data"] } }\n    isolation: sandboxed\n    limits: { call: 5s }';
      writeFiles(app, { ...READER, 'main.phlow': use(declaration) });
      await using host = await createHost({ logLevel: 'off' });
      await using opened = await openFlow(join(app, 'main.phlow'), { packagesDir: app, host });
      expect(host.module('reader').level).toBe('sandboxed');
      expect(await opened.run()).toBe('its own');
    });
  });

  test.each([
    ['    isolation: safe', /isolation "safe" is not a level/],
    ['    limits: { memry: 1MiB }', /limits\.memry is no limit.*"memory"/],
    ['    limits: { memory: much }', /limits\.memory must be a size/],
    ['    grant: { fs: { raed: ["./data"] } }', /Did you mean "fs\.read"/],
    ['    grant:\n      fs: { read: !phs envs.FOLDERS }', /must be a plain value: found code/],
    ['    isolaton: guarded', /grant/],
  ])('%s is refused', async (declaration, reason) => {
    await expect(run(READER, use(declaration))).rejects.toThrow(reason);
  });
});

describe('a flow that came with a package', () => {
  const script = (text: string): Readonly<Record<string, string>> => ({
    ...READER,
    'phlow_packages/script/module.phlow': text,
    'phlow_packages/script/inner/phlow.yaml': 'name: inner',
    'phlow_packages/script/inner/index.js': `export default () => typeof globalThis.fetch;`,
    'own/phlow.yaml': 'name: own',
    'own/index.js': `export default () => 'the application’s own';`,
  });
  const caller = 'modules:\n  - module: script\nsteps:\n  - use: script\n';

  test('cannot grant', async () => {
    const inner = use('    grant: { fs: { read: ["./data"] } }');
    const failure = await run(script(inner), caller).catch((error: unknown) => error as PhlowError);
    expect((failure as PhlowError).message).toMatch(/came with a package, which cannot set "grant"/);
  });

  test('runs the code beside it isolated', async () => {
    const inner = 'modules:\n  - module: ./inner\nsteps:\n  - use: inner\n';
    expect(await run(script(inner), caller)).toBe('undefined');
  });

  test('reaches no module outside of its package by path', async () => {
    const inner = 'modules:\n  - module: ../../own\nsteps:\n  - use: own\n';
    await expect(run(script(inner), caller)).rejects.toThrow(/reaches outside of it/);
  });

  test.each([
    ['!include ../../secret', 'by path'],
    ['  - payload: !import ../../secret.txt', 'as text'],
    ['!include link/secret', 'by a link'],
    ['!include /dev/zero', 'that is none'],
  ])('%s takes in no file outside of its package', async (line) => {
    await withFolder(async (app) => {
      const files = script(`steps:\n${line}\n`);
      writeFiles(app, {
        ...files,
        'secret.phlow': '  - payload: 1\n',
        'secret.txt': 'the owner’s',
        'main.phlow': caller,
      });
      symlinkSync(app, join(app, 'phlow_packages/script/link'));
      const failure = await errorOf(openFlow(join(app, 'main.phlow'), { packagesDir: app }));
      expect(failure).toMatchObject({ code: 'PHLOW_FLOW_INCLUDE', place: { line: 2 } });
      expect(failure.message).toMatch(/it is outside of the package/);
    });
  });

  test('takes in the files of its package', async () => {
    const files = {
      ...script('steps:\n!include parts/one\n'),
      'phlow_packages/script/parts/one.phlow': '  - payload: 7\n',
    };
    expect(await run(files, caller)).toBe(7);
  });

  test('sees nothing of the environment', async () => {
    expect(await run(script('steps:\n  - payload: !phs envs.PATH ?? "none"\n'), caller)).toBe('none');
  });
});

describe('the modules of a flow', () => {
  test('are loaded after those that their manifests ask for, whatever the order of their declaration', async () => {
    await withFolder(async (app) => {
      writeFiles(app, {
        'asker/phlow.yaml': 'name: asker\npermissions: { modules: [asked] }',
        'asker/index.js': 'export default () => 1;',
        'asked/phlow.yaml': 'name: asked',
        'asked/index.js': 'export default () => 2;',
        'main.phlow': 'modules:\n  - module: ./asker\n  - module: ./asked\nsteps: []\n',
      });
      await using host = await createHost({ logLevel: 'off' });
      await using opened = await openFlow(join(app, 'main.phlow'), { host });
      // In the order in which they were begun.
      const { modules } = await host.inspect();
      expect(modules.map(({ module }) => module)).toEqual(['asked', 'asker']);
      expect(opened.localModules.map(({ name, folder }) => [name, folder])).toEqual([
        ['asker', join(app, 'asker')],
        ['asked', join(app, 'asked')],
      ]);
    });
  });

  test('that cannot be loaded are told with the place of the first one, and nothing is left loaded', async () => {
    await withFolder(async (app) => {
      writeFiles(app, {
        'main.phlow': 'modules:\n  - module: cache\n  - module: nowhere\n  - module: neither\nsteps: []\n',
      });
      await using host = await createHost({ logLevel: 'off' });
      const failure = await errorOf(openFlow(join(app, 'main.phlow'), { host }));
      expect(failure).toMatchObject({ code: 'PHLOW_MODULE_NOT_FOUND', place: { line: 3 } });
      expect((await host.inspect()).modules).toEqual([]);
    });
  });
});
