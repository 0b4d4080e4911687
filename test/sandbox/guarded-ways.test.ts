import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
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

  test('while a link below a folder that it may write leads out, or to where it may only read', () =>
    withFolder((folder) =>
      withHost(async (host) => {
        const [own, out] = [join(folder, 'mod'), join(folder, 'out')];
        const permissions = { fs: { write: [out] } };
        writeFiles(own, {
          ...MODULE,
          'phlow.yaml': JSON.stringify({ name: 'links', version: '1.0.0', permissions }),
        });
        mkdirSync(out);
        symlinkSync(own, join(out, 'back'));
        const error = await errorOf(host.load(own, { isolation: 'guarded', grant: permissions }));
        expect(error.code).toBe('PHLOW_LEVEL_UNAVAILABLE');
        expect(error.message).toContain(`the link ${join(out, 'back')} leads to ${own}`);
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
