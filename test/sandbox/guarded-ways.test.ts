import { linkSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { canHoldGuarded } from '../support/guarded-here.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf, withHost } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';
import { runWays } from './guarded-ways/run-ways.js';
import { verdict, WAYS } from './guarded-ways/ways.js';

const MAJOR = Number(process.versions.node.split('.')[0]);

describe('ways out of guarded', () => {
  test('are refused, or documented for this Node', async () => {
    const outcomes = await runWays(process.execPath);
    const said = outcomes.map((outcome, i) => {
      const way = WAYS[i] ?? { way: '', code: '' };
      return `${verdict(way, outcome, MAJOR)}: ${outcome.way} (${outcome.said})`;
    });
    expect(said.length).toBeGreaterThanOrEqual(60);
    expect(said.filter((line) => line.startsWith('SILENT'))).toEqual([]);
  }, 120_000);

  // What is documented as open and is not is a line too many in the document.
  test('that are documented for this Node are really open', async () => {
    const outcomes = await runWays(process.execPath);
    const open = outcomes.filter(({ isRefused }) => !isRefused).map(({ way }) => way);
    expect(open).toEqual(WAYS.filter((way) => way.open?.includes(MAJOR) === true).map(({ way }) => way));
  }, 120_000);
});

const MODULE = { 'phlow.yaml': 'name: links\nversion: 1.0.0\n', 'index.mjs': 'export default () => 1;\n' };

interface Planted {
  readonly files: Readonly<Record<string, string>>;
  readonly links?: Readonly<Record<string, string>>;
  readonly hard?: Readonly<Record<string, string>>;
}

/** Loads a module that was granted folders beside its own, and has a look at why it is not started. */
function withGranted(
  granted: Readonly<Record<string, readonly string[]>>,
  { files, links = {}, hard = {} }: Planted,
  look: (error: Error) => void,
): Promise<void> {
  return withFolder((folder) =>
    withHost(async (host) => {
      const named = Object.entries(granted).map(([way, names]) => [
        way,
        names.map((name) => join(folder, name)),
      ]);
      const permissions = { fs: Object.fromEntries(named) as Record<string, string[]> };
      writeFiles(folder, files);
      writeFiles(join(folder, 'mod'), {
        ...MODULE,
        'phlow.yaml': JSON.stringify({ name: 'links', version: '1.0.0', permissions }),
      });
      for (const [path, target] of Object.entries(links)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        symlinkSync(target, join(folder, path));
      }
      for (const [path, file] of Object.entries(hard)) linkSync(join(folder, file), join(folder, path));
      const error = await errorOf(
        host.load(join(folder, 'mod'), { isolation: 'guarded', grant: permissions }),
      );
      expect(error.code).toBe('PHLOW_LEVEL_UNAVAILABLE');
      look(error);
    }),
  );
}

const here = canHoldGuarded ? describe : describe.skip;

here('a guarded module is not started', () => {
  test.each<[string, string, string]>([
    ['to everything', 'root', '/'],
    ['to a file', 'passwd', '/etc/passwd'],
    ['to the folder above', 'up', '..'],
    ['in a folder of its own', 'deep/down/up', '../../..'],
    ['in a package of its own', 'node_modules/dep/data', '/etc'],
    ['to what is not there yet', 'later', '/no/such/place'],
  ])('while a link %s leads out', (_words, name, target) =>
    withFolder((folder) =>
      withHost(async (host) => {
        const own = join(folder, 'mod');
        writeFiles(own, MODULE);
        mkdirSync(join(own, name, '..'), { recursive: true });
        symlinkSync(target, join(own, name));
        const error = await errorOf(host.load(own, { isolation: 'guarded' }));
        expect(error.code).toBe('PHLOW_LEVEL_UNAVAILABLE');
        expect(error.message).toContain(`the link ${join(own, name)} leads to`);
      }),
    ),
  );

  test.each<[string, Readonly<Record<string, string>>, string]>([
    ['leads out', { 'out/l': '/etc' }, 'out/l leads to /etc and lies in a folder that the module may write'],
    ['leads to where it may only read', { 'out/l': '../mod' }, 'out/l leads to'],
    ['stays inside', { 'out/a/l': '../b.txt' }, 'out/a/l leads to'],
    ['leads to nothing', { 'out/a/l': 'none' }, 'out/a/l leads to none and lies in'],
    ['takes the place of the folder', { out: 'none' }, 'out leads to none and lies in'],
  ])('while a link in a folder that it may write %s', (_words, links, said) =>
    withGranted({ write: ['out'] }, { links, files: 'out' in links ? {} : { 'out/b.txt': 'b' } }, (error) => {
      expect(error.message).toContain(said);
    }),
  );

  test('while a file in a folder that it may write has a second name', () =>
    withGranted(
      { write: ['out'] },
      { files: { 'out/a.txt': 'a' }, hard: { 'b.txt': 'out/a.txt' } },
      (error) => expect(error.message).toMatch(/the file .*out\/a\.txt .* has a second name/),
    ));

  test.each<[string, Readonly<Record<string, string>>, string]>([
    ['leads out', { 'in/l': '../mod2' }, 'outside of what was granted'],
    ['leads up', { 'in/a/l': '..' }, 'leads up to'],
    ['leads to nothing', { 'in/l': 'none' }, 'in/l leads to none, which is not there'],
  ])('while a link in a folder that it may read %s', (_words, links, said) =>
    withGranted({ read: ['in'] }, { links, files: { 'in/b.txt': 'b', 'mod2/c.txt': 'c' } }, (error) =>
      expect(error.message).toContain(said),
    ),
  );

  test('while a folder in it has a name that is not text, below which nobody could look', () =>
    withFolder((folder) =>
      withHost(async (host) => {
        writeFiles(folder, MODULE);
        mkdirSync(Buffer.concat([Buffer.from(`${folder}/a`), Buffer.from([0xff])]));
        const error = await errorOf(host.load(folder, { isolation: 'guarded' }));
        expect([error.code, error.message]).toEqual([
          'PHLOW_LEVEL_UNAVAILABLE',
          expect.stringContaining('is not valid UTF-8'),
        ]);
      }),
    ));

  test('in a second life, while a folder that it may write has got a link in the first', () =>
    withFolder((folder) =>
      withHost(async (host) => {
        const own = join(folder, 'mod');
        const permissions = { fs: { write: ['./w'] } };
        writeFiles(own, {
          'phlow.yaml': JSON.stringify({ name: 'links', version: '1.0.0', permissions }),
          'index.mjs': 'export default () => process.exit(3);\n',
          'w/a.txt': 'a',
        });
        const module = await host.load(own, { isolation: 'guarded', grant: permissions });
        symlinkSync('a.txt', join(own, 'w/l'));
        await errorOf(module.call(null));
        const error = await errorOf(module.call(null));
        expect(`${error.message} ${String((error.cause as Error | undefined)?.message)}`).toContain(
          `the link ${join(own, 'w/l')} leads to`,
        );
      }),
    ));

  test('again, once such a link was made while it ran', () =>
    withFolder((folder) =>
      withHost(async (host) => {
        const own = join(folder, 'mod');
        writeFiles(own, {
          ...MODULE,
          'index.mjs': 'export default ({ input }) => { if (input === "die") process.exit(3); return 1; };\n',
        });
        const module = await host.load(own, { isolation: 'guarded' });
        expect(await module.call(null)).toBe(1);
        symlinkSync('/', join(own, 'root'));
        await errorOf(module.call('die'));
        const error = await errorOf(module.call(null));
        expect(`${error.message} ${String((error.cause as Error | undefined)?.message)}`).toContain(
          `the link ${join(own, 'root')} leads to /`,
        );
      }),
    ));

  test('but it is with links that stay inside', () =>
    withFolder((folder) =>
      withHost(async (host) => {
        const own = join(folder, 'mod');
        writeFiles(own, { ...MODULE, 'a/b.txt': 'b' });
        symlinkSync('a/b.txt', join(own, 'b.txt'));
        symlinkSync(join(own, 'a'), join(own, 'c'));
        symlinkSync('../index.mjs', join(own, 'a/up.mjs'));
        expect(await (await host.load(own, { isolation: 'guarded' })).call(null)).toBe(1);
      }),
    ));

  test('with a star in its folder or in what was granted', () =>
    withFolder((folder) =>
      withHost(async (host) => {
        const starred = join(folder, 'm*d');
        writeFiles(starred, MODULE);
        const first = await errorOf(host.load(starred, { isolation: 'guarded' }));
        expect([first.code, first.message]).toEqual([
          'PHLOW_LEVEL_UNAVAILABLE',
          expect.stringContaining(starred),
        ]);
        const permissions = { fs: { read: [`${folder}/*`] } };
        const plain = join(folder, 'mod');
        writeFiles(plain, {
          ...MODULE,
          'phlow.yaml': JSON.stringify({ name: 'links', version: '1.0.0', permissions }),
        });
        const second = await errorOf(host.load(plain, { isolation: 'guarded', grant: permissions }));
        expect([second.code, second.message]).toEqual([
          'PHLOW_LEVEL_UNAVAILABLE',
          expect.stringContaining(`${folder}/*`),
        ]);
      }),
    ));
});

here('a built-in that the permission model does not hold', () => {
  const load = 'import { Session } from "node:inspector"; export default () => typeof new Session().post;';
  test.each([
    [[], expect.stringMatching(/node:inspector.*permissions\.builtins/)],
    [['node:inspector'], 'function'],
  ])('with builtins %j', (builtins, said) =>
    withFolder((folder) =>
      withHost(async (host) => {
        const permissions = { builtins };
        writeFiles(folder, {
          'phlow.yaml': JSON.stringify({ name: 'm', version: '1.0.0', permissions }),
          'index.mjs': load,
        });
        const module = await host.load(folder, { isolation: 'guarded', grant: permissions });
        expect(await module.call(null).catch((error: unknown) => (error as Error).message)).toEqual(said);
      }),
    ),
  );
});
