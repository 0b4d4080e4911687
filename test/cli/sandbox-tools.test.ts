import { createHash } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { runPhlow } from '../support/run-phlow.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

const FILES = {
  'phlow_packages/reader/phlow.yaml': 'name: reader\nversion: 1.0.0\n',
  'phlow_packages/reader/index.js': `export default ({ input }, context) => context.fs.readText(input);`,
  'phlow_packages/reader/a.txt': 'A',
};

describe('phlow learn, permissions, lock and audit', () => {
  test('lead from a module without permissions to one that is granted and locked', async () => {
    await withFolder(async (cwd) => {
      writeFiles(cwd, FILES);
      const phlow = (...args: string[]) => runPhlow(args, { cwd });
      const learnt = await phlow('learn', 'reader', '"./a.txt"', '--write');
      expect([learnt.code, learnt.stdout]).toEqual([0, 'permissions:\n  fs: { read: [ ./a.txt ] }\n']);
      expect(learnt.stderr).toMatch(/^ran 1 sample at level isolated, \d+ times$/m);
      expect((await phlow('permissions', 'reader')).stdout).toContain(
        'read a.txt in its own folder (fs.read ./a.txt)',
      );
      const refused = await phlow('call', 'reader', '"./a.txt"');
      expect([refused.code, refused.stderr]).toEqual([
        4,
        expect.stringContaining('error[PHLOW_GRANT_MISSING]'),
      ]);
      const granted = await phlow('call', 'reader', '"./a.txt"', '--grant', '{"fs":{"read":["./a.txt"]}}');
      expect([granted.code, granted.stdout]).toEqual([0, 'A\n']);
      expect(await phlow('lock')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('phlow lock --accept'),
      });
      expect((await phlow('lock', 'reader')).stderr).toContain('phlow lock --accept reader\n');
      expect((await phlow('lock', '--accept')).code).toBe(0);
      expect((await phlow('audit')).stdout).toContain('reader 1.0.0: isolated, accepted');
      writeFiles(cwd, { 'phlow_packages/reader/index.js': 'export default () => 2;' });
      const changed = await phlow('call', 'reader', '1', '--grant', '{"fs":{"read":["./a.txt"]}}');
      expect([changed.code, changed.stderr]).toEqual([
        4,
        expect.stringContaining('error[PHLOW_LOCK_MISMATCH]'),
      ]);
      const audit = await phlow('audit', '--json');
      expect([audit.code, JSON.parse(audit.stdout)]).toMatchObject([1, { problems: [{ module: 'reader' }] }]);
      writeFiles(cwd, { 'phlow.lock': '' });
      expect(await phlow('audit')).toMatchObject({ code: 4, stderr: expect.stringContaining('phlow.lock') });
    });
  }, 60_000);

  test('say when a module is not what was accepted, before and after learn has written', async () => {
    await withFolder(async (cwd) => {
      writeFiles(cwd, FILES);
      const phlow = (...args: string[]) => runPhlow(args, { cwd });
      await phlow('lock', '--accept');
      const written = await phlow('learn', 'reader', '"./a.txt"', '--write');
      expect(written.stderr).not.toContain('has not been accepted');
      expect(written.stderr).toMatch(/does not contain the new block.* phlow lock --accept reader\n/);
      const again = await phlow('learn', 'reader', '"./a.txt"');
      expect(again.stderr).toMatch(
        /warning: the module is not what phlow.lock accepted; .*has not been accepted/,
      );
      await phlow('lock', '--accept', 'reader');
      expect((await phlow('learn', 'reader', '"./a.txt"')).stderr).not.toContain('accept');
    });
  }, 120_000);

  test('tell what is missing on the command line', async () => {
    await withFolder(async (cwd) => {
      writeFiles(cwd, { ...FILES, 'inputs.json': '{}' });
      const outcome = async (...args: string[]): Promise<[number | null, string]> => {
        const { code, stderr } = await runPhlow(args, { cwd });
        return [code, stderr];
      };
      expect(await outcome('learn', 'reader')).toEqual([2, expect.stringContaining('give an input as JSON')]);
      expect(await outcome('learn', 'reader', '--inputs', 'none.json')).toEqual([
        2,
        expect.stringContaining('none.json'),
      ]);
      expect(await outcome('learn', 'reader', '--inputs', 'inputs.json')).toEqual([
        2,
        expect.stringContaining('JSON list'),
      ]);
      const noPlace = await runPhlow(['learn', 'reader', '1'], { cwd, env: { TMPDIR: join(cwd, 'none') } });
      expect(noPlace.stderr).toMatch(/^error\[PHLOW_LOAD_FAILED\]: Cannot make a folder .*; set TMPDIR to a/);
      expect(await outcome('permissions', 'redaer')).toEqual([
        4,
        expect.stringContaining('PHLOW_MODULE_NOT_FOUND'),
      ]);
    });
  });
});

