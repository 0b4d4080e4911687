import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { lockModules } from '../../src/audit/lock-modules.js';
import { installPackages } from '../../src/packages/install.js';
import { uninstallPackages } from '../../src/packages/uninstall.js';
import { folderState } from '../support/folder-state.js';
import { runPhlow } from '../support/run-phlow.js';
import { withFolder } from '../support/temporary-folder.js';
import { moduleEntries, tarball } from '../support/tar-writer.js';
import { writeFiles } from '../support/write-files.js';

jest.setTimeout(120_000);

const LETTER = 'module.exports = ({ input }) => `Hello, ${input.name}`;\n';
const ASKING =
  'name: greet\nversion: 1.1.0\npermissions:\n  env: [TONE]\n  reason: { env: how friendly to be }\n';

/** An application with a module in three states: as it was, newer, and newer and asking for more. */
async function withApplication(use: (home: string) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const home = join(folder, 'app');
    mkdirSync(home);
    writeFileSync(join(home, 'one.tgz'), tarball(moduleEntries()));
    writeFileSync(join(home, 'two.tgz'), tarball(moduleEntries({ 'more.js': '' }, { version: '1.0.1' })));
    writeFileSync(
      join(home, 'asking.tgz'),
      tarball(moduleEntries({ 'phlow.yaml': ASKING }, { version: '1.1.0' })),
    );
    await use(home);
  });
}

interface LockText {
  readonly phlow: number;
  readonly modules: Readonly<
    Record<string, { readonly version: string; readonly permissions: string[]; readonly origin?: unknown }>
  >;
}

const lockOf = (home: string): LockText =>
  JSON.parse(readFileSync(join(home, 'phlow.lock'), 'utf8')) as LockText;
const atHome = (home: string): { baseDir: string } => ({ baseDir: home });

