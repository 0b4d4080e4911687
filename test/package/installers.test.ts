import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { canHoldGuarded } from '../support/guarded-here.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';
import { offlinePackages, pack, ROOT } from './offline-packages.js';

/*
 * Installers of docs/in-your-build.md: an application whose node_modules is made by one of them, from the package as it is published and without a
 * registry. `words` is a module that came as a package, and has a package of its own.
 */
jest.setTimeout(180_000);

const APPLICATION = `
import { createHost } from 'phlow';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
const host = await createHost({ logLevel: 'off' });
const cache = await host.load('cache');
await cache.call({ action: 'set', key: 'a', value: 1 });
console.log('cache', (await cache.call({ action: 'get', key: 'a' })).value);
const installed = dirname(fileURLToPath(import.meta.resolve('words/package.json')));
for (const isolation of ['inline', 'trusted', 'guarded', 'sandboxed', 'isolated']) {
  const load = async (name, folder) => {
    const module = await host.load(folder, { isolation, name });
    return module.call({ name: 'Ann' });
  };
  const own = fileURLToPath(new URL('./greet', import.meta.url));
  console.log(isolation, await load('greet' + isolation, own).catch(({ code }) => code));
  if (process.argv.includes('--packages'))
    console.log(isolation, await load('words' + isolation, installed).catch(({ code }) => code));
}
await host.close();
`;

const WORDS = `
import ms from 'ms';
import { createStep } from 'phlow/sdk';
export default createStep({ handler: ({ input }) => input.name + ' ' + ms('2s') });
`;

const LEVELS = ['inline', 'trusted', 'guarded', 'sandboxed', 'isolated'];

const pnpm = join(ROOT, 'node_modules/pnpm/bin/pnpm.cjs');
const yarn = join(ROOT, 'node_modules/@yarnpkg/cli-dist/bin/yarn.js');

/** An application that names its packages by where they lie; `pinned` is the installer's own word for that. */
function writeApplication(
  folder: string,
  pinned: (places: Readonly<Record<string, string>>) => object,
): string {
  const application = join(folder, 'app');
  mkdirSync(application);
  const places = offlinePackages(folder);
  const ms = `file:${join(ROOT, 'node_modules/ms')}`;
  writeFiles(folder, {
    'words/package.json':
      '{ "name": "words", "version": "1.0.0", "type": "module", "dependencies": { "ms": "*" } }',
    'words/phlow.yaml': 'name: words\n',
    'words/index.js': WORDS,
    'app/package.json': JSON.stringify({
      name: 'app',
      private: true,
      type: 'module',
      dependencies: { phlow: `file:${pack(folder)}`, words: 'file:../words' },
      ...pinned({ ...places, ms }),
    }),
    'app/app.js': APPLICATION,
    'app/greet/phlow.yaml': 'name: greet\n',
    'app/greet/index.js': 'export default ({ input }) => `Hello, ${input.name}`;\n',
  });
  return application;
}

function run(cwd: string, ...args: readonly string[]): string {
  const env = {
    ...process.env,
    HOME: join(cwd, 'home'),
    XDG_CACHE_HOME: join(cwd, 'cache'),
    NODE_OPTIONS: '',
    // There is no lock file yet, which Yarn refuses to write where it takes the machine for a build server.
    YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
  };
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stdout}${stderr}`);
  return stdout;
}

/** What is printed where a level loads both modules. This Node may have no guarded level here: the application's folder has files. */
function right(level: string): string {
  return level === 'guarded' && !canHoldGuarded
    ? 'guarded PHLOW_LEVEL_UNAVAILABLE\n'.repeat(2)
    : `${level} Hello, Ann\n${level} Ann 2000\n`;
}

describe('an application installed by', () => {
  test('pnpm, where a package sees what it declares and nothing else', () =>
    withFolder((folder) => {
      const at = writeApplication(folder, (overrides) => ({ pnpm: { overrides } }));
      const store = join(folder, 'store');
      run(at, pnpm, 'install', '--offline', '--ignore-scripts', '--config.hoist=false', '--store-dir', store);
      expect(run(at, 'app.js', '--packages')).toBe(`cache 1\n${LEVELS.map(right).join('')}`);
    }));

  test('Yarn loads at each level with node_modules, and without says at which levels it cannot', () =>
    withFolder((folder) => {
      const at = writeApplication(folder, (resolutions) => ({ resolutions }));
      const settings = 'enableTelemetry: false\nenableNetwork: false\nenableGlobalCache: false\n';
      writeFiles(at, { 'yarn.lock': '', '.yarnrc.yml': settings });
      run(at, yarn, 'install');
      const refused = ['guarded', 'sandboxed', 'isolated'];
      expect(run(at, yarn, 'node', 'app.js')).toBe(
        `cache 1\n${LEVELS.map((level) => `${level} ${refused.includes(level) ? 'PHLOW_LEVEL_UNAVAILABLE' : 'Hello, Ann'}\n`).join('')}`,
      );
      writeFiles(at, { '.yarnrc.yml': `${settings}nodeLinker: node-modules\n` });
      run(at, yarn, 'install');
      expect(run(at, 'app.js', '--packages')).toBe(`cache 1\n${LEVELS.map(right).join('')}`);
    }));
});
