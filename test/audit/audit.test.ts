import { chmodSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { audit, builtInNames, listModules, lockModules, modulePermissions } from '../../src/index.js';
import { LOCK_FILE } from '../../src/sandbox/lock/lock-file.js';
import { asOrdinaryUser } from '../support/ordinary-user.js';
import { runPhlow } from '../support/run-phlow.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf } from '../support/with-host.js';
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
      expect(asked.grantCode).toMatch(
        /^host\.load\('.*', \{ grant: \{ net: \{ connect: \['api\.example\.com:443'\] \} \} \}\)$/,
      );
      expect(asked.grantOption).toBe(`--grant '{"net":{"connect":["api.example.com:443"]}}'`);
      expect((await modulePermissions('./own', { baseDir })).level).toBe('trusted');
    });
  });
});

describe('modulePermissions of a package with a flow', () => {
  test('tells what the modules ask for that its flow comes to, wherever they lie, and grants it', async () => {
    await withFolder(async (app) => {
      const asks = (name: string, more: string): string => `name: ${name}\npermissions: { env: [${more}] }\n`;
      writeFiles(join(app, 'phlow_packages'), {
        'greeter/phlow.yaml': asks('greeter', 'TONE'),
        'greeter/index.js': 'export default (pkg, context) => context.env.TONE ?? "none";',
        'shouter/module.phlow':
          'modules:\n  - module: greeter\n  - module: ./own\nsteps:\n  - greeter: main\n  - own: main\n',
        'shouter/own/phlow.yaml': asks('own', 'OWN'),
        'shouter/own/index.js': 'export default () => 1;',
        'louder/module.phlow': 'modules:\n  - module: shouter\n    name: s\nsteps:\n  - s: main\n',
      });
      const asked = await modulePermissions('louder', { baseDir: app });
      expect(
        asked.inside.map(({ path, requested }) => [path, requested.map(({ target }) => target)]),
      ).toEqual([
        ['../greeter', ['TONE']],
        ['../shouter/own', ['OWN']],
      ]);
      const entry = `modules:\n  - module: louder\n${(asked.grantYaml ?? '').replace(/^/gm, '    ')}\n`;
      const flow = join(app, 'main.phlow');
      writeFiles(app, { 'main.phlow': `${entry}steps:\n  - louder: main\n` });
      const { modules, problems } = await audit({ baseDir: app, flow });
      expect(problems).toEqual([]);
      expect(modules.flatMap(({ permissions }) => permissions.map(({ isGranted }) => isGranted))).toEqual([
        true,
        true,
      ]);
    });
  });
});

test('audit reports what differs in a package once, however many of its modules a flow uses', () =>
  withFolder(async (app) => {
    writeFiles(join(app, 'phlow_packages/digest'), {
      'module.phlow': 'modules:\n  - module: ./reader\nsteps:\n  - reader: main\n',
      'reader/phlow.yaml': 'name: reader\n',
      'reader/index.js': 'export default () => 1;',
    });
    writeFiles(app, { 'flow.phlow': 'modules:\n  - module: digest\nsteps:\n  - digest: main\n' });
    await lockModules({ baseDir: app, accept: true });
    writeFiles(join(app, 'phlow_packages/digest'), { 'reader/index.js': 'export default () => 2;' });
    const { modules, problems } = await audit({ baseDir: app, flow: join(app, 'flow.phlow') });
    expect(modules.map(({ name, lock }) => [name, lock])).toEqual([
      ['digest', 'changed'],
      ['digest/reader', 'changed'],
    ]);
    expect(problems.map(({ module }) => module)).toEqual(['digest']);
  }));

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

test('a lock file that allows more than the module asks for is told from other code', () =>
  withPackages(async (baseDir) => {
    await lockModules({ baseDir, modules: ['rates'], accept: true });
    const file = join(baseDir, 'phlow.lock');
    const wide = readFileSync(file, 'utf8').replace('"permissions": [', '"permissions": ["fs.read /etc",');
    writeFiles(baseDir, { 'phlow.lock': wide });
    expect((await audit({ baseDir })).modules.find(({ module }) => module === 'rates')?.lock).toBe(
      'narrower',
    );
    const said = (await audit({ baseDir })).problems.find(({ module }) => module === 'rates')?.problem;
    expect(said).toMatch(
      /^the lock file allows more than it asks for\n[^]* - read \/etc on this machine \(fs\.read \/etc\)\n/,
    );
    expect(await modulePermissions('rates', { baseDir })).toMatchObject({
      lock: 'narrower',
      accept: expect.stringContaining('phlow lock --accept rates'),
    });
    const phlow = (...args: string[]) => runPhlow(args, { cwd: baseDir });
    const all = 'phlow.lock allows more than the module asks for';
    expect((await phlow('permissions', 'rates')).stderr).toContain(`warning: ${all}; to accept it`);
    const learnt = await phlow('learn', 'rates', '1', '--isolation', 'sandboxed');
    expect(learnt.stderr).toContain(`warning: ${all}\n`);
    expect((await phlow('audit')).stdout).toContain('isolated, accepted, asks for less');
    expect((await phlow('check', 'phlow_packages/rates')).code).toBe(0);
    expect((await phlow('lock', 'rates', '--frozen')).code).toBe(1);
    await lockModules({ baseDir, modules: ['rates'], accept: true });
    expect(readFileSync(file, 'utf8')).not.toContain('/etc');
  }));