describe('installing', () => {
  test('a module that was packed elsewhere, which a flow then uses by its version and phlow calls', () =>
    withApplication(async (home) => {
      writeFiles(join(home, '..'), {
        'author/greet/phlow.yaml':
          'name: greet\nversion: 1.2.0\ninput:\n  type: object\n  properties: { name: { type: string } }\n',
        'author/greet/index.js': LETTER,
        'author/greet/package.json': '{"name":"@acme/greet","version":"1.2.0"}',
      });
      const author = join(home, '../author');
      expect(await runPhlow(['pack', 'greet', '--out', home], { cwd: author })).toMatchObject({
        code: 0,
        stderr: '',
      });
      const installed = await runPhlow(['install', './acme-greet-1.2.0.tgz'], { cwd: home });
      expect(installed).toMatchObject({ code: 0, stderr: '' });
      expect(installed.stdout).toContain(
        '@acme/greet 1.2.0 (./acme-greet-1.2.0.tgz)\n  it asks for nothing\n',
      );
      writeFiles(home, {
        'main.phlow':
          "modules:\n  - module: '@acme/greet'\n    version: ^1\n    name: greet\nsteps:\n  - use: greet\n    input:\n      name: main.name\n",
      });
      expect(await runPhlow(['run', 'main.phlow', '--main', '{"name":"Ann"}'], { cwd: home })).toMatchObject({
        code: 0,
        stdout: 'Hello, Ann\n',
      });
      expect(await runPhlow(['call', '@acme/greet', '{"name":"Bob"}'], { cwd: home })).toMatchObject({
        code: 0,
        stdout: 'Hello, Bob\n',
      });
      expect(await runPhlow(['lock'], { cwd: home })).toMatchObject({ code: 0 });
      expect(await runPhlow(['install', '--frozen'], { cwd: home })).toMatchObject({ code: 0 });
    }));

  test('writes the origin, the integrity and the permissions into the lock file, and modes 644 and 755', () =>
    withApplication(async (home) => {
      writeFileSync(
        join(home, 'modes.tgz'),
        tarball([
          ...moduleEntries(),
          { name: 'package/run.sh', content: '', mode: 0o6777 },
          { name: 'package/own.txt', content: '', mode: 0o000 },
        ]),
      );
      const before = process.umask(0o077);
      try {
        await installPackages(['./modes.tgz'], atHome(home));
      } finally {
        process.umask(before);
      }
      const modeOf = (name: string): string =>
        (lstatSync(join(home, 'phlow_packages/greet', name)).mode & 0o7777).toString(8);
      expect(['.', 'run.sh', 'own.txt', 'index.js'].map(modeOf)).toEqual(['755', '755', '644', '644']);
      const { phlow, modules } = lockOf(home);
      expect(phlow).toBe(2);
      expect(modules['greet']).toEqual({
        version: '1.0.0',
        integrity: expect.stringMatching(/^sha512-/),
        permissions: [],
        dependencies: {},
        origin: { tarball: './modes.tgz', integrity: expect.stringMatching(/^sha512-/) },
      });
    }));

  test('a folder, of which it takes what phlow pack would', () =>
    withApplication(async (home) => {
      writeFiles(home, {
        'greet/phlow.yaml': 'name: greet\nversion: 3.0.0\n',
        'greet/index.js': LETTER,
        'greet/.env': 'SECRET=1',
        'greet/x.test.js': '',
      });
      await installPackages(['./greet'], atHome(home));
      expect(readdirSync(join(home, 'phlow_packages/greet')).sort()).toEqual([
        'index.js',
        'package.json',
        'phlow.yaml',
        'sbom.cdx.json',
      ]);
      expect(lockOf(home).modules['greet']?.origin).toEqual({ folder: './greet' });
    }));

  test('says what differs in an update, and refuses one that asks for more unless it is accepted', () =>
    withApplication(async (home) => {
      await runPhlow(['install', './one.tgz'], { cwd: home });
      const { stdout } = await runPhlow(['install', './two.tgz'], { cwd: home });
      expect(stdout).toMatch(
        /^greet 1\.0\.0 -> 1\.0\.1 .*\n {2}it asks for nothing more than before\n {2}files: 1 added, 0 removed, 2 changed; \d+ bytes \(\d+ before\)\n/,
      );
      const before = folderState(home);
      const refused = await runPhlow(['install', './asking.tgz'], { cwd: home });
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain('PHLOW_PERMISSIONS_WIDENED');
      expect(refused.stderr).toContain('greet 1.0.1 -> 1.1.0');
      expect(refused.stderr).toContain('+ ');
      expect(refused.stderr).toContain('how friendly to be');
      expect(folderState(home)).toEqual(before);
      expect(await runPhlow(['install', './asking.tgz', '--accept'], { cwd: home })).toMatchObject({
        code: 0,
      });
      expect(lockOf(home).modules['greet']).toMatchObject({ version: '1.1.0', permissions: ['env TONE'] });
    }));

  test('says of an update that it is older, and that its licence changes', () =>
    withApplication(async (home) => {
      const manifest = 'name: greet\nversion: 1.0.0\nlicense: GPL-3.0-only\n';
      const licensed = moduleEntries({ 'phlow.yaml': manifest });
      writeFileSync(join(home, 'licensed.tgz'), tarball(licensed));
      await installPackages(['./two.tgz'], atHome(home));
      const { changes } = await installPackages(['./licensed.tgz'], atHome(home));
      expect(changes).toMatchObject([
        { isOlder: true, license: { before: undefined, after: 'GPL-3.0-only' } },
      ]);
      expect(changes[0]?.text).toMatch(/^greet 1\.0\.1 -> 1\.0\.0 \(\.\/licensed\.tgz\), which is older\n/);
      expect(changes[0]?.text).toContain('its licence changes: none -> GPL-3.0-only');
    }));

  test('asks a person, where there is one, before it accepts more', () =>
    withApplication(async (home) => {
      await installPackages(['./one.tgz'], atHome(home));
      const asked: string[] = [];
      const answering = (answer: boolean): Parameters<typeof installPackages>[1] => ({
        ...atHome(home),
        confirm: async (changes) => {
          asked.push(...changes.flatMap(({ more }) => more));
          return answer;
        },
      });
      await expect(installPackages(['./asking.tgz'], answering(false))).rejects.toMatchObject({
        code: 'PHLOW_PERMISSIONS_WIDENED',
      });
      await installPackages(['./asking.tgz'], answering(true));
      expect(asked).toEqual(['env TONE', 'env TONE']);
      expect(lockOf(home).modules['greet']?.version).toBe('1.1.0');
    }));

  test('changes nothing with --dry-run, also for what would be refused', () =>
    withApplication(async (home) => {
      await installPackages(['./one.tgz'], atHome(home));
      const before = folderState(home);
      const { code, stdout } = await runPhlow(['install', './asking.tgz', '--dry-run', '--json'], {
        cwd: home,
      });
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({
        packages: [{ name: 'greet', from: '1.0.0', version: '1.1.0', more: ['env TONE'] }],
        written: null,
      });
      expect(folderState(home)).toEqual(before);
    }));

  test('does not replace what was changed by hand, or put there, unless that is accepted', () =>
    withApplication(async (home) => {
      await installPackages(['./one.tgz'], atHome(home));
      writeFiles(home, { 'phlow_packages/greet/index.js': 'my own words\n' });
      await expect(installPackages(['./two.tgz'], atHome(home))).rejects.toMatchObject({
        code: 'PHLOW_INSTALL_CONFLICT',
      });
      expect(readFileSync(join(home, 'phlow_packages/greet/index.js'), 'utf8')).toBe('my own words\n');
      await expect(installPackages(['./asking.tgz'], atHome(home))).rejects.toMatchObject({
        code: 'PHLOW_INSTALL_CONFLICT',
        message: expect.stringMatching(
          /would be lost, and it asks for more.*--accept, which accepts what it asks/,
        ),
      });
      await installPackages(['./two.tgz'], { ...atHome(home), accept: true });
      expect((await lockModules(atHome(home))).changes).toEqual([]);
      rmSync(join(home, 'phlow_packages/greet'), { recursive: true });
      symlinkSync('../one.tgz', join(home, 'phlow_packages/greet'));
      await expect(installPackages(['./two.tgz'], { ...atHome(home), accept: true })).rejects.toMatchObject({
        code: 'PHLOW_INSTALL_CONFLICT',
      });
    }));

  test('without arguments says what to do where a tarball is gone', () =>
    withApplication(async (home) => {
      await installPackages(['./one.tgz'], atHome(home));
      rmSync(join(home, 'phlow_packages/greet'), { recursive: true });
      rmSync(join(home, 'one.tgz'));
      await expect(installPackages([], atHome(home))).rejects.toMatchObject({
        code: 'PHLOW_INSTALL_FAILED',
        message: expect.stringContaining('there is no such tarball; put it back, or install'),
      });
    }));

  test('without arguments puts back what the lock file names, and only that', () =>
    withApplication(async (home) => {
      writeFiles(home, { 'hello/phlow.yaml': 'name: hello\nversion: 1.0.0\n', 'hello/index.js': LETTER });
      await installPackages(['./one.tgz', './hello'], atHome(home));
      const before = folderState(home);
      rmSync(join(home, 'phlow_packages'), { recursive: true });
      expect((await runPhlow(['install', '--frozen'], { cwd: home })).code).toBe(1);
      expect(await runPhlow(['install'], { cwd: home })).toMatchObject({ code: 0 });
      expect(folderState(home)).toEqual(before);
      expect((await runPhlow(['install'], { cwd: home })).stdout).toBe(
        'every module that phlow.lock names is there; --frozen compares what they are made of\n',
      );
      // Another tarball in its place is not what was accepted.
      rmSync(join(home, 'phlow_packages/greet'), { recursive: true });
      renameSync(join(home, 'two.tgz'), join(home, 'one.tgz'));
      await expect(installPackages([], atHome(home))).rejects.toMatchObject({
        code: 'PHLOW_INTEGRITY_MISMATCH',
      });
      writeFiles(home, { 'hello/index.js': `${LETTER}// changed\n` });
      rmSync(join(home, 'phlow_packages/hello'), { recursive: true });
      writeFileSync(join(home, 'one.tgz'), tarball(moduleEntries()));
      await expect(installPackages([], atHome(home))).rejects.toMatchObject({ code: 'PHLOW_LOCK_MISMATCH' });
    }));

  test('says which packages a new lock file does not hold', () =>
    withApplication(async (home) => {
      writeFiles(home, {
        'phlow_packages/other/phlow.yaml': 'name: other\n',
        'phlow_packages/other/index.js': LETTER,
      });
      const { code, stderr } = await runPhlow(['install', './one.tgz'], { cwd: home });
      expect(code).toBe(0);
      expect(stderr).toContain(
        'phlow.lock has no entry for other, so that it is not loaded; if you accept it: phlow lock --accept other',
      );
    }));

  test('that is given up leaves nothing', () =>
    withApplication(async (home) => {
      const before = folderState(home);
      const signal = AbortSignal.abort(new Error('given up'));
      await expect(installPackages(['./one.tgz'], { ...atHome(home), signal })).rejects.toThrow('given up');
      expect(folderState(home)).toEqual(before);
    }));

  test('in two processes at once leaves one of them whole', () =>
    withApplication(async (home) => {
      const ended = await Promise.all(
        ['./one.tgz', './two.tgz', './one.tgz', './two.tgz'].map((spec) =>
          runPhlow(['install', spec], { cwd: home }),
        ),
      );
      for (const { code, stderr } of ended)
        if (code !== 0) expect(stderr).toContain('PHLOW_INSTALL_CONFLICT');
      expect(ended.some(({ code }) => code === 0)).toBe(true);
      const { changes, gone } = await lockModules(atHome(home));
      expect({ changes, gone, names: readdirSync(join(home, 'phlow_packages')) }).toEqual({
        changes: [],
        gone: [],
        names: ['greet'],
      });
    }));

  test.each([
    ['https://example.com/x.tgz', 'download it first'],
    ['git+ssh://host/x', 'download it first'],
    ['npm:other@1', 'download it first'],
    ['./nowhere.tgz', 'there is no file or folder'],
    ['greet@file:../x', 'is no version, range or tag'],
    ['greet@', 'is no version, range or tag'],
    ['--registry=x', 'Unknown option'],
    ['Greet', 'capital letters'],
    ['cache', 'ships with phlow'],
    ['a/b', 'is none that a registry takes'],
    ['hello', 'write ./hello for that, or hello@latest'],
  ])('refuses %s: %s', async (spec, why) => {
    await withApplication(async (home) => {
      writeFiles(home, { 'hello/phlow.yaml': 'name: hello\n' });
      const { code, stderr } = await runPhlow(['install', spec], { cwd: home });
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(why) });
    });
  });

  test('says that there is no npm where there is none', () =>
    withApplication(async (home) => {
      const { code, stderr } = await runPhlow(['install', 'greet'], { cwd: home, env: { PATH: home } });
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('PHLOW_NPM_MISSING') });
    }));

  test('into a folder that cannot be written says so and leaves nothing', () =>
    withApplication(async (home) => {
      // Root may write anywhere.
      if (process.getuid?.() === 0) writeFileSync(join(home, 'phlow_packages'), 'a file is in the way');
      else chmodSync(home, 0o500);
      const before = folderState(home);
      const { code, stderr } = await runPhlow(['install', './one.tgz'], { cwd: home });
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('PHLOW_INSTALL_FAILED') });
      expect(folderState(home)).toEqual(before);
      chmodSync(home, 0o700);
    }));
});

