import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { folderState } from '../support/folder-state.js';
import { startRegistry, type Registry } from '../support/registry.js';
import { runPhlow, type Ended } from '../support/run-phlow.js';
import { writeFiles } from '../support/write-files.js';

jest.setTimeout(240_000);

const ASKING =
  'permissions:\n  net: { connect: ["api.example.com:443"] }\n  reason: { net: look up the rates of the day }\n';

let folder = '';
let registry: Registry;
let env: NodeJS.ProcessEnv = {};

/** npm with nothing of the user's: what it knows stands in the .npmrc of the project. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'phlow-registry-'));
  mkdirSync(join(folder, 'registry'));
  registry = await startRegistry(join(folder, 'registry'));
  const kept = Object.entries(process.env).filter(([name]) => !/^npm_config_/i.test(name));
  env = {
    ...Object.fromEntries(kept),
    HOME: join(folder, 'home'),
    npm_config_cache: join(folder, 'npm-cache'),
    npm_config_userconfig: join(folder, 'none'),
    NODE_OPTIONS: '',
  };
  await publish('@acme/greet', '1.0.0', '');
  await publish('@acme/greet', '1.1.0', '');
  await publish('open', '1.0.0', '');
});

afterAll(async () => {
  // No script of any package has run.
  expect(existsSync(join(folder, 'ran'))).toBe(false);
  await registry.close();
  rmSync(folder, { recursive: true });
});

function npmrc(token = registry.token): string {
  const { host } = new URL(registry.url);
  return `@acme:registry=${registry.url}\nregistry=${registry.url}\n//${host}/:_authToken=${token}\nfetch-retries=0\n`;
}

function phlow(args: readonly string[], cwd: string): Promise<Ended> {
  return runPhlow(args, { cwd, env: { ...env, NODE_OPTIONS: '' } });
}

/** Packs a module and has npm publish it. */
async function publish(
  name: string,
  version: string,
  more: string,
  words: readonly string[] = [],
): Promise<void> {
  const author = mkdtempSync(join(folder, 'author-'));
  const short = name.slice(name.indexOf('/') + 1);
  const script = `echo ran > ${join(folder, 'ran')}`;
  writeFiles(author, {
    '.npmrc': npmrc(),
    'it/package.json': JSON.stringify({
      name,
      version,
      license: 'MIT',
      scripts: { install: script, prepare: script, preinstall: script },
    }),
    'it/README.md': `# ${name}\n`,
    'it/phlow.yaml': `name: ${short}\nversion: ${version}\n${more}`,
    'it/index.js': `module.exports = () => '${version}';\n`,
  });
  const packed = await phlow(['pack', 'it', '--json'], author);
  const { fileName } = JSON.parse(packed.stdout) as { fileName: string };
  await promisify(execFile)('npm', ['publish', `./${fileName}`, '--ignore-scripts', ...words], {
    cwd: author,
    env,
  });
}

let count = 0;

function project(rc = npmrc()): string {
  const home = join(folder, `project-${++count}`);
  writeFiles(home, { '.npmrc': rc, 'package.json': '{"name":"project","private":true}' });
  return home;
}

const lockOf = (home: string): unknown => JSON.parse(readFileSync(join(home, 'phlow.lock'), 'utf8'));

