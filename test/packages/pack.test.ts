import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, jest, test } from '@jest/globals';
import { packModule, type PackedModule } from '../../src/packages/pack.js';
import { readTarball } from '../../src/packages/read-tarball.js';
import { runPhlow } from '../support/run-phlow.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

jest.setTimeout(120_000);

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

const MANIFEST = `name: greet
version: 1.0.0
description: Greets
license: MIT
permissions:
  fs: { read: [./templates] }
  env: [TONE]
  reason: { env: how friendly to be }
`;

const MODULE = {
  'greet/phlow.yaml': MANIFEST,
  'greet/index.js':
    "const { text } = require('./lib/text');\nmodule.exports = ({ input }) => text(input.name);\n",
  'greet/lib/text.js': 'exports.text = (name) => `Hello, ${name}`;\n',
  'greet/lib/unused.js': 'exports.no = 1;\n',
  'greet/templates/letter.txt': 'Dear',
  'greet/README.md': '# greet\n',
  'greet/LICENSE': 'MIT\n',
  'greet/test/greet.test.js': "require('jest');\n",
  'greet/greet.test.phlow': 'steps: []\n',
  'greet/test/other/phlow.yaml': 'name: other\npermissions: { env: [SECRET] }\n',
  'greet/test/other/index.js': '',
  'greet/examples/all.phlow': 'steps: []\n',
  'greet/.env': 'SECRET=1\n',
  'greet/.npmrc': '//registry/:_authToken=secret\n',
  'greet/greet-0.9.0.tgz': 'old',
  'greet/phlow.lock': '{}',
  'greet/.git/config': '[core]\n',
};

async function packed(
  files: Readonly<Record<string, string>>,
  prepare?: (folder: string) => void,
): Promise<PackedModule> {
  return withFolder(async (folder) => {
    writeFiles(folder, files);
    prepare?.(folder);
    return packModule('./greet', { baseDir: folder });
  });
}

const pathsOf = ({ files }: PackedModule): readonly string[] => files.map(({ path }) => path);

async function textOf(one: PackedModule, path: string): Promise<string> {
  const { files } = await readTarball(one.tarball, 'it');
  return files.find((file) => file.path === path)?.content.toString() ?? '';
}