describe('uninstalling', () => {
  test('removes the folder, the folder of the scope and the entry', () =>
    withApplication(async (home) => {
      writeFileSync(join(home, 'scoped.tgz'), tarball(moduleEntries({}, { name: '@acme/greet' })));
      await installPackages(['./scoped.tgz', './one.tgz'], atHome(home));
      expect(await runPhlow(['uninstall', '@acme/greet'], { cwd: home })).toMatchObject({ code: 0 });
      expect(readdirSync(join(home, 'phlow_packages'))).toEqual(['greet']);
      expect(Object.keys(lockOf(home).modules)).toEqual(['greet']);
      rmSync(join(home, 'phlow_packages'), { recursive: true });
      expect((await uninstallPackages(['greet'], atHome(home))).removed).toEqual(['greet']);
      expect(lockOf(home).modules).toEqual({});
    }));

  test('removes nothing when one of the names is unknown', () =>
    withApplication(async (home) => {
      await installPackages(['./one.tgz'], atHome(home));
      const before = folderState(home);
      const { code, stderr } = await runPhlow(['uninstall', 'greet', 'gret'], { cwd: home });
      expect({ code, stderr }).toEqual({ code: 4, stderr: expect.stringContaining('Did you mean "greet"') });
      expect((await runPhlow(['uninstall', '../greet'], { cwd: home })).code).toBe(4);
      expect(folderState(home)).toEqual(before);
      expect(existsSync(join(home, 'phlow_packages/greet'))).toBe(true);
    }));
});