describe('a registry', () => {
  test('gives a module of a scope to who has the token, and writes into the lock file where it came from', async () => {
    const home = project();
    const { code, stdout, stderr } = await phlow(['install', '@acme/greet@^1.0'], home);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('@acme/greet 1.1.0 (@acme/greet@^1.0)');
    expect(lockOf(home)).toMatchObject({
      phlow: 2,
      modules: {
        '@acme/greet': {
          version: '1.1.0',
          origin: { npm: '@acme/greet', range: '^1.0', integrity: expect.stringMatching(/^sha512-/) },
        },
      },
    });
    expect(await phlow(['call', '@acme/greet', '{}'], home)).toMatchObject({ code: 0, stdout: '1.1.0\n' });
  });

  test('gives it to nobody else, and what npm says is passed on', async () => {
    const home = project(npmrc('wrong'));
    const before = folderState(home);
    const { code, stderr } = await phlow(['install', '@acme/greet'], home);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/PHLOW_NPM_FAILED[^]*npm ended with E40[13]/),
    });
    const missing = await phlow(['install', 'nowhere-at-all', '--json'], project());
    expect(JSON.parse(missing.stdout)).toMatchObject({
      error: { code: 'PHLOW_NPM_FAILED', details: { npmCode: 'E404' } },
    });
    const { error } = JSON.parse(missing.stdout) as { error: { message: string } };
    const lines = error.message.split('\n').map((line) => line.trim());
    expect(new Set(lines).size).toBe(lines.length);
    expect(error.message).not.toContain('git folder');
    expect(folderState(home)).toEqual(before);
  });

  test('has newer versions, which outdated shows and update installs', async () => {
    const home = project();
    writeFiles(home, {
      'own/phlow.yaml': 'name: own\nversion: 1.0.0\n',
      'own/index.js': 'module.exports = () => 1;\n',
    });
    expect((await phlow(['install', '@acme/greet@1.0.0', './own'], home)).code).toBe(0);
    const shown = await phlow(['outdated', '--json'], home);
    expect(shown.code).toBe(1);
    expect(JSON.parse(shown.stdout)).toEqual([
      {
        name: '@acme/greet',
        current: '1.0.0',
        wanted: '1.0.0',
        latest: '1.1.0',
        origin: '@acme/greet@1.0.0',
        isOutdated: true,
        problem: null,
      },
      {
        name: 'own',
        current: '1.0.0',
        wanted: null,
        latest: null,
        origin: './own',
        isOutdated: false,
        problem: null,
      },
    ]);
    expect((await phlow(['install', '@acme/greet@~1.0'], home)).code).toBe(0);
    await publish('@acme/greet', '1.0.5', '', ['--tag', 'old']);
    expect((await phlow(['outdated'], home)).stdout).toMatch(
      /^@acme\/greet +1\.0\.0 +1\.0\.5 +1\.1\.0 +@acme\/greet@~1\.0$/m,
    );
    const { code, stdout } = await phlow(['update'], home);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringContaining('@acme/greet 1.0.0 -> 1.0.5'),
    });
    expect(lockOf(home)).toMatchObject({
      modules: { '@acme/greet': { version: '1.0.5', origin: { range: '~1.0' } } },
    });
    expect((await phlow(['update', 'gret'], home)).code).toBe(4);
  });

  test('may have an update that asks for more, which is refused with the difference', async () => {
    await publish('@acme/asking', '1.0.0', '');
    const home = project();
    expect((await phlow(['install', '@acme/asking@^1'], home)).code).toBe(0);
    await publish('@acme/asking', '1.1.0', ASKING);
    const before = folderState(home);
    const { code, stderr } = await phlow(['update'], home);
    expect(code).toBe(1);
    expect(stderr).toContain('PHLOW_PERMISSIONS_WIDENED');
    expect(stderr).toContain('@acme/asking 1.0.0 -> 1.1.0');
    expect(stderr).toContain('api.example.com:443');
    expect(stderr).toContain('look up the rates of the day');
    expect(folderState(home)).toEqual(before);
    expect((await phlow(['update', '--accept'], home)).code).toBe(0);
    expect(lockOf(home)).toMatchObject({
      modules: { '@acme/asking': { version: '1.1.0', permissions: ['net.connect api.example.com:443'] } },
    });
  });

  test('that has other bytes for a version than were accepted is refused', async () => {
    const home = project();
    expect((await phlow(['install', 'open'], home)).code).toBe(0);
    const lock = join(home, 'phlow.lock');
    const text = readFileSync(lock, 'utf8');
    writeFileSync(
      lock,
      text.replace(/("npm": "open",[^}]*"integrity": "sha512-)[^"]*/, `$1${'A'.repeat(86)}==`),
    );
    expect(readFileSync(lock, 'utf8')).not.toBe(text);
    const again = await phlow(['install', 'open@1.0.0'], home);
    expect({ code: again.code, stderr: again.stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('PHLOW_INTEGRITY_MISMATCH'),
    });
    rmSync(join(home, 'phlow_packages'), { recursive: true });
    const restored = await phlow(['install'], home);
    expect({ code: restored.code, stderr: restored.stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('PHLOW_INTEGRITY_MISMATCH'),
    });
  });

  test('is asked before a module is published, which npm then does', async () => {
    const home = project();
    const manifest = (version: string): Record<string, string> => ({
      'open/phlow.yaml': `name: open\nversion: ${version}\n`,
      'open/package.json': JSON.stringify({ name: 'open', version }),
      'open/index.js': 'module.exports = () => 2;\n',
    });
    writeFiles(home, manifest('1.0.0'));
    const refused = await phlow(['publish', 'open', '--dry-run'], home);
    expect({ code: refused.code, stderr: refused.stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('open@1.0.0 is published already'),
    });
    const wrong = await phlow(['publish', 'open', '--dry-run', '--tag', '1.0.0'], home);
    expect({ code: wrong.code, stderr: wrong.stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('Option --tag is a word that is no version'),
    });
    writeFiles(home, {
      'first/phlow.yaml': 'name: first\nversion: 1.0.0\n',
      'first/package.json': '{"name":"@acme/first","version":"1.0.0"}',
      'first/index.js': 'module.exports = () => 2;\n',
    });
    const first = await phlow(['publish', 'first', '--dry-run'], home);
    expect(first.stderr).toContain('--access public');
    const open = await phlow(['publish', 'first', '--dry-run', '--access', 'public'], home);
    expect(open.stderr).not.toContain('is new in the registry');
    writeFiles(home, manifest('2.0.0'));
    const dry = await phlow(['publish', 'open', '--dry-run', '--tag', 'next'], home);
    expect(dry.code).toBe(0);
    expect(dry.stderr).toContain('warning: it has no README');
    expect(dry.stderr).toContain('warning: it has no licence');
    expect(dry.stderr).toContain(
      '  npm publish ./open-2.0.0.tgz --ignore-scripts --tag=next\n'.replace('--tag=next', "'--tag=next'"),
    );
    expect((await phlow(['publish', 'open', '--tag', 'next'], home)).code).toBe(0);
    expect((await phlow(['install', 'open@next'], project())).stdout).toContain('open 2.0.0 (open@next)');
    writeFiles(home, {
      'open/package.json': JSON.stringify({ name: 'open', version: '2.0.0', private: true }),
    });
    expect((await phlow(['publish', 'open', '--dry-run'], home)).stderr).toContain('"private": true');
  });
});
