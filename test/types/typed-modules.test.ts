import { cpSync, mkdtempSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import ts from 'typescript';
import { moduleTypes } from '../../src/index.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const FIXTURES = join(ROOT, 'test/fixtures/typed');
const MODULES = ['./orders', './shapes', './outline', './reporter'];

let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'phlow-typed-'));
  cpSync(FIXTURES, folder, { recursive: true });
  mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
  symlinkSync(ROOT, join(folder, 'node_modules/phlow'));
  for (const name of ['@types/node', 'undici-types'])
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const { text } = await moduleTypes(MODULES, { baseDir: folder });
  writeFileSync(join(folder, 'phlow-modules.d.ts'), text);
});

afterAll(() => rmSync(folder, { recursive: true }));

/** What the compiler says of the files, in the strictest of its settings. */
function complaints(...names: readonly string[]): readonly string[] {
  const program = ts.createProgram(
    [...names, 'phlow-modules.d.ts'].map((name) => join(folder, name)),
    {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noImplicitReturns: true,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
      types: ['node'],
      typeRoots: [join(folder, 'node_modules/@types')],
      skipLibCheck: false,
      noEmit: true,
      preserveSymlinks: true,
    },
  );
  return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line + 1;
    return `${file?.fileName ?? ''}:${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}

test('right calls of built-in modules and of three others compile, in callers, in tests and in the modules', () => {
  const calls = readFileSync(join(folder, 'right.ts'), 'utf8').match(
    /\.(?:call|load|stream)\(|callModule|withModule\(/g,
  );
  expect(calls?.length).toBeGreaterThanOrEqual(30);
  expect(complaints('right.ts')).toEqual([]);
}, 120_000);

test('wrong ones do not: each line that is said to be wrong is, and no other', () => {
  const text = readFileSync(join(folder, 'wrong.ts'), 'utf8');
  expect(text.match(/@ts-expect-error/g)?.length).toBeGreaterThanOrEqual(30);
  expect(complaints('wrong.ts')).toEqual([]);
}, 120_000);

test('a wrong call without such a note is reported where it stands', () => {
  const lines = [
    "import { createHost } from 'phlow';",
    "const cache = await (await createHost()).load('cache');",
    "await cache.call({ action: 'st' });",
  ];
  writeFileSync(join(folder, 'one.ts'), lines.join('\n'));
  const [only, ...more] = complaints('one.ts');
  expect(more).toEqual([]);
  expect(only).toMatch(/one\.ts:3: /);
}, 120_000);
