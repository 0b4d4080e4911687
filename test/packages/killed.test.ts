import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, jest, test } from '@jest/globals';
import { lockModules } from '../../src/audit/lock-modules.js';
import { installPackages } from '../../src/packages/install.js';
import { uninstallPackages } from '../../src/packages/uninstall.js';
import { withFolder } from '../support/temporary-folder.js';
import { moduleEntries, tarball } from '../support/tar-writer.js';

jest.setTimeout(300_000);

const HOOKS = fileURLToPath(new URL('./killing-hooks.js', import.meta.url));
const PHLOW = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

/** A module whose files all say its version. */
function version(number: string): Buffer {
  const text = `module.exports = () => '${number}';\n`;
  return tarball(
    moduleEntries({ 'index.js': text, 'lib/a.js': text, 'lib/b/c.js': text }, { version: number }),
  );
}

interface Killed {
  readonly signal: NodeJS.Signals | null;
  readonly status: number | null;
  readonly stderr: string;
}

function run(home: string, args: readonly string[], env: NodeJS.ProcessEnv): Killed {
  return spawnSync(process.execPath, ['--import', HOOKS, PHLOW, ...args], {
    cwd: home,
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    encoding: 'utf8',
  });
}

/** The version of the module that is in place, if all of it is there; undefined where nothing is. */
function wholeVersion(home: string): string | undefined {
  const folder = join(home, 'phlow_packages/greet');
  if (!existsSync(folder)) return undefined;
  const texts = ['index.js', 'lib/a.js', 'lib/b/c.js'].map((name) =>
    readFileSync(join(folder, name), 'utf8'),
  );
  const [, number] = /'(.*)'/.exec(texts[0] ?? '') ?? [];
  expect(new Set(texts).size).toBe(1);
  expect(readdirSync(folder).sort()).toEqual(['index.js', 'lib', 'package.json', 'phlow.yaml']);
  return number;
}

/** What a killed install may leave besides: nothing, once the next one has run. */
function leftovers(home: string): readonly string[] {
  return [...readdirSync(home), ...readdirSync(join(home, 'phlow_packages'))].filter((name) =>
    /\.phlow-|\.tmp$|claim/.test(name),
  );
}

function stepsOf(home: string, args: readonly string[]): readonly string[] {
  const { stderr, status } = run(home, args, {});
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return (/^STEPS (.*)$/m.exec(stderr)?.[1] ?? '').split(' ');
}

/** Kills a command at each of its steps, before and after it, each time in a fresh copy of an application. */
async function atEachStep(
  prepared: (home: string) => Promise<void>,
  args: readonly string[],
  check: (home: string, at: string) => Promise<void>,
): Promise<number> {
  return withFolder(async (folder) => {
    const first = join(folder, 'first');
    mkdirSync(first);
    writeFileSync(join(first, 'one.tgz'), version('1.0.0'));
    writeFileSync(join(first, 'two.tgz'), version('2.0.0'));
    await prepared(first);
    const copy = (name: string): string => {
      cpSync(first, join(folder, name), { recursive: true });
      return join(folder, name);
    };
    const steps = stepsOf(copy('counted'), args);
    // After the last step; after any other one is before the next.
    const points = [
      ...steps.map((step, at) => [step, at + 1, 'before'] as const),
      ['the last', steps.length, 'after'] as const,
    ];
    for (const [step, at, when] of points) {
      const home = copy('killed');
      const { signal } = run(home, args, { KILL_AT: String(at), KILL_WHEN: when });
      expect({ at, step, when, signal }).toEqual({ at, step, when, signal: 'SIGKILL' });
      await check(home, `${when} step ${at}, ${step}`);
      rmSync(home, { recursive: true });
    }
    return points.length;
  });
}

/** The lock file and what lies there agree. */
async function isLocked(home: string): Promise<boolean> {
  const { changes, gone } = await lockModules({ baseDir: home });
  return changes.length + gone.length === 0;
}

describe('kill -9', () => {
  test('at any step of an install leaves the module whole or absent, and the next install mends', async () => {
    const points = await atEachStep(
      () => Promise.resolve(),
      ['install', './one.tgz'],
      async (home, at) => {
        expect({ at, version: wholeVersion(home) ?? '1.0.0' }).toEqual({ at, version: '1.0.0' });
        await installPackages(['./one.tgz'], { baseDir: home });
        expect({ at, version: wholeVersion(home), left: leftovers(home) }).toEqual({
          at,
          version: '1.0.0',
          left: [],
        });
        expect({ at, isLocked: await isLocked(home) }).toEqual({ at, isLocked: true });
      },
    );
    expect(points).toBeGreaterThanOrEqual(10);
  });

  test('at any step of an uninstall leaves the module whole or absent', async () => {
    await atEachStep(
      async (home) => {
        await installPackages(['./one.tgz'], { baseDir: home });
      },
      ['uninstall', 'greet'],
      async (home, at) => {
        expect(['1.0.0', undefined]).toContain(wholeVersion(home));
        await uninstallPackages(['greet'], { baseDir: home }).catch(() => undefined);
        expect({ at, version: wholeVersion(home), left: leftovers(home) }).toEqual({
          at,
          version: undefined,
          left: [],
        });
        expect({ at, isLocked: await isLocked(home) }).toEqual({ at, isLocked: true });
      },
    );
  });

  test('at any step of an update leaves the old module or the new one, and the next install mends', async () => {
    const points = await atEachStep(
      async (home) => {
        await installPackages(['./one.tgz'], { baseDir: home });
      },
      ['install', './two.tgz'],
      async (home, at) => {
        // Between two renames nothing is in place, and the old one lies whole beside it.
        expect(['1.0.0', '2.0.0', undefined]).toContain(wholeVersion(home));
        await installPackages([], { baseDir: home });
        expect({ at, left: leftovers(home) }).toEqual({ at, left: [] });
        expect(['1.0.0', '2.0.0']).toContain(wholeVersion(home));
        expect({ at, isLocked: await isLocked(home) }).toEqual({ at, isLocked: true });
      },
    );
    expect(points).toBeGreaterThanOrEqual(10);
  });
});
