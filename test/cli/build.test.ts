import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createHost, type IsolationLevel, type LoadOptions, type Value } from '../../src/index.js';
import { runPhlow } from '../support/run-phlow.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';
import { errorOf } from '../support/with-host.js';

const LEVELS: readonly IsolationLevel[] = ['inline', 'trusted', 'guarded', 'sandboxed', 'isolated'];

const COUNTER = {
  'package.json': '{ "type": "module" }',
  'counter/phlow.yaml': `# Counts.
name: counter
version: 1.0.0
entry: ./index.ts # the source
input:
  type: object
  required: true
  properties:
    by: { type: integer, required: true }
    path: { type: string }
`,
  'counter/index.ts': `import { createStep } from 'phlow/sdk';
import { join } from 'node:path';
import { checked } from './lib/checked.js';
import { total } from '../shared/total.js';
import words from 'words';

interface Input { readonly by: number; readonly path?: string }

export default createStep<Input, object, { count: number }>({
  start: () => ({ count: 0 }),
  handler: ({ input }, context, state) => {
    state.count = total(state.count, checked(input.by));
    return { count: state.count, word: words(state.count), path: join('a', input.path ?? 'b') };
  },
});
`,
  'counter/lib/checked.ts': `export function checked(by: number): number {
  // The place of this is what a stack has to show.
  if (by < 0) throw new RangeError(\`cannot count by \${by}\`);
  return by;
}
`,
  'shared/total.ts': 'export const total = (one: number, other: number): number => one + other;\n',
  'node_modules/words/package.json': '{ "name": "words", "version": "1.0.0", "main": "index.js" }',
  // A package in CommonJS that guards a built-in which no compartment has, and uses one that has a polyfill.
  'node_modules/words/index.js': `const { EventEmitter } = require('events');
let fs;
try { fs = require('fs'); } catch (error) { if (error.code !== 'MODULE_NOT_FOUND') throw error; }
const hub = new EventEmitter();
module.exports = (n) => { let word = ''; hub.once('n', (found) => (word = found === 1 ? 'one' : 'many')); hub.emit('n', n); return fs ? word : word + '!'; };
`,
};

function withProject<T>(
  files: Readonly<Record<string, string>>,
  use: (cwd: string) => Promise<T>,
): Promise<T> {
  return withFolder((cwd) => {
    writeFiles(cwd, files);
    return use(cwd);
  });
}

async function calls(
  folder: string,
  options: LoadOptions,
  inputs: readonly unknown[],
): Promise<readonly (Value | Error)[]> {
  const host = await createHost({ log: () => undefined });
  try {
    const module = await host.load(folder, options);
    const replies: (Value | Error)[] = [];
    for (const input of inputs)
      replies.push(await module.call(input).catch((error: unknown) => error as Error));
    return replies;
  } finally {
    await host.close();
  }
}