describe('packing', () => {
  test('takes in the code with what it imports, what it reads, README and licence, and nothing else', async () => {
    const one = await packed(MODULE);
    expect(pathsOf(one)).toEqual([
      'LICENSE',
      'README.md',
      'index.js',
      'lib/text.js',
      'package.json',
      'phlow.yaml',
      'sbom.cdx.json',
      'templates/letter.txt',
    ]);
    expect(one.leftOut).toEqual(
      expect.arrayContaining([
        '.env',
        '.npmrc',
        'greet-0.9.0.tgz',
        'greet.test.phlow',
        'lib/unused.js',
        'phlow.lock',
      ]),
    );
    expect(one).toMatchObject({ name: 'greet', version: '1.0.0', fileName: 'greet-1.0.0.tgz' });
  });

  test('leaves out what phlow build has made of the module, unless "files" names it', async () => {
    const built = {
      'greet/dist/greet/phlow.yaml': `${MANIFEST}entry: module.js\n`,
      'greet/dist/greet/module.js': 'export default () => 1;\n',
    };
    const paths = async (more: Readonly<Record<string, string>>): Promise<readonly string[]> =>
      (await packed({ ...MODULE, ...built, ...more })).files.map(({ path }) => path);
    expect((await paths({})).filter((path) => path.startsWith('dist/'))).toEqual([]);
    const asked = { 'greet/package.json': '{"name":"greet","version":"1.0.0","files":["dist","lib"]}' };
    expect(await paths(asked)).toContain('dist/greet/module.js');
  });

  test('makes a package.json from the manifest, with the permissions', async () => {
    const made = JSON.parse(await textOf(await packed(MODULE), 'package.json')) as unknown;
    expect(made).toEqual({
      name: 'greet',
      version: '1.0.0',
      description: 'Greets',
      license: 'MIT',
      keywords: ['phlow-module'],
      phlow: {
        type: 'step',
        permissions: ['fs.read ./templates', 'env TONE'],
        reasons: { env: 'how friendly to be' },
        sbom: 'sbom.cdx.json',
      },
    });
  });

  test('what only the manifest says about the module is in the package.json that is packed', async () => {
    const own = '{"dependencies":{},"license":"ISC"}';
    const one = await packed({ ...MODULE, 'greet/package.json': own });
    expect(JSON.parse(await textOf(one, 'package.json'))).toMatchObject({
      name: 'greet',
      version: '1.0.0',
      description: 'Greets',
      license: 'ISC',
    });
    expect(one.notes).toEqual([
      'its package.json says license ISC and its phlow.yaml MIT; write one of them in both',
    ]);
  });

  test('keeps the package.json of the author, and says there whether its code is an ES module where an outer one did', async () => {
    const own = { name: '@acme/greet', version: '1.0.0', keywords: ['hello'], scripts: { test: 'jest' } };
    const scoped = await packed({ ...MODULE, 'greet/package.json': JSON.stringify(own) });
    expect(scoped.fileName).toBe('acme-greet-1.0.0.tgz');
    expect(JSON.parse(await textOf(scoped, 'package.json'))).toMatchObject({
      ...own,
      keywords: ['hello', 'phlow-module'],
      phlow: { permissions: ['fs.read ./templates', 'env TONE'] },
    });
    const inside = await packed({
      ...MODULE,
      'package.json': '{"type":"module"}',
      'greet/index.js': 'export default () => 1;\n',
    });
    expect(JSON.parse(await textOf(inside, 'package.json'))).toMatchObject({ type: 'module' });
  });

  test('takes in what "files" names, with the entry', async () => {
    const one = await packed({
      ...MODULE,
      'greet/package.json': JSON.stringify({
        name: 'greet',
        version: '1.0.0',
        files: ['lib', '!lib/unused.js', '*.test.phlow', '.env', 'greet-0.9.0.tgz'],
      }),
    });
    expect(pathsOf(one)).toEqual([
      'LICENSE',
      'README.md',
      'greet.test.phlow',
      'index.js',
      'lib/text.js',
      'package.json',
      'phlow.yaml',
      'sbom.cdx.json',
    ]);
  });

  test('takes in bundled dependencies, and says in the SBOM what the code takes in, declared or not', async () => {
    const one = await packed({
      ...MODULE,
      'greet/index.js':
        "require('held'); require('declared'); require('undeclared'); require('node:fs'); require('nowhere');\nmodule.exports = () => 1;\n",
      'greet/package.json': JSON.stringify({
        name: 'greet',
        version: '1.0.0',
        dependencies: { held: '^1.0.0', declared: '^2.0.0', absent: '^3.0.0' },
        bundleDependencies: ['held'],
      }),
      'greet/node_modules/held/package.json':
        '{"name":"held","version":"1.2.3","license":"MIT","dependencies":{"deep":"*"}}',
      'greet/node_modules/held/index.js': '',
      'greet/node_modules/deep/package.json': '{"name":"deep","version":"0.1.0"}',
      'greet/node_modules/deep/index.js': '',
      'node_modules/declared/package.json': '{"name":"declared","version":"2.1.0","license":"(MIT OR ISC)"}',
      'node_modules/undeclared/package.json': '{"name":"undeclared","version":"5.0.0"}',
    });
    expect(pathsOf(one).filter((path) => path.startsWith('node_modules'))).toEqual([
      'node_modules/deep/index.js',
      'node_modules/deep/package.json',
      'node_modules/held/index.js',
      'node_modules/held/package.json',
    ]);
    const sbom = JSON.parse(await textOf(one, 'sbom.cdx.json')) as {
      components: { name: string; version?: string; properties: { name: string; value: string }[] }[];
      dependencies: { ref: string; dependsOn: string[] }[];
    };
    const flags = ({ name, version, properties }: (typeof sbom.components)[number]): string =>
      `${name} ${version ?? '-'} ${properties.map(({ value }) => value).join(' ')}`;
    expect(sbom.components.map(flags)).toEqual([
      'absent - true false ^3.0.0',
      'declared 2.1.0 true false ^2.0.0',
      'deep 0.1.0 true true',
      'held 1.2.3 true true ^1.0.0',
      'undeclared 5.0.0 false false',
    ]);
    expect(sbom.dependencies[0]).toEqual({
      ref: 'pkg:npm/greet@1.0.0',
      dependsOn: [
        'pkg:npm/absent',
        'pkg:npm/declared@2.1.0',
        'pkg:npm/held@1.2.3',
        'pkg:npm/undeclared@5.0.0',
      ],
    });
    expect(one.notes.join('\n')).toContain('its code takes in undeclared, which no package.json declares');
  });

  test.each<[string, string, Readonly<Record<string, string>>]>([
    ['no-version', 'a manifest without a version', { 'greet/phlow.yaml': 'name: greet\n' }],
    ['other-version', 'two versions', { 'greet/package.json': '{"name":"greet","version":"1.0.1"}' }],
    ['other-name', 'two names', { 'greet/package.json': '{"name":"hello","version":"1.0.0"}' }],
    ['package-name', 'a name with capital letters', { 'greet/phlow.yaml': 'name: Greet\nversion: 1.0.0\n' }],
    ['package-json', 'a package.json that is not JSON', { 'greet/package.json': '{ name: greet }' }],
    [
      'outside',
      'code that takes in files from outside',
      { 'shared.js': '', 'greet/index.js': "require('../shared');\n" },
    ],
    [
      'files',
      'code that "files" leaves out',
      { 'greet/package.json': '{"name":"greet","version":"1.0.0","files":["README.md"]}' },
    ],
    [
      'files',
      'a pattern that is not known',
      { 'greet/package.json': '{"name":"greet","version":"1.0.0","files":["{a,b}.js"]}' },
    ],
    ['reserved-name', 'a name that not every system has', { 'greet/templates/aux.txt': '' }],
    [
      'case-clash',
      'names that are one on some systems',
      { 'greet/templates/A.txt': '', 'greet/templates/a.txt': '' },
    ],
  ])('refuses (%s) %s', async (rule, _, files) => {
    await expect(packed({ ...MODULE, ...files })).rejects.toMatchObject({
      code: 'PHLOW_PACKAGE_INVALID',
      details: { rule },
    });
  });

  test('refuses a link among its files', async () => {
    const link = (folder: string): void => symlinkSync('/etc/passwd', join(folder, 'greet/templates/x'));
    await expect(packed(MODULE, link)).rejects.toMatchObject({
      code: 'PHLOW_PACKAGE_INVALID',
      details: { rule: 'symbolic-link' },
    });
  });

  test('refuses a module without code', async () => {
    const files = Object.fromEntries(Object.entries(MODULE).filter(([path]) => path !== 'greet/index.js'));
    await expect(packed(files)).rejects.toMatchObject({ code: 'PHLOW_ENTRY_MISSING' });
  });
});