describe('a package that is not what was accepted', () => {
  test('is said to be so by check, permissions and graph, which end as they say', async () => {
    await withFolder(async (cwd) => {
      writeFiles(cwd, {
        'phlow_packages/p/phlow.yaml': 'name: p',
        'phlow_packages/p/index.js': 'export default () => 1;',
        'phlow_packages/p/module.phlow': 'steps:\n  - payload: 1\n',
        'phlow_packages/p/in/phlow.yaml': 'name: in',
        'own/phlow.yaml': 'name: own',
        'own/index.js': 'export default () => 1;',
      });
      const phlow = (...args: string[]) => runPhlow(args, { cwd });
      await phlow('lock', '--accept', 'p');
      const silent = [await phlow('check', 'phlow_packages/p'), await phlow('permissions', 'p')];
      expect(silent.map(({ code, stderr }) => [code, stderr])).toEqual([
        [0, ''],
        [0, ''],
      ]);
      writeFiles(cwd, { 'phlow_packages/p/index.js': 'export default () => 2;' });
      const check = await phlow('check', 'phlow_packages/p', 'own');
      expect([check.code, check.stdout]).toEqual([4, `ok ${join('own', 'phlow.yaml')}\n`]);
      expect(check.stderr.match(/^error.*$/gm)).toHaveLength(3);
      expect(check.stderr.match(/phlow lock --accept p/g)?.length).toBeLessThan(3);
      expect(
        JSON.parse((await phlow('check', 'phlow_packages/p/phlow.yaml', '--json')).stdout),
      ).toMatchObject({
        files: [{ ok: false, diagnostics: [{ code: 'PHLOW_LOCK_MISMATCH' }] }],
      });
      const asked = await phlow('permissions', 'p');
      expect([asked.code, asked.stderr]).toEqual([
        0,
        'warning: the module is not what phlow.lock accepted; to accept it as it is: phlow lock --accept p\n',
      ]);
      expect(JSON.parse((await phlow('permissions', 'p', '--json')).stdout)).toMatchObject({
        lock: 'changed',
        accept: 'phlow lock --accept p',
        lockProblem: null,
      });
      expect((await phlow('permissions', './own')).stderr).toBe('');
      expect((await phlow('graph', 'phlow_packages/p/module.phlow')).code).toBe(4);
      writeFiles(cwd, { 'phlow.lock': '' });
      const untold = await phlow('permissions', 'p');
      expect([untold.code, untold.stderr]).toEqual([
        0,
        expect.stringMatching(/^warning: cannot tell whether .*not JSON/),
      ]);
    });
  }, 120_000);
});

describe('phlow cache', () => {
  test('tells where bundles are, finds damaged ones and removes them', async () => {
    await withFolder(async (cwd) => {
      writeFiles(cwd, { ...FILES, 'phlow_packages/reader/index.js': 'export default () => 1;' });
      const options = { cwd, env: { XDG_CACHE_HOME: join(cwd, 'cache') } };
      writeFiles(cwd, { 'cache/.keep': '' });
      const phlow = (...args: string[]) => runPhlow(args, options);
      const folder = join(cwd, 'cache', 'phlow', 'bundles');
      // Looking makes nothing.
      expect((await phlow('cache', 'dir')).stdout).toBe(`${folder}\n`);
      expect((await phlow('cache', 'verify')).stdout).toBe(`0 good, 0 stale, 0 damaged in ${folder}\n`);
      expect((await phlow('cache', 'clear')).stdout).toBe(`removed 0 from ${folder}\n`);
      expect(readdirSync(join(cwd, 'cache'))).toEqual(['.keep']);
      expect((await phlow('call', 'reader', '1')).stdout).toBe('1\n');
      const { code, stdout } = await phlow('cache', 'dir');
      expect([code, stdout]).toEqual([0, `${folder}\n`]);
      expect((await phlow('cache', 'verify')).stdout).toBe(`1 good, 0 stale, 0 damaged in ${folder}\n`);
      const [name = ''] = readdirSync(folder);
      // As an earlier version kept it, and as a host that was killed leaves it.
      const key = 'a key of another version';
      const earlier = `${createHash('sha256').update(key).digest('hex')}.json`;
      writeFileSync(
        join(folder, earlier),
        JSON.stringify({ key, marks: [], integrity: '', code: '', map: '' }),
      );
      writeFileSync(join(folder, `${name}.0000`), '{');
      const stale = await phlow('cache', 'verify');
      expect([stale.code, stale.stdout]).toEqual([0, expect.stringContaining('1 good, 2 stale, 0 damaged')]);
      expect(stale.stdout).toContain('"phlow cache clear" removes');
      writeFileSync(join(folder, name), '');
      const damaged = await phlow('cache', 'verify', '--json');
      expect([damaged.code, JSON.parse(damaged.stdout)]).toEqual([
        1,
        { folder, missing: null, good: 0, stale: 2, damaged: [name] },
      ]);
      expect((await phlow('cache', 'clear')).stdout).toBe(`removed 3 from ${folder}\n`);
      expect(readdirSync(folder)).toEqual([]);
      const file = join(cwd, 'cache', '.keep', 'below');
      const missing = await runPhlow(['cache', 'dir'], { cwd, env: { XDG_CACHE_HOME: file } });
      expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('There is no cache')]);
      expect((await phlow('cache', 'away')).code).toBe(2);
    });
  });
});
