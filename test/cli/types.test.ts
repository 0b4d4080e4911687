import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { runPhlow } from '../support/run-phlow.js';
import { withFolder } from '../support/temporary-folder.js';

const FIXTURES = fileURLToPath(new URL('../../../test/fixtures/typed/', import.meta.url));
const FILE = 'phlow-modules.d.ts';

/** A project with modules of its own and a package. */
function withProject<T>(use: (cwd: string) => Promise<T>): Promise<T> {
  return withFolder(async (cwd) => {
    for (const [module, to] of [
      ['orders', 'orders'],
      ['shapes', 'modules/shapes'],
      ['outline', 'phlow_packages/outline'],
      ['orders', 'node_modules/other'],
    ] as const)
      cpSync(join(FIXTURES, module), join(cwd, to), { recursive: true });
    return use(cwd);
  });
}

describe('phlow types', () => {
  test('writes the types of all packages and of the modules below, by what they are loaded by', () =>
    withProject(async (cwd) => {
      const { code, stdout } = await runPhlow(['types', '--json'], { cwd });
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toEqual({
        file: join(cwd, FILE),
        modules: ['outline', 'other', './modules/shapes', './orders'],
        isCurrent: false,
      });
      const text = readFileSync(join(cwd, FILE), 'utf8');
      for (const key of ['outline', 'other', './modules/shapes', './orders'])
        expect(text).toContain(`    '${key}': {`);
      expect(text.match(/^export namespace \w+/gm)).toEqual([
        'export namespace Outline',
        'export namespace Orders',
        'export namespace Shapes',
        'export namespace Orders2',
      ]);
    }));

  test('--check tells whether the file is what the manifests say, and writes nothing', () =>
    withProject(async (cwd) => {
      const missing = await runPhlow(['types', '--check'], { cwd });
      expect(missing.code).toBe(1);
      expect(missing.stdout).toContain('is not what the manifests say: run phlow types');
      expect(existsSync(join(cwd, FILE))).toBe(false);

      expect((await runPhlow(['types'], { cwd })).stdout).toBe(`wrote ${FILE} (4 modules)\n`);
      expect((await runPhlow(['types', '--check'], { cwd })).code).toBe(0);

      const manifest = join(cwd, 'orders/phlow.yaml');
      writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('EUR, USD', 'EUR, USD, CHF'));
      expect((await runPhlow(['types', '--check'], { cwd })).code).toBe(1);
      expect((await runPhlow(['types'], { cwd })).code).toBe(0);
      expect(readFileSync(join(cwd, FILE), 'utf8')).toContain("'EUR' | 'USD' | 'CHF'");
    }));

  test.each([
    [['./orders'], "'./orders'"],
    [['./orders/'], "'./orders'"],
    [['orders/'], "'./orders'"],
    [['.\\orders'], "'./orders'"],
    [['modules\\shapes\\'], "'./modules/shapes'"],
    [['./modules//../orders/.'], "'./orders'"],
    [['modules/shapes'], "'./modules/shapes'"],
    [['outline'], "'outline'"],
    [['cache'], "'cache'"],
  ])('%j is declared as %s', (modules, key) =>
    withProject(async (cwd) => {
      const { code, stdout } = await runPhlow(['types', ...modules, '--out', '-'], { cwd });
      expect(code).toBe(0);
      expect(stdout.match(/^ {4}'.*(?=: \{)/gm)).toEqual([`    ${key}`]);
      expect(existsSync(join(cwd, FILE))).toBe(false);
    }),
  );

  test('a folder that is named twice is declared once', () =>
    withProject(async (cwd) => {
      const { stdout } = await runPhlow(['types', './orders', './orders/', '--json'], { cwd });
      expect(JSON.parse(stdout)).toMatchObject({ modules: ['./orders'] });
    }));

  test('a module is known inside its own folder as .', () =>
    withProject(async (cwd) => {
      const { stdout } = await runPhlow(['types', './', '--json'], { cwd: join(cwd, 'orders') });
      expect(JSON.parse(stdout)).toMatchObject({ modules: ['.'] });
    }));

  test('--check does not mind the line ends of a checkout', () =>
    withProject(async (cwd) => {
      await runPhlow(['types'], { cwd });
      const text = readFileSync(join(cwd, FILE), 'utf8').replaceAll('\n', '\r\n');
      writeFileSync(join(cwd, FILE), text);
      expect((await runPhlow(['types', '--check'], { cwd })).code).toBe(0);
      // Nor is the file written for them.
      expect((await runPhlow(['types'], { cwd })).stdout).toContain('is what the manifests say');
      expect(readFileSync(join(cwd, FILE), 'utf8')).toBe(text);
    }));

  test.each(['--check', '--json'])(
    '%s has nothing to do with a printed text: no manifest is read',
    (option) =>
      withProject(async (cwd) => {
        writeFileSync(join(cwd, 'orders/phlow.yaml'), 'name: [');
        const { code, stdout, stderr } = await runPhlow(['types', option, '--out', '-'], { cwd });
        expect(code).toBe(2);
        expect(stdout + stderr).toContain('--out - prints its text');
      }),
  );

  test('two modules of one name have two namespaces', () =>
    withProject(async (cwd) => {
      cpSync(join(FIXTURES, 'orders'), join(cwd, 'more/orders'), { recursive: true });
      const { stdout } = await runPhlow(['types', './orders', './more/orders', '--out', '-'], { cwd });
      expect(stdout.match(/^export namespace \w+/gm)).toEqual([
        'export namespace Orders',
        'export namespace Orders2',
      ]);
      expect(stdout).toContain('readonly input: Orders2.GivenInput;');
    }));

  test('a project without modules has a file without modules', () =>
    withFolder(async (cwd) => {
      expect((await runPhlow(['types'], { cwd })).stdout).toBe(`wrote ${FILE} (0 modules)\n`);
      expect(readFileSync(join(cwd, FILE), 'utf8')).toContain('export {};');
    }));

  test('a manifest that cannot be read is an error with its place, and nothing is written', () =>
    withProject(async (cwd) => {
      mkdirSync(join(cwd, 'broken'));
      writeFileSync(join(cwd, 'broken/phlow.yaml'), 'name: broken\ninput: { typ: string }\n');
      const { code, stderr } = await runPhlow(['types'], { cwd });
      expect(code).toBe(3);
      expect(stderr).toContain('error[PHLOW_MANIFEST_INVALID]');
      expect(stderr).toContain('broken/phlow.yaml:2:10');
      expect(existsSync(join(cwd, FILE))).toBe(false);
    }));

  test.each([
    [['./nothing'], 4, 'PHLOW_MODULE_NOT_FOUND'],
    [['--out', 'no/such/folder.d.ts'], 2, 'PHLOW_USAGE'],
    [['--out', 'orders'], 2, 'PHLOW_USAGE'],
  ])('%j is refused', (args, exit, code) =>
    withProject(async (cwd) => {
      const ended = await runPhlow(['types', ...args], { cwd });
      expect(ended.stderr).toContain(`error[${code}]`);
      expect(ended.code).toBe(exit);
    }),
  );
});