describe('phlow build', () => {
  test('makes a folder that is a module by itself, with its manifest, comments and all', () =>
    withProject(COUNTER, async (cwd) => {
      const { code, stdout, stderr } = await runPhlow(['build', '--allow-outside', './counter'], { cwd });
      expect(stdout).toMatch(
        /^built counter into dist\/counter: module\.js [\d.]+ KiB, module\.js\.map [\d.]+ KiB, package\.json [\d.]+ KiB, phlow\.yaml [\d.]+ KiB\n$/,
      );
      expect(stderr).toBe(
        'counter takes in 2 files from outside of its folder: ../node_modules/words/index.js, ../shared/total.ts\n',
      );
      expect(code).toBe(0);
      expect(readdirSync(join(cwd, 'dist/counter')).sort()).toEqual([
        'module.js',
        'module.js.map',
        'package.json',
        'phlow.yaml',
      ]);
      expect(readFileSync(join(cwd, 'dist/counter/phlow.yaml'), 'utf8')).toBe(
        COUNTER['counter/phlow.yaml'].replace('./index.ts', 'module.js'),
      );
      const map = JSON.parse(readFileSync(join(cwd, 'dist/counter/module.js.map'), 'utf8')) as {
        sources: string[];
        sourcesContent?: unknown;
      };
      expect(map.sources).toContain('../../counter/lib/checked.ts');
      expect(map.sourcesContent).toBeUndefined();
    }));

  test('takes in no file from outside of the folder that is not of a package, and writes nothing, unless it is told to', () =>
    withProject(COUNTER, async (cwd) => {
      const { code, stdout, stderr } = await runPhlow(['build', './counter'], { cwd });
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain('it takes in ../shared/total.ts from outside of its folder');
      expect(stderr).toContain('--allow-outside');
      expect(existsSync(join(cwd, 'dist'))).toBe(false);
    }));

  test.each(LEVELS)(
    'what it makes does at %s what the module does, and its errors name the sources',
    (isolation) =>
      withProject(COUNTER, async (cwd) => {
        expect((await runPhlow(['build', '--allow-outside', './counter'], { cwd })).code).toBe(0);
        const [first, second, failed] = await calls(join(cwd, 'dist/counter'), { isolation }, [
          { by: 1 },
          { by: 2, path: '../c' },
          { by: -1 },
        ]);
        const hasFiles = isolation !== 'sandboxed' && isolation !== 'isolated';
        expect(first).toEqual({ count: 1, word: hasFiles ? 'one' : 'one!', path: 'a/b' });
        expect(second).toEqual({ count: 3, word: hasFiles ? 'many' : 'many!', path: 'c' });
        expect((failed as Error).message).toContain('cannot count by -1');
        expect((failed as Error).stack).toContain('counter/lib/checked.ts:3');
      }),
  );

  test('names stay in the stacks of small code', () =>
    withProject(COUNTER, async (cwd) => {
      const plain = JSON.parse(
        (await runPhlow(['build', '--allow-outside', './counter', '--json'], { cwd })).stdout,
      ) as {
        modules: { files: { path: string; bytes: number }[] }[];
      };
      const small = JSON.parse(
        (
          await runPhlow(['build', '--allow-outside', './counter', '--minify', '--out', 'small', '--json'], {
            cwd,
          })
        ).stdout,
      ) as typeof plain;
      const sizeOf = ({ modules }: typeof plain): number =>
        modules[0]!.files.find(({ path }) => path === 'module.js')!.bytes;
      expect(sizeOf(small)).toBeLessThan(sizeOf(plain));
      const [failed] = await calls(join(cwd, 'small/counter'), { isolation: 'trusted' }, [{ by: -1 }]);
      expect((failed as Error).stack).toMatch(/at checked .*counter\/lib\/checked\.ts:3/);
    }));

  test('builds every module below a folder, and says what does not run in a compartment', () =>
    withProject(
      {
        'package.json': '{ "type": "module" }',
        'one/phlow.yaml': 'name: one\n',
        'one/index.js':
          "import { readFileSync } from 'node:fs';\nexport default () => readFileSync('/etc/hostname', 'utf8');\n",
        'deep/two/phlow.yaml': 'name: two\n',
        'deep/two/index.js': 'export default () => 2;\n',
      },
      async (cwd) => {
        const { code, stdout, stderr } = await runPhlow(['build', '--out', 'built'], { cwd });
        expect([code, stdout.match(/^built \w+ into \S+(?=:)/gm)]).toEqual([
          0,
          ['built two into built/two', 'built one into built/one'],
        ]);
        expect(stderr).toContain('one does not run at sandboxed and isolated: ');
        expect(stderr).toContain('it imports the built-in "node:fs" of Node.js');
        expect(stderr).not.toContain('two');
        expect(readFileSync(join(cwd, 'built/two/phlow.yaml'), 'utf8')).toBe('name: two\nentry: module.js\n');
        expect(await calls(join(cwd, 'built/two'), { isolation: 'isolated' }, [{}])).toEqual([2]);
      },
    ));

  test('takes the builds for browsers where the manifest asks for a compartment, or the option does', () =>
    withProject(
      {
        'strict/phlow.yaml': 'name: strict\nisolation: sandboxed\n',
        'strict/index.js': "import { where } from 'where';\nexport default () => where;\n",
        'loose/phlow.yaml': 'name: loose\n',
        'loose/index.js': "import { where } from 'where';\nexport default () => where;\n",
        'node_modules/where/package.json':
          '{ "name": "where", "version": "1.0.0", "type": "module", "main": "./node.js", "browser": "./browser.js" }',
        'node_modules/where/node.js': "export const where = 'node';\n",
        'node_modules/where/browser.js': "export const where = 'browser';\n",
      },
      async (cwd) => {
        expect((await runPhlow(['build', './strict', './loose'], { cwd })).code).toBe(0);
        expect((await runPhlow(['build', './loose', '--compartment', '--out', 'more'], { cwd })).code).toBe(
          0,
        );
        const ways = await Promise.all(
          ['dist/strict', 'dist/loose', 'more/loose'].map((folder) => calls(join(cwd, folder), {}, [{}])),
        );
        expect(ways.flat()).toEqual(['browser', 'node', 'browser']);
      },
    ));

  test.each<[string, Readonly<Record<string, string>>, readonly string[], number, string]>([
    [
      'a native addon',
      {
        'm/phlow.yaml': 'name: m\n',
        'm/index.cjs': "module.exports = require('./x.node');\n",
        'm/x.node': '',
      },
      ['./m'],
      1,
      'x.node is a native addon',
    ],
    [
      'a mistake in the code',
      { 'm/phlow.yaml': 'name: m\n', 'm/index.js': 'export default () => 1;\nconst x;\n' },
      ['./m'],
      1,
      'm/index.js:2:7',
    ],
    [
      'an import that is not there',
      { 'm/phlow.yaml': 'name: m\n', 'm/index.js': "import './gone.js';\n" },
      ['./m'],
      1,
      'it imports "./gone.js", which was not found',
    ],
    [
      'an entry that is not there',
      { 'm/phlow.yaml': 'name: m\nentry: gone.js\n' },
      ['./m'],
      4,
      'PHLOW_ENTRY_MISSING',
    ],
    ['a folder without modules', {}, [], 2, 'There is no module below this folder'],
    ['a module that ships with phlow', {}, ['cache'], 2, 'npm run build:modules'],
    [
      'a place where the source is',
      { 'm/phlow.yaml': 'name: m\n', 'm/index.js': 'export default () => 1;\n' },
      ['./m', '--out', '.'],
      2,
      'its source is there',
    ],
    [
      'a place where another module is',
      {
        'm/phlow.yaml': 'name: m\n',
        'm/index.js': 'export default () => 1;\n',
        'dist/m/phlow.yaml': 'name: m\n',
      },
      ['./m'],
      2,
      'there is another module',
    ],
    [
      'a place that is a file',
      { 'm/phlow.yaml': 'name: m\n', 'm/index.js': 'export default () => 1;\n', dist: '' },
      ['./m'],
      2,
      'Cannot build module "m"',
    ],
  ])('refuses %s', (_name, files, args, exit, text) =>
    withProject(files, async (cwd) => {
      const { code, stdout, stderr } = await runPhlow(['build', ...args], { cwd });
      expect([code, stdout]).toEqual([exit, '']);
      expect(stderr).toContain(text);
      if (files['dist'] === undefined) expect(existsSync(join(cwd, 'dist/m/module.js'))).toBe(false);
    }),
  );
});