describe('what a lock file names, or a folder of packages holds,', () => {
  test('is audited wherever it lies, and said to be gone when it is', async () => {
    await withPackages(async (baseDir) => {
      writeFiles(baseDir, {
        'node_modules/far/phlow.yaml': 'name: far\nversion: 1.0.0',
        'node_modules/far/index.js': 'export default () => 1;',
      });
      const modules = ['rates', '@acme/plain', './own', './node_modules/far'];
      await lockModules({ baseDir, modules, accept: true });
      expect((await audit({ baseDir })).problems).toEqual([]);
      writeFiles(baseDir, { 'own/index.js': '2', 'node_modules/far/index.js': '2' });
      rmSync(join(baseDir, 'phlow_packages/rates'), { recursive: true });
      rmSync(join(baseDir, 'phlow_packages/@acme/plain/phlow.yaml'));
      const { modules: audited, problems } = await audit({ baseDir });
      expect(audited.map(({ module, lock }) => [module, lock]).sort()).toEqual([
        ['./node_modules/far', 'changed'],
        ['./own', 'changed'],
      ]);
      const said = new Map(problems.map(({ module, problem }) => [module, problem]));
      expect(said.get('./own')).toContain('files differ');
      expect(said.get('./node_modules/far')).toContain('phlow lock --accept ./node_modules/far');
      expect(said.get('./phlow_packages/@acme/plain')).toContain('Cannot read the manifest');
      expect(said.get('rates')).toContain('no longer there');
    });
  });

  test.each(['dates (copy)', 'cache'])(
    'is compared by its path where its name leads elsewhere: %s',
    async (name) => {
      await withPackages(async (baseDir) => {
        const at = `phlow_packages/${name}`;
        writeFiles(baseDir, {
          [`${at}/phlow.yaml`]: 'name: odd',
          [`${at}/index.js`]: 'export default () => 1;',
        });
        await lockModules({ baseDir, accept: true });
        expect((await lockModules({ baseDir, frozen: true })).changes).toEqual([]);
        writeFiles(baseDir, { [`${at}/index.js`]: 'export default () => 2;' });
        expect((await lockModules({ baseDir, frozen: true })).changes.map(({ module }) => module)).toEqual([
          name,
        ]);
        const { problems } = await audit({ baseDir });
        expect(problems.map(({ module }) => module)).toEqual([`./${at}`]);
        const path = name === 'cache' ? `./${at}` : `'./${at}'`;
        expect(problems[0]?.problem).toContain(`phlow lock --accept ${path}`);
        await expect(listModules(baseDir)).resolves.toHaveLength(builtInNames().length + 2);
      });
    },
  );

  test('is not audited beside a lock file that cannot be read', async () => {
    await withPackages(async (baseDir) => {
      writeFiles(baseDir, { 'phlow.lock': '' });
      for (const flow of [undefined, join(baseDir, 'main.phlow')])
        await expect(audit({ baseDir, ...(flow === undefined ? {} : { flow }) })).rejects.toMatchObject({
          code: 'PHLOW_LOCK_MISMATCH',
          details: { file: join(baseDir, 'phlow.lock') },
        });
    });
  });
});

describe('audit', () => {
  test('names a lock file that cannot be read, wherever it lies', async () => {
    await withFolder(async (app) => {
      writeFiles(app, {
        'sub/phlow_packages/q/phlow.yaml': 'name: q\n',
        'sub/phlow_packages/q/index.js': '',
        'sub/f.phlow': 'modules:\n  - module: ./phlow_packages/q\n    name: q\nsteps:\n  - use: q\n',
      });
      symlinkSync(LOCK_FILE, join(app, 'sub', LOCK_FILE));
      const report = await audit({ baseDir: app, flow: join(app, 'sub/f.phlow') });
      expect(report.lockFile).toBe(join(app, 'sub', LOCK_FILE));
      expect(report.problems).toMatchObject([
        { problem: expect.stringContaining('Cannot read the lock file') },
      ]);
    });
  });

  test('passes over no package that cannot be looked into', async () => {
    await withFolder(async (app) => {
      writeFiles(app, { 'phlow_packages/q/phlow.yaml': 'name: q\n', 'phlow_packages/q/index.js': '' });
      const folder = join(app, 'phlow_packages/q');
      chmodSync(app, 0o755);
      chmodSync(folder, 0);
      const report = await asOrdinaryUser(() => audit({ baseDir: app }));
      const code = await asOrdinaryUser(() => errorOf(lockModules({ baseDir: app, accept: true })));
      chmodSync(folder, 0o755);
      expect(report.problems).toMatchObject([{ module: 'q' }]);
      chmodSync(join(app, 'phlow_packages'), 0);
      for (const look of [audit, lockModules, ({ baseDir }: { baseDir: string }) => listModules(baseDir)])
        expect(await asOrdinaryUser(() => errorOf(look({ baseDir: app })))).toMatchObject({
          code: 'PHLOW_LOAD_FAILED',
          details: { file: join(app, 'phlow_packages') },
        });
      chmodSync(join(app, 'phlow_packages'), 0o755);
      expect(code.message).toContain('phlow_packages/q');
    });
  });

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
        expect.stringMatching(
          /^it is not in the lock file\n {2}new: 1\.0\.0\n {2}\+ send data to [^]*phlow lock --accept rates/,
        ),
        'code from elsewhere runs trusted: it can do whatever the process can',
        'granted and not asked for: env TZ',
      ]);
    });
  });
});