describe('phlow pack', () => {
  test('writes the tarball, prints what is in it, and writes nothing with --dry-run', () =>
    withFolder(async (cwd) => {
      writeFiles(cwd, MODULE);
      const dry = await runPhlow(['pack', 'greet', '--dry-run'], { cwd });
      expect({ code: dry.code, names: readdirSync(cwd) }).toEqual({ code: 0, names: ['greet'] });
      expect(dry.stdout).toContain('  lib/text.js\n');
      expect(dry.stdout).toContain('it asks for: fs.read ./templates, env TONE\n');
      const written = await runPhlow(['pack', './greet', '--json'], { cwd });
      const said = JSON.parse(written.stdout) as { file: string; integrity: string };
      expect(said.file).toBe(join(cwd, 'greet-1.0.0.tgz'));
      const { integrity } = await readTarball(readFileSync(said.file), 'it');
      expect(said.integrity).toBe(integrity);
      expect(await runPhlow(['pack', './greet', '--out', './out.zip'], { cwd })).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('a file that ends with .tgz'),
      });
      mkdirSync(join(cwd, 'out'));
      await runPhlow(['pack', './greet', '--out', 'out'], { cwd });
      expect(readFileSync(join(cwd, 'out/greet-1.0.0.tgz'))).toEqual(readFileSync(said.file));
    }));

  test('writes the same bytes under another umask, time zone, clock, language, user and folder', () =>
    withFolder(async (folder) => {
      writeFiles(folder, MODULE);
      chmodSync(join(folder, 'greet/lib/text.js'), 0o755);
      const other = join(folder, 'elsewhere/deep');
      cpSync(join(folder, 'greet'), join(other, 'greet'), { recursive: true });
      for (const name of ['index.js', 'README.md']) utimesSync(join(other, 'greet', name), 1, 1_000_000_000);
      chmodSync(join(other, 'greet/index.js'), 0o600);
      chmodSync(join(other, 'greet/lib/text.js'), 0o700);
      const cli = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
      const pack = (cwd: string, env: NodeJS.ProcessEnv, umask: string): Buffer => {
        const command = `umask ${umask}; exec "$0" "$1" pack ./greet`;
        execFileSync('sh', ['-c', command, process.execPath, cli], {
          cwd,
          env: { ...process.env, ...env },
          stdio: 'pipe',
        });
        return readFileSync(join(cwd, 'greet-1.0.0.tgz'));
      };
      const one = pack(folder, { TZ: 'Asia/Tokyo', LANG: 'C' }, '022');
      const clock = join(folder, 'clock.mjs');
      writeFileSync(clock, 'Date.now = () => 0;\n');
      const two = pack(
        other,
        {
          TZ: 'America/Caracas',
          LANG: 'tr_TR.UTF-8',
          USER: 'other',
          HOME: other,
          NODE_OPTIONS: `--import ${clock}`,
        },
        '077',
      );
      expect(two.equals(one)).toBe(true);
    }));

  test('makes what tar and npm read', () =>
    withFolder(async (cwd) => {
      writeFiles(cwd, { ...MODULE, [`greet/templates/${'ä'.repeat(60)}.txt`]: 'long' });
      await runPhlow(['pack', './greet'], { cwd });
      const listed = spawnSync('tar', ['-tvzf', 'greet-1.0.0.tgz', '--utc'], { cwd, encoding: 'utf8' });
      expect({ status: listed.status, stderr: listed.stderr }).toEqual({ status: 0, stderr: '' });
      expect(listed.stdout).toMatch(/^-rw-r--r-- 0\/0 +\d+ 1985-10-26 08:15 package\/LICENSE$/m);
      const npm = execFileSync('npm', ['pack', './greet-1.0.0.tgz', '--json', '--dry-run'], {
        cwd,
        encoding: 'utf8',
      });
      const [said] = JSON.parse(npm) as [{ integrity: string; files: { path: string }[] }];
      expect(said.integrity).toBe(
        (await readTarball(readFileSync(join(cwd, 'greet-1.0.0.tgz')), 'it')).integrity,
      );
    }));
});