const APP = {
  'package.json': '{ "type": "module", "phlow": { "outDir": { "src": "dist" } } }',
  'src/modules/counter/phlow.yaml': 'name: counter\nentry: ./index.ts\nlimits: { memory: 64MiB }\n',
  'src/modules/counter/index.ts':
    "import { word } from './word.js';\nexport default (): string => word('source');\n",
  'src/modules/counter/word.ts': 'export const word = (text: string): string => text;\n',
  // What the compiler makes of it; another word shows which one runs.
  'dist/modules/counter/index.js':
    "import { word } from './word.js';\nexport default () => word('compiled');\n",
  'dist/modules/counter/word.js': 'export const word = (text) => text;\n',
};

describe('an application with one outDir', () => {
  test.each(['./src/modules/counter', './dist/modules/counter'])(
    'loads %s as the compiler has made it, and bundles the source for a compartment',
    (path) =>
      withProject(APP, async (cwd) => {
        const words = [];
        for (const isolation of LEVELS) words.push(...(await calls(path, { isolation, baseDir: cwd }, [{}])));
        expect(words).toEqual(['compiled', 'compiled', 'compiled', 'source', 'source']);
      }),
  );

  test('is built from its sources', () =>
    withProject(APP, async (cwd) => {
      expect((await runPhlow(['build', './src/modules/counter', '--out', 'built'], { cwd })).code).toBe(0);
      expect(await calls(join(cwd, 'built/counter'), {}, [{}])).toEqual(['source']);
    }));

  test('a flow names the module in either place', () =>
    withProject(APP, async (cwd) => {
      const flow = (path: string): string => `modules:\n  - module: ${path}\nsteps:\n  - use: counter\n`;
      writeFiles(cwd, {
        'a.phlow': flow('./src/modules/counter'),
        'b.phlow': flow('./dist/modules/counter'),
      });
      for (const file of ['a.phlow', 'b.phlow'])
        expect((await runPhlow(['run', file], { cwd })).stdout).toBe('compiled\n');
    }));

  test.each<[string, Readonly<Record<string, string>>, string, string]>([
    ['is not compiled yet', {}, 'PHLOW_ENTRY_MISSING', 'run the compiler first'],
    [
      'names folders elsewhere',
      { 'package.json': '{ "phlow": { "outDir": { "src": "../dist" } } }' },
      'PHLOW_LOAD_FAILED',
      'names folders beside it',
    ],
    [
      'names no folders',
      { 'package.json': '{ "phlow": { "outDir": "dist" } }' },
      'PHLOW_LOAD_FAILED',
      'such as { "src": "dist" }',
    ],
    ['has a package.json that is none', { 'package.json': '{' }, 'PHLOW_LOAD_FAILED', 'package.json'],
  ])('that %s is refused with what to do', (_name, changes, code, text) =>
    withProject({ ...APP, ...changes }, async (cwd) => {
      if (code === 'PHLOW_ENTRY_MISSING') rmSync(join(cwd, 'dist/modules/counter/index.js'));
      const host = await createHost({ log: () => undefined });
      try {
        const error = await errorOf(host.load('./src/modules/counter', { baseDir: cwd }));
        expect([error.code, error.message]).toEqual([code, expect.stringContaining(text)]);
      } finally {
        await host.close();
      }
    }),
  );

  test('a folder with a manifest of its own is a module by itself', () =>
    withProject({ ...APP, 'dist/modules/counter/phlow.yaml': 'name: counter\n' }, async (cwd) => {
      writeFileSync(join(cwd, 'dist/modules/counter/word.js'), "export const word = () => 'own';\n");
      expect(await calls('./dist/modules/counter', { baseDir: cwd }, [{}])).toEqual(['own']);
    }));
});
