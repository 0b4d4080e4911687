import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { installPackages } from '../../src/packages/install.js';
import { createHost, listModules, modulePermissions } from '../../src/index.js';
import { runPhlow } from '../support/run-phlow.js';
import { errorOf } from '../support/with-host.js';
import { withFolder } from '../support/temporary-folder.js';
import { moduleEntries, tarball } from '../support/tar-writer.js';
import { writeFiles } from '../support/write-files.js';

jest.setTimeout(120_000);

const npmPackage = (name: string, version: string): Readonly<Record<string, string>> => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({ name, version }),
  [`node_modules/${name}/phlow.yaml`]: `name: greet\nversion: ${version}\n`,
  [`node_modules/${name}/index.js`]: `module.exports = () => 'npm ${version}';\n`,
});

const flow = (version: string): string =>
  `modules:\n  - module: '@acme/greet'\n    version: ${version}\nsteps:\n  - use: greet\n`;

describe('a module by its npm name', () => {
  test('is found in phlow_packages first, then in node_modules, also above', () =>
    withFolder(async (folder) => {
      const home = join(folder, 'apps/shop');
      mkdirSync(home, { recursive: true });
      writeFiles(folder, npmPackage('@acme/greet', '1.4.0'));
      writeFiles(home, { 'main.phlow': flow('^1.2') });
      expect(await runPhlow(['run', 'main.phlow'], { cwd: home })).toMatchObject({
        code: 0,
        stdout: 'npm 1.4.0\n',
      });
      expect(await runPhlow(['check', 'main.phlow'], { cwd: home })).toMatchObject({ code: 0 });
      writeFileSync(
        join(home, 'it.tgz'),
        tarball(
          moduleEntries(
            { 'index.js': "module.exports = () => 'installed';\n" },
            { name: '@acme/greet', version: '1.2.0' },
          ),
        ),
      );
      await installPackages(['./it.tgz'], { baseDir: home });
      expect(await runPhlow(['run', 'main.phlow'], { cwd: home })).toMatchObject({
        code: 0,
        stdout: 'installed\n',
      });
    }));

  test('in node_modules is a package, at isolated and held to the lock file, also through a link', () =>
    withFolder(async (folder) => {
      writeFiles(folder, npmPackage('store/@acme/greet', '1.0.0'));
      mkdirSync(join(folder, 'node_modules/@acme'), { recursive: true });
      symlinkSync('../store/@acme/greet', join(folder, 'node_modules/@acme/greet'));
      const host = await createHost({ logLevel: 'off' });
      try {
        const module = await host.load('@acme/greet', { baseDir: folder });
        const reply = await module.call({});
        const [inspected] = (await host.inspect()).modules;
        expect({ level: inspected?.level, reply }).toEqual({ level: 'isolated', reply: 'npm 1.0.0' });
      } finally {
        await host.close();
      }
      writeFiles(folder, { 'phlow.lock': '{ "phlow": 1, "modules": {} }' });
      const { code, stderr } = await runPhlow(['call', '@acme/greet', '{}'], { cwd: folder });
      expect({ code, stderr }).toEqual({
        code: 4,
        stderr: expect.stringContaining('phlow lock --accept ./node_modules/@acme/greet'),
      });
    }));

  test('is listed, and needs a manifest', () =>
    withFolder(async (folder) => {
      writeFiles(folder, {
        ...npmPackage('@acme/greet', '1.0.0'),
        'node_modules/plain/package.json': '{"name":"plain"}',
      });
      const names = (await listModules(folder)).map(({ name, origin }) => `${name} ${origin}`);
      expect(names).toContain('@acme/greet package');
      expect(names).not.toContain('plain package');
      const { code, stderr } = await runPhlow(['call', 'plain', '{}'], { cwd: folder });
      expect({ code, stderr }).toEqual({
        code: 4,
        stderr: expect.stringContaining('to install it: phlow install plain'),
      });
    }));

  test.each([
    ['cahce', 'Did you mean "cache"?'],
    ['mem', 'Did you mean "memo"?'],
    ['greet', 'Did you mean "@acme/greet"?'],
  ])('that is mistyped gets a suggestion, and no advice to install a stranger’s (%s)', (name, hint) =>
    withFolder(async (folder) => {
      writeFiles(folder, {
        ...npmPackage('@acme/greet', '1.0.0'),
        'phlow_packages/memo/phlow.yaml': 'name: memo\n',
      });
      const { message, details } = await errorOf(modulePermissions(name, { baseDir: folder }));
      expect(message).toContain(hint);
      expect(message).not.toContain('phlow install');
      expect(details).not.toHaveProperty('install');
      const { stderr } = await runPhlow(['uninstall', 'mem'], { cwd: folder });
      expect(stderr).toContain('Did you mean "memo"?');
    }),
  );

  test.each(['pack', 'build', 'docs', 'types', 'permissions', 'fuzz'])(
    'of a folder here is said to need ./ in front of it (%s)',
    (command) =>
      withFolder(async (folder) => {
        writeFiles(folder, { 'e/notes.txt': '' });
        const { code, stderr } = await runPhlow([command, 'e'], { cwd: folder });
        expect({ code, stderr }).toEqual({
          code: 4,
          stderr: expect.stringContaining('a folder is named by its path: ./e'),
        });
      }),
  );

  test.each(['run', 'check'])(
    'that is missing is said to be installed by a command that names the range (%s)',
    async (command) => {
      await withFolder(async (folder) => {
        writeFiles(folder, { 'main.phlow': flow('^1.2') });
        const { code, stderr, stdout } = await runPhlow([command, 'main.phlow'], { cwd: folder });
        expect({ code, said: stderr + stdout }).toEqual({
          code: 4,
          said: expect.stringContaining('phlow install @acme/greet@^1.2'),
        });
      });
    },
  );

  test.each([
    ['2.0.0', '^1.2'],
    ['1.3.0-beta.1', '^1.2'],
    ['1.1.9', '1.2.0 - 1.4.0'],
  ])('of version %s is refused where a flow asks for %s', async (version, range) => {
    await withFolder(async (folder) => {
      writeFiles(folder, { ...npmPackage('@acme/greet', version), 'main.phlow': flow(range) });
      const { code, stderr } = await runPhlow(['run', 'main.phlow'], { cwd: folder });
      expect({ code, stderr }).toEqual({
        code: 4,
        stderr: expect.stringContaining(`version ${range} is asked for, but it is ${version}; phlow install`),
      });
    });
  });

  test('with an interrupted update says what puts it back', () =>
    withFolder(async (folder) => {
      writeFiles(folder, {
        'phlow_packages/.phlow-old.greet.01234567.1.01234567/phlow.yaml': 'name: greet\n',
      });
      const { stderr } = await runPhlow(['call', 'greet', '{}'], { cwd: folder });
      expect(stderr).toContain('an update of it was interrupted, and phlow install puts it back');
    }));
});