describe('the lock file', () => {
  test('of format 1 is read and stays so until a module has an origin', () =>
    withApplication(async (home) => {
      writeFiles(home, {
        'phlow_packages/other/phlow.yaml': 'name: other\n',
        'phlow_packages/other/index.js': LETTER,
      });
      await lockModules({ ...atHome(home), accept: true });
      expect(lockOf(home).phlow).toBe(1);
      await installPackages(['./one.tgz'], atHome(home));
      expect(lockOf(home)).toMatchObject({
        phlow: 2,
        modules: { other: {}, greet: { origin: { tarball: './one.tgz' } } },
      });
    }));

  test('keeps the origin of a module that is accepted as it lies there', () =>
    withApplication(async (home) => {
      await installPackages(['./one.tgz'], atHome(home));
      writeFiles(home, { 'phlow_packages/greet/index.js': `${LETTER}// changed\n` });
      await lockModules({ ...atHome(home), accept: true });
      expect(lockOf(home).modules['greet']?.origin).toMatchObject({ tarball: './one.tgz' });
    }));

  test.each([
    ['"origin": {}', '"npm", "tarball" or "folder"'],
    ['"origin": { "npm": 1 }', '"npm", "tarball" or "folder"'],
    ['"origin": { "npm": "x", "integrity": "md5-1" }', '"integrity": "sha512-…" in its "origin"'],
    ['"origin": { "npm": "x", "range": 1 }', 'text as "range"'],
  ])('is refused with %s', async (origin, why) => {
    await withApplication(async (home) => {
      writeFiles(home, {
        'phlow.lock': `{ "phlow": 2, "modules": { "greet": { "integrity": "sha512-x", "permissions": [], ${origin} } } }`,
      });
      await expect(installPackages([], atHome(home))).rejects.toMatchObject({
        code: 'PHLOW_LOCK_MISMATCH',
        message: expect.stringContaining(why),
      });
    });
  });
});
