import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { builtInNames, moduleDocs } from '../../src/index.js';
import { runPhlow } from '../support/run-phlow.js';
import { withFolder } from '../support/temporary-folder.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const DOCUMENTED = join(ROOT, 'test/fixtures/documented');

function withModule<T>(use: (cwd: string) => Promise<T>): Promise<T> {
  return withFolder((cwd) => {
    cpSync(DOCUMENTED, join(cwd, 'invoices'), { recursive: true });
    return use(cwd);
  });
}

describe('phlow docs', () => {
  test('prints the page of a module', () =>
    withModule(async (cwd) => {
      const { code, stdout, stderr } = await runPhlow(['docs', './invoices'], { cwd });
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/^# invoices\n/);
      // By the name of its folder, not by a path of this machine.
      expect(stdout).toContain('host.load(\'./invoices\', { with: { "currency": "EUR" }, grant: {');
      expect(stdout).toContain(`phlow call ./invoices '{ "action": "write"`);
      expect(stdout).not.toContain(cwd);
    }));

  test('writes pages, and --check says whether they are what the manifests say', () =>
    withModule(async (cwd) => {
      const args = ['docs', 'cache', 'invoices', './invoices', '--out', 'reference'];
      const twice = await runPhlow(args, { cwd });
      expect(twice.code).toBe(4);
      const [, , , , ...rest] = args;
      const write = ['docs', 'cache', './invoices', ...rest];
      const missing = await runPhlow([...write, '--check'], { cwd });
      expect(missing.code).toBe(1);
      expect(missing.stdout).toContain(
        'reference/cache.md is not what the manifest says: run phlow docs cache --out reference\n',
      );
      expect(existsSync(join(cwd, 'reference'))).toBe(false);

      expect((await runPhlow(write, { cwd })).stdout).toBe(
        'wrote reference/cache.md\nwrote reference/invoices.md\n',
      );
      const checked = await runPhlow([...write, '--check', '--json'], { cwd });
      expect(checked.code).toBe(0);
      expect(JSON.parse(checked.stdout)).toEqual({
        pages: [
          { module: 'cache', file: join(cwd, 'reference/cache.md'), isCurrent: true },
          { module: './invoices', file: join(cwd, 'reference/invoices.md'), isCurrent: true },
        ],
      });
      const manifest = join(cwd, 'invoices/phlow.yaml');
      writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('default: 3', 'default: 4'));
      expect((await runPhlow([...write, '--check'], { cwd })).code).toBe(1);
    }));

  test('writes one HTML file', () =>
    withModule(async (cwd) => {
      expect((await runPhlow(['docs', './invoices', '--html', '-o', 'page.html'], { cwd })).code).toBe(0);
      expect(readFileSync(join(cwd, 'page.html'), 'utf8')).toMatch(/^<!doctype html>\n[^]*<\/html>\n$/);
    }));

  test.each([
    [['docs'], 2, 'needs more'],
    [['docs', 'cache', 'echo'], 2, 'Several modules need a folder'],
    [['docs', 'cache', '--check'], 2, 'need a file'],
    [['docs', './nothing'], 4, 'PHLOW_MODULE_NOT_FOUND'],
    [['docs', './invoices', './other', '--out', 'x'], 2, 'have one name'],
    [['docs', './invoices', '--out', 'file/page.md'], 2, 'Cannot write'],
    [['docs', './broken'], 3, 'PHLOW_MANIFEST_INVALID'],
  ])('%j is refused', (args, exit, text) =>
    withModule(async (cwd) => {
      cpSync(DOCUMENTED, join(cwd, 'other'), { recursive: true });
      mkdirSync(join(cwd, 'broken'));
      writeFileSync(join(cwd, 'broken/phlow.yaml'), 'name: broken\ninput: { typ: string }\n');
      writeFileSync(join(cwd, 'file'), '');
      const { code, stdout, stderr } = await runPhlow(args, { cwd });
      expect([code, stdout]).toEqual([exit, '']);
      expect(stderr).toContain(text);
    }),
  );
});

test.each(builtInNames())(
  'docs/modules/%s.md is what the manifest says; npm run docs:modules writes it',
  async (name) => {
    const { text } = await moduleDocs(name);
    expect(readFileSync(join(ROOT, `docs/modules/${name}.md`), 'utf8')).toBe(text);
  },
);
