import {
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { audit, createHost, lockModules } from '../../../src/index.js';
import { LOCK_FILE, readLock } from '../../../src/sandbox/lock/lock-file.js';
import { updateLock } from '../../../src/sandbox/lock/update-lock.js';
import { runPhlow } from '../../support/run-phlow.js';
import { withFolder } from '../../support/temporary-folder.js';
import { errorOf } from '../../support/with-host.js';
import { writeFiles } from '../../support/write-files.js';

const ENTRY = { version: undefined, integrity: 'sha512-x', permissions: [] };
const at = (app: string, name: string): string => join(app, 'phlow_packages', name);

describe('accepting', () => {
  test('at the same time loses nothing, in one process and in several', async () => {
    await withFolder(async (app) => {
      const names = Array.from({ length: 12 }, (_, i) => `m${i}`);
      for (const name of names)
        writeFiles(at(app, name), { 'phlow.yaml': `name: ${name}\n`, 'index.js': 'export default () => 1;' });
      const half = names.slice(0, 8);
      await Promise.all(half.map((name) => lockModules({ baseDir: app, modules: [name], accept: true })));
      const rest = names.slice(8);
      const ended = await Promise.all(rest.map((name) => runPhlow(['lock', '--accept', name], { cwd: app })));
      expect(ended.map(({ code }) => code)).toEqual(rest.map(() => 0));
      expect([...((await readLock(join(app, LOCK_FILE))) ?? [])].map(([name]) => name).sort()).toEqual(
        names.sort(),
      );
      expect(readdirSync(app).sort()).toEqual([LOCK_FILE, 'phlow_packages']);
    });
  }, 120_000);

  test('goes on where a process that has ended left its claim', async () => {
    await withFolder(async (app) => {
      const path = join(app, LOCK_FILE);
      // No process has this number: it is larger than Linux gives any.
      writeFileSync(`${path}.claim`, JSON.stringify({ pid: 2 ** 30, host: hostname(), id: 'x' }));
      const add = (name: string): Promise<void> =>
        updateLock(path, (now) => new Map([...(now ?? []), [name, ENTRY]]));
      await Promise.all(['a', 'b', 'c'].map(add));
      expect([...((await readLock(path)) ?? [])].map(([name]) => name).sort()).toEqual(['a', 'b', 'c']);
      expect(readdirSync(app)).toEqual([LOCK_FILE]);
    });
  });

  test('names what a module takes in, and which of it has changed', async () => {
    await withFolder(async (app) => {
      writeFiles(at(app, 'user'), {
        'phlow.yaml': 'name: user\n',
        'package.json': '{"dependencies":{"a":"1"}}',
        'index.cjs': `module.exports = () => [require('a'), require('b/data.json')];`,
      });
      writeFiles(at(app, 'node_modules'), {
        'a/index.js': 'module.exports = 1;',
        'b/data.json': '2',
        'c/index.js': '3',
      });
      await lockModules({ baseDir: app, accept: true });
      const { modules } = await audit({ baseDir: app });
      expect(modules[0]?.dependencies.map(({ place, isDeclared }) => [place, isDeclared])).toEqual([
        ['../node_modules/a', true],
        ['../node_modules/b', false],
      ]);
      expect((await runPhlow(['audit'], { cwd: app })).stdout).toContain(
        'takes in ../node_modules/b, which it does not declare',
      );
      writeFiles(at(app, 'node_modules'), { 'b/data.json': '3', 'c/index.js': '4' });
      const { changes } = await lockModules({ baseDir: app });
      expect(changes.map(({ dependencies }) => dependencies)).toEqual([
        ['~ ../node_modules/b has changed; package.json does not declare it'],
      ]);
      writeFiles(at(app, 'user'), { 'index.cjs': `module.exports = () => require('a');` });
      expect((await lockModules({ baseDir: app })).changes.map(({ text }) => text)).toEqual([
        [
          'user',
          '  changed (without a version), files differ',
          '  - no longer takes in ../node_modules/b',
          '  it asks for nothing more than before',
        ].join('\n'),
      ]);
    });
  });

  test('refuses names of dependencies that lead elsewhere before anything is read', async () => {
    await withFolder(async (app) => {
      for (const name of ['../../..', '..', '/etc', 'a/../../..', '.hidden', 'node_modules']) {
        writeFiles(at(app, 'user'), {
          'phlow.yaml': 'name: user\n',
          'index.js': 'export default () => 1;',
          'package.json': JSON.stringify({ dependencies: { [name]: '1' } }),
        });
        const { code, message } = await errorOf(lockModules({ baseDir: app, accept: true }));
        expect([code, message]).toEqual([
          'PHLOW_LOAD_FAILED',
          expect.stringContaining('which is no name of a package'),
        ]);
      }
    });
  });

  test('refuses links that lead out of what the module may be made of', async () => {
    await withFolder(async (app) => {
      writeFiles(at(app, 'user'), { 'phlow.yaml': 'name: user\n', 'index.js': 'export default () => 1;' });
      mkdirSync(at(app, 'node_modules'));
      symlinkSync('/usr', join(at(app, 'user'), 'out'));
      const refused = await errorOf(lockModules({ baseDir: app, accept: true }));
      expect([refused.code, refused.message]).toEqual([
        'PHLOW_LOCK_MISMATCH',
        expect.stringContaining('out leads to /usr, outside of what the module is made of'),
      ]);
      const audited = await audit({ baseDir: app });
      expect(audited.problems.map(({ module }) => module)).toEqual(['user']);
    });
  });

  test('writes through a link, for whoever comes by either name, and not through one that leads nowhere', async () => {
    await withFolder(async (folder) => {
      const [real, link] = [join(folder, 'shared.json'), join(folder, LOCK_FILE)];
      await updateLock(real, () => new Map([['a', ENTRY]]));
      symlinkSync('shared.json', link);
      const add = (path: string, name: string): Promise<void> =>
        updateLock(path, (now) => new Map([...(now ?? []), [name, ENTRY]]));
      await Promise.all(['b', 'c', 'd', 'e'].map((name, i) => add(i % 2 === 0 ? link : real, name)));
      expect([...((await readLock(real)) ?? [])].map(([name]) => name).sort()).toEqual([
        'a',
        'b',
        'c',
        'd',
        'e',
      ]);
      expect(lstatSync(link).isSymbolicLink()).toBe(true);
      renameSync(real, join(folder, 'elsewhere.json'));
      for (const refused of [readLock(link), add(link, 'f')])
        expect((await errorOf(refused)).message).toContain('it is a link that leads nowhere');
    });
  });

  test('goes where loading looks, which a folder that is no place for it says', async () => {
    await withFolder(async (root) => {
      const files = { 'phlow.yaml': 'name: x\n', 'index.js': 'export default () => 1;' };
      for (const folder of ['app/phlow_packages/x', 'other/phlow_packages/x', 'own/x'])
        writeFiles(join(root, folder), files);
      const app = join(root, 'app');
      const both = { baseDir: app, modules: ['x', '../other/phlow_packages/x'] };
      const { written } = await lockModules({ ...both, accept: true });
      expect(written).toEqual([join(app, LOCK_FILE), join(root, 'other', LOCK_FILE)]);
      expect((await lockModules({ ...both, frozen: true })).changes).toEqual([]);
      rmSync(join(root, 'other', LOCK_FILE));
      expect((await errorOf(lockModules({ ...both, frozen: true }))).details?.['file']).toBe(
        join(root, 'other', LOCK_FILE),
      );
      const { code, message } = await errorOf(
        lockModules({ baseDir: app, modules: ['../own/x'], accept: true }),
      );
      expect([code, message]).toEqual(['PHLOW_OPTION_INVALID', expect.stringContaining(join(root, 'own'))]);
    });
  });

  test('frozen asks for the lock file of the folder also when nothing is held to it', async () => {
    await withFolder(async (app) => {
      const frozen = { baseDir: app, modules: ['echo'], frozen: true };
      expect((await errorOf(lockModules(frozen))).code).toBe('PHLOW_LOCK_MISMATCH');
      await updateLock(join(app, LOCK_FILE), () => new Map());
      expect((await lockModules(frozen)).changes).toEqual([]);
    });
  });

  test('of everything keeps what else the lock file names, and drops what is gone', async () => {
    await withFolder(async (app) => {
      const files = { 'phlow.yaml': 'name: x\n', 'index.js': 'export default () => 1;' };
      for (const folder of ['phlow_packages/x', 'phlow_packages/x/inner', 'own', 'left'])
        writeFiles(join(app, folder), files);
      const modules = ['x', './phlow_packages/x/inner', './own', './left'];
      await lockModules({ baseDir: app, modules, accept: true });
      rmSync(join(app, 'left'), { recursive: true });
      writeFiles(join(app, 'own'), { 'index.js': 'export default () => 2;' });
      const report = await lockModules({ baseDir: app });
      expect([report.changes.map(({ module }) => module), report.gone]).toEqual([['./own'], ['./left']]);
      await lockModules({ baseDir: app, accept: true });
      expect([...((await readLock(join(app, LOCK_FILE))) ?? [])].map(([key]) => key)).toEqual(['./own', 'x']);
    });
  });

  test('in an old lock file that names a package of another folder is refused, and says where', async () => {
    await withFolder(async (root) => {
      const files = { 'phlow.yaml': 'name: x\n', 'index.js': 'export default () => 1;' };
      writeFiles(join(root, 'other/phlow_packages/x'), files);
      const app = join(root, 'app');
      mkdirSync(app);
      for (const name of ['x', '../other/phlow_packages/x']) {
        await updateLock(join(app, LOCK_FILE), () => new Map([[name, ENTRY]]));
        await using host = await createHost({ logLevel: 'off' });
        const { code, message } = await errorOf(host.load('../other/phlow_packages/x', { baseDir: app }));
        expect([code, message]).toEqual([
          'PHLOW_LOCK_MISMATCH',
          expect.stringContaining(`(cd ${join(root, 'other')} && phlow lock --accept x)`),
        ]);
      }
      // The name of another module of its own says nothing of this one.
      writeFiles(join(app, 'phlow_packages/x'), files);
      await updateLock(join(app, LOCK_FILE), () => new Map([['x', ENTRY]]));
      await using host = await createHost({ logLevel: 'off' });
      expect(await (await host.load('../other/phlow_packages/x', { baseDir: app })).call(1)).toBe(1);
    });
  });

  test('that cannot write says so and leaves the lock file as it was', async () => {
    await withFolder(async (app) => {
      const path = join(app, LOCK_FILE);
      await updateLock(path, () => new Map([['a', ENTRY]]));
      const before = readFileSync(path, 'utf8');
      const { code, message } = await errorOf(updateLock(join(app, 'none', LOCK_FILE), () => new Map()));
      expect([code, message]).toEqual([
        'PHLOW_LOCK_UNWRITABLE',
        expect.stringMatching(/^Cannot write the lock file .*ENOENT.*the folder is not there/),
      ]);
      expect(readFileSync(path, 'utf8')).toBe(before);
    });
  });
});

describe('a folder without a lock file', () => {
  test('and without packages is told so, and has nothing to accept', async () => {
    await withFolder(async (cwd) => {
      expect(await runPhlow(['lock'], { cwd })).toMatchObject({
        code: 0,
        stdout: 'there is no phlow.lock here, and no package to lock\n',
      });
      expect(await runPhlow(['lock', 'echo'], { cwd })).toMatchObject({
        code: 0,
        stdout: 'nothing to lock: modules that ship with phlow are not part of a lock file\n',
      });
      const { compared, hasLock } = await lockModules({ baseDir: cwd });
      expect([compared, hasLock]).toEqual([0, false]);
      const frozen = await runPhlow(['lock', '--frozen'], { cwd });
      expect([frozen.code, frozen.stderr]).toEqual([4, expect.stringContaining('there is no phlow.lock')]);
      expect((await runPhlow(['lock', '--accept', 'echo'], { cwd })).stdout).toContain('nothing to lock');
      expect(readdirSync(cwd)).toEqual([]);
      const written = await runPhlow(['lock', '--accept'], { cwd });
      expect(written.stdout).toBe(
        `wrote ${join(cwd, LOCK_FILE)}\nit names no module, because there is no package here; a package that is added is refused until it is accepted\n`,
      );
      expect((await runPhlow(['lock', '--frozen'], { cwd })).stdout).toBe(
        'phlow.lock names no module, and there is no package to lock\n',
      );
    });
  }, 60_000);

  test('but with packages is refused by --frozen', async () => {
    await withFolder(async (cwd) => {
      writeFiles(at(cwd, 'x'), { 'phlow.yaml': 'name: x\n', 'index.js': 'export default () => 1;' });
      expect((await runPhlow(['lock', '--frozen'], { cwd })).code).toBe(4);
      expect((await runPhlow(['lock'], { cwd })).code).toBe(1);
      await lockModules({ baseDir: cwd, accept: true });
      expect((await runPhlow(['lock', '--frozen'], { cwd })).stdout).toBe(
        'every module is what phlow.lock accepted\n',
      );
    });
  }, 60_000);
});