describe('the reader of tarballs takes what others make', () => {
  const LONG = `templates/${'long-'.repeat(30)}/${'ä'.repeat(60)}.txt`;
  const files = {
    'package/package.json': '{"name":"greet","version":"1.0.0"}',
    'package/phlow.yaml': MANIFEST,
    [`package/${LONG}`]: 'x',
    'package/run.sh': '',
  };

  test.each<[string, string, readonly string[]]>([
    ['npm', 'npm', ['pack', './package', '--ignore-scripts', '--silent']],
    [
      'pnpm',
      process.execPath,
      [join(ROOT, 'node_modules/pnpm/bin/pnpm.cjs'), '--dir', 'package', 'pack', '--pack-destination', '..'],
    ],
    ['GNU tar', 'tar', ['-czf', 'greet-1.0.0.tgz', '--format=gnu', 'package']],
    ['GNU tar, as POSIX has it', 'tar', ['-czf', 'greet-1.0.0.tgz', '--format=posix', 'package']],
  ])('%s', async (_, program, args) => {
    await withFolder(async (cwd) => {
      writeFiles(cwd, files);
      chmodSync(join(cwd, 'package/run.sh'), 0o755);
      execFileSync(program, args, {
        cwd,
        stdio: 'pipe',
        env: { ...process.env, NODE_OPTIONS: '', HOME: cwd },
      });
      const read = await readTarball(readFileSync(join(cwd, 'greet-1.0.0.tgz')), 'it');
      expect(read.files.map(({ path }) => path).sort()).toEqual([
        'package.json',
        'phlow.yaml',
        'run.sh',
        LONG,
      ]);
    });
  });
});
