import { mkdirSync, readFileSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import type { PhlowError } from '../../../src/errors.js';
import { bundleModule, type Bundle, type BundleOptions } from '../../../src/sandbox/bundle/bundle-module.js';
import { stackMapper } from '../../../src/sandbox/bundle/stack-mapper.js';
import { writeFiles } from '../../support/write-files.js';
import { withFolder } from '../../support/temporary-folder.js';

const SECRET = 'SECRET-7f3a';

type Files = Readonly<Record<string, string>>;

/** A module folder `module` beside a `secret.json`, bundled from `index.js` or the entry that is given. */
async function withModule<T>(
  files: Files,
  use: (bundle: () => Promise<Bundle>, folder: string, outside: string) => Promise<T>,
  options: Partial<BundleOptions> & { readonly file?: string } = {},
): Promise<T> {
  return withFolder(async (outside) => {
    const folder = join(outside, 'module');
    writeFiles(outside, {
      'secret.json': JSON.stringify({ secret: SECRET }),
      'secret.js': `export default "${SECRET}"`,
    });
    writeFiles(folder, files);
    const { file = 'index.js', ...rest } = options;
    const bundle = (): Promise<Bundle> =>
      bundleModule({ module: 'guest', folder, entry: join(folder, file), cacheFolder: false, ...rest });
    return use(bundle, folder, outside);
  });
}

/** What the bundle exports, run as strict code without anything of Node. */
function run(bundle: Bundle, globals: object = {}): unknown {
  const module = { exports: {} as { default?: unknown } };
  const main = runInNewContext(
    `(function (module, exports, require) { 'use strict';\n${bundle.code}\n})`,
    globals,
    {
      filename: 'phlow-module:guest',
    },
  ) as (module: object, exports: object, require: (name: string) => never) => void;
  main(module, module.exports, (name) => {
    throw new Error(`required ${name}`);
  });
  return module.exports.default ?? module.exports;
}

async function value(files: Files, file = 'index.js', globals: object = {}): Promise<unknown> {
  return withModule(files, async (bundle) => run(await bundle(), globals), { file });
}

async function refusal(files: Files, file = 'index.js'): Promise<PhlowError> {
  return withModule(
    files,
    (bundle) =>
      bundle().then(
        ({ code }) => {
          throw new Error(`it was bundled: ${code.slice(0, 500)}`);
        },
        (error: unknown) => error as PhlowError,
      ),
    { file },
  );
}

describe('a bundle', () => {
  test('is made of ESM, CommonJS, JSON, text, TypeScript and packages of the module’s own', async () => {
    const files = {
      'index.ts': `import { a } from './a.js'; import b from './b.cjs'; import data from './data.json'; import note from './note.txt';
        import dep from 'dep'; import * as later from './later.js';
        enum Kind { One = 1 }
        const all: unknown[] = [a, b.b, data.n, note, dep, later.z, Kind.One];
        export default all;`,
      'a.ts': 'export const a: number = 1;',
      'b.cjs': 'exports.b = require("./c").c;',
      'c.js': 'exports.c = 2;',
      'data.json': '{ "n": 3 }',
      'note.txt': 'four',
      'later.js': 'export const z = 5;',
      'node_modules/dep/package.json': '{ "main": "node.js", "browser": "browser.js" }',
      'node_modules/dep/node.js': 'module.exports = "node";',
      'node_modules/dep/browser.js': 'module.exports = "browser";',
    };
    expect(await value(files, 'index.ts')).toEqual([1, 2, 3, 'four', 'browser', 5, 1]);
  });

  test('finds phlow/sdk wherever phlow is', async () => {
    const step = await value({
      'index.js': `import { createStep } from 'phlow/sdk'; export default createStep(() => 1);`,
    });
    expect(Object.keys(step as object)).toEqual(['handler']);
  });

  test('holds static dynamic imports and no import expression', async () => {
    const files = {
      'index.js': `export default () => import('./late.js').then(({ x }) => x);`,
      'late.js': 'export const x = 9;',
    };
    await withModule(files, async (bundle) => {
      const made = await bundle();
      expect(made.code).not.toMatch(/\bimport\s*\(/);
      expect(await (run(made) as () => Promise<number>)()).toBe(9);
    });
  });

  test('has stand-ins for the built-ins that are pure, and for Buffer and process', async () => {
    const source = `
      import { EventEmitter } from 'node:events'; import path from 'path'; import { inspect } from 'node:util';
      import assert from 'node:assert'; import { Readable } from 'stream'; import { StringDecoder } from 'string_decoder';
      import qs from 'querystring'; import url from 'url'; import timers from 'node:timers';
      assert.equal(1, 1);
      export default [typeof EventEmitter, path.join('a', '..', 'b'), inspect({ a: 1 }), typeof Readable, new StringDecoder('utf8').write(Buffer.from('hi')),
        qs.stringify({ a: 1 }), url.parse('http://a/b').pathname, typeof timers.setTimeout, process.cwd(), process.env.HOME];`;
    const globals = { setTimeout, queueMicrotask, TextDecoder, TextEncoder, AbortController, AbortSignal };
    expect(await value({ 'index.js': source }, 'index.js', globals)).toEqual([
      'function',
      'b',
      '{ a: 1 }',
      'function',
      'hi',
      'a=1',
      '/b',
      'function',
      '/',
      undefined,
    ]);
  });

  test('keeps the meaning of text that only looks like an import, an eval or a comment', async () => {
    const source = String.raw`
      const text = ["import('x')", 'import ("x")', "eval(1)", "<!-- a -->", 'x import/* y */'];
      const template = ${'`import(${1}) <!-- ${2} --> eval(${3})`'};
      const pattern = /import(?:x)|<!--|-->|eval(?:y)/u;
      class Names { import(x) { return x + 1; } eval(x) { return x + 2; } get() { return this.import(1) + this.eval(2); } }
      const held = { import: (x) => x, eval: (x) => x }; // import('z') <!-- eval(1)
      let n = 3; let down = 0; while (n-- > 0) down++;
      export default { text, template, hits: ['importx', '<!--', '-->', 'evaly', 'no'].map((t) => pattern.test(t)), names: new Names().get(), held: held.import(5) + held.eval(6), down };`;
    expect(await value({ 'index.js': source })).toEqual({
      text: ["import('x')", 'import ("x")', 'eval(1)', '<!-- a -->', 'x import/* y */'],
      template: 'import(1) <!-- 2 --> eval(3)',
      hits: [true, true, true, true, false],
      names: 6,
      held: 11,
      down: 3,
    });
  });

  test('may begin with the line by which a shell starts a program', async () => {
    expect(await value({ 'index.js': '#!/usr/bin/env node\nexport default 7;' })).toBe(7);
  });

  test('turns a direct eval into one that sees the globals only', async () => {
    const source = `const hidden = 1; module.exports = () => { try { return eval('typeof hidden'); } catch (e) { return e.name; } };`;
    expect(((await value({ 'index.js': source })) as () => unknown)()).toBe('undefined');
  });
});

describe('a bundle refuses', () => {
  const outsiders: readonly [string, Files][] = [
    ['an absolute JSON file', { 'index.js': `import data from 'OUTSIDE/secret.json'; export default data;` }],
    ['an absolute file by require', { 'index.js': `module.exports = require('OUTSIDE/secret.js');` }],
    ['a file above by ..', { 'index.js': `import data from '../secret.json'; export default data;` }],
    [
      'a file above by .. in a dynamic import',
      { 'index.js': `export default () => import('../secret.js');` },
    ],
    ['a folder of files by a pattern', { 'index.js': `export default (x) => import('../' + x + '.js');` }],
    [
      'a folder of files by require of a pattern',
      { 'index.js': 'module.exports = (x) => require(`../${x}.json`);' },
    ],
    ['a file URL', { 'index.js': `import data from 'file://OUTSIDE/secret.json'; export default data;` }],
    [
      'a data URL',
      { 'index.js': `import x from 'data:text/javascript,export default 1'; export default x;` },
    ],
    ['a web address', { 'index.js': `import x from 'https://example.com/x.js'; export default x;` }],
    ['a package of the folder above', { 'index.js': `import x from 'host-package'; export default x;` }],
    [
      'a text loader by attribute',
      { 'index.js': `import x from '../secret.json' with { type: 'text' }; export default x;` },
    ],
    [
      'package imports that lead out',
      {
        'package.json': '{ "imports": { "#x": "../secret.json" } }',
        'index.js': `import x from '#x'; export default x;`,
      },
    ],
    [
      'package exports that lead out',
      {
        'node_modules/d/package.json': '{ "main": "../../../secret.js" }',
        'index.js': `import x from 'd'; export default x;`,
      },
    ],
    [
      'a browser field that leads out',
      {
        'package.json': '{ "browser": { "./x.js": "../secret.js" } }',
        'x.js': 'export default 1',
        'index.js': `import x from './x.js'; export default x;`,
      },
    ],
    [
      'a browser field that maps a built-in out',
      {
        'package.json': '{ "browser": { "fs": "../secret.js" } }',
        'index.js': `import x from 'fs'; export default x;`,
      },
    ],
    [
      'tsconfig paths that lead out',
      {
        'tsconfig.json': '{ "compilerOptions": { "baseUrl": "..", "paths": { "x": ["./secret.js"] } } }',
        'index.ts': `import x from 'x'; export default x;`,
      },
    ],
  ];

  test.each(outsiders)('%s', async (_name, files) => {
    await withFolder(async (outside) => {
      const folder = join(outside, 'module');
      writeFiles(outside, {
        'secret.json': JSON.stringify({ secret: SECRET }),
        'secret.js': `export default "${SECRET}"`,
        'node_modules/host-package/index.js': `export default "${SECRET}"`,
      });
      const inPlace = Object.entries(files).map(([name, text]) => [
        name,
        text.replaceAll('OUTSIDE', outside),
      ]);
      writeFiles(folder, Object.fromEntries(inPlace) as Files);
      const file = Object.keys(files).find((name) => name.startsWith('index.')) ?? '';
      const bundling = bundleModule({
        module: 'guest',
        folder,
        entry: join(folder, file),
        cacheFolder: false,
      });
      const outcome = await bundling.catch((error: unknown) => error as PhlowError);
      expect(outcome).toMatchObject({ code: 'PHLOW_LOAD_FAILED' });
      expect(
        JSON.stringify([outcome, (outcome as PhlowError).message, (outcome as PhlowError).place]),
      ).not.toContain(SECRET);
    });
  });

  test('to read what a tsconfig extends', async () => {
    const files = {
      'tsconfig.json':
        '{ "extends": "../secret.json", "compilerOptions": { "jsx": "react-jsx", "jsxImportSource": "../secret.js" } }',
      'index.tsx': 'const React = { createElement: (name: string) => name }; export default <a />;',
    };
    expect(await value(files, 'index.tsx')).toBe('a');
  });

  test('links that lead out, as files and as folders', async () => {
    for (const [name, target] of [
      ['x.json', 'secret.json'],
      ['up', '.'],
      ['node_modules/dep', 'elsewhere'],
    ] as const) {
      const source = { 'x.json': './x.json', up: './up/secret.json', 'node_modules/dep': 'dep' }[name];
      await withModule(
        { 'index.js': `import x from '${source}'; export default x;` },
        async (bundle, folder, outside) => {
          writeFiles(outside, { 'elsewhere/index.js': `export default "${SECRET}"` });
          mkdirSync(join(folder, 'node_modules'), { recursive: true });
          symlinkSync(join(outside, target), join(folder, name));
          await expect(bundle()).rejects.toThrow(/outside of the module's folder/);
        },
      );
    }
  });

  test('to read the file that a source map comment names', async () => {
    const files = { 'index.js': `export default 1;\n//# sourceMappingURL=OUT\n` };
    await withModule(files, async (bundle, folder, outside) => {
      const map = { version: 3, sources: [SECRET], sourcesContent: [SECRET], names: [], mappings: 'AAAA' };
      writeFileSync(join(outside, 'x.map'), JSON.stringify(map));
      for (const at of ['../x.map', join(outside, 'x.map'), `file://${join(outside, 'x.map')}`]) {
        writeFileSync(join(folder, 'index.js'), `export default 1;\n//# sourceMappingURL=${at}\n`);
        const made = await bundle();
        expect(made.code + made.map).not.toContain(SECRET);
      }
    });
  });

  test('a built-in that has no stand-in, naming it, the file and what to do', async () => {
    const error = await refusal({
      'index.js': `import './lib/reader.js'; export default 1;`,
      'lib/reader.js': `\nimport fs from 'node:fs';\nfs.readFileSync('x');`,
    });
    expect(error.code).toBe('PHLOW_LOAD_FAILED');
    expect(error.message).toContain(
      'lib/reader.js: it imports the built-in "node:fs" of Node.js: ask for permissions.fs',
    );
    expect(error.message).toContain('use context.fs');
    expect(error.place).toMatchObject({ line: 2, column: 16 });
    expect(error.place?.frame).toContain(`import fs from 'node:fs'`);
  });

  test('top-level await, with and native addons in words of the author’s, at the author’s place', async () => {
    const awaiting = await refusal({ 'index.js': `const x = 1;\nawait 1;\nexport default x;` });
    expect(awaiting.message).toContain('index.js: it awaits at the top level');
    expect(awaiting.place).toMatchObject({ line: 2 });
    const withs = await refusal({ 'index.js': `module.exports = (o) => {\n  with (o) { return a; }\n};` });
    expect(withs.message).toContain('with statement');
    expect(withs.place).toMatchObject({ line: 2 });
    const addon = await refusal({ 'index.js': `module.exports = require('./x.node');`, 'x.node': 'ELF' });
    expect(addon.message).toContain('x.node is a native addon');
  });

  test('what is missing or not JavaScript, with a code frame', async () => {
    const missing = await refusal({ 'index.js': `import x from './nope.js';\nexport default x;` });
    expect(missing.message).toContain('it imports "./nope.js", which was not found');
    expect(missing.place?.frame).toContain('> 1 |');
    const broken = await refusal({ 'index.js': `export default (;` });
    expect(broken.message).toContain('Unexpected ";"');
    const strange = await refusal({ 'index.js': `import './x.wasm';`, 'x.wasm': '' });
    expect(strange.message).toContain('x.wasm cannot be part of a module');
  });

  test('source that crashes the bundler, and bundles the next module all the same', async () => {
    const deep = '['.repeat(3_000_000);
    const error = await refusal({ 'index.js': `export default ${deep}` });
    expect(error.code).toBe('PHLOW_LOAD_FAILED');
    expect(await value({ 'index.js': 'export default 7;' })).toBe(7);
  }, 120_000);

  test('source that takes too long', async () => {
    await withModule(
      { 'index.js': 'export default 1;' },
      async (bundle) => {
        await expect(bundle()).rejects.toThrow(/longer than 1 ms/);
      },
      { deadlineMs: 1 },
    );
  });
});

describe('a dependency of a bundle', () => {
  const dep = (source: string): Files => ({
    'node_modules/dep/package.json': '{ "type": "module" }',
    'node_modules/dep/index.js': source,
  });

  test('may import a built-in that it does not use', async () => {
    const files = {
      'index.js': `import { f } from 'dep'; export default f();`,
      ...dep(
        `import fs, { readFileSync } from 'fs'; export const f = () => 3; export const g = () => readFileSync(fs.x);`,
      ),
    };
    expect(await value(files)).toBe(3);
  });

  test('fails when it uses one, naming the built-in and the file', async () => {
    const files = {
      'index.js': `import { f } from 'dep'; export default f;`,
      ...dep(`import fs from 'fs'; export const f = () => fs.readFileSync('x');`),
    };
    const use = (await value(files)) as () => unknown;
    expect(use).toThrow(/built-in "fs" of Node\.js in node_modules\/dep\/index\.js/);
  });

  test('may guard its require of a built-in, and may have it switched off for browsers', async () => {
    const files = {
      'index.js': `module.exports = require('dep');`,
      'node_modules/dep/package.json': '{ "browser": { "os": false, "./node.js": false } }',
      'node_modules/dep/node.js': 'throw new Error("not for browsers");',
      'node_modules/dep/index.js': `let c; try { c = require('child_process'); } catch (e) { c = e.code; } module.exports = [c, Object.keys(require('os')), Object.keys(require('./node'))];`,
    };
    expect(await value(files)).toEqual(['MODULE_NOT_FOUND', [], []]);
  });

  test('may come from a declared install root', async () => {
    await withFolder(async (outside) => {
      writeFiles(outside, {
        'phlow_packages/a/index.js': `import x from 'shared'; export default x;`,
        'phlow_packages/node_modules/shared/index.js': `export default 'shared';`,
      });
      const folder = join(outside, 'phlow_packages/a');
      const options = { module: 'a', folder, entry: join(folder, 'index.js'), cacheFolder: false as const };
      await expect(bundleModule(options)).rejects.toThrow(
        /install it into the module's own folder \(npm install --prefix \S+\/a shared\) or .* \(npm install --prefix \S+\/phlow_packages shared\)/,
      );
      const installRoots = [join(outside, 'phlow_packages/node_modules')];
      expect(run(await bundleModule({ ...options, installRoots }))).toBe('shared');
    });
  });
});

describe('a stack trace', () => {
  test('names the author’s files, lines and columns', async () => {
    const files = {
      'index.ts': `import { boom } from './lib/boom.js';\n\nexport default function outer(): void {\n  boom('x' as string);\n}\n`,
      'lib/boom.ts': `interface A { a: number }\nexport function boom(text: string): A {\n\n  throw new TypeError(text);\n}\n`,
    };
    await withModule(
      files,
      async (bundle, folder) => {
        const made = await bundle();
        const outer = run(made) as () => void;
        let stack = '';
        try {
          outer();
        } catch (error) {
          stack = (error as Error).stack ?? '';
        }
        const mapped = stackMapper({ map: made.map, folder, sourceUrl: 'phlow-module:guest', lineOffset: 1 })(
          stack,
        );
        expect(mapped.split('\n').slice(0, 3)).toEqual([
          'TypeError: x',
          expect.stringMatching(/at boom \(lib\/boom\.ts:4:9\)/),
          expect.stringMatching(/outer \(index\.ts:4:3\)/),
        ]);
      },
      { file: 'index.ts' },
    );
  });

  test('cannot carry control characters of the module’s', () => {
    const mapper = stackMapper({ map: '', folder: '/', sourceUrl: 'phlow-module:a.b', lineOffset: 0 });
    expect(mapper('Error: a\u001b[2J\n    at phlow-module:a.b:1:2\n    at phlow-module:aXb:1:2')).toBe(
      'Error: a\\u{1b}[2J\n    at phlow-module:a.b:1:2\n    at phlow-module:aXb:1:2',
    );
  });
});

describe('the cache of bundles', () => {
  test('gives the same bundle until a file, a package.json or a name on the way changes', async () => {
    await withFolder(async (cacheFolder) => {
      const files = {
        'index.js': `import x from './x.js'; import d from 'dep'; export default [x, d];`,
        'x.ts': `export default 1;`,
        'node_modules/dep/package.json': '{ "main": "a.js" }',
        'node_modules/dep/a.js': 'module.exports = "a";',
        'node_modules/dep/b.js': 'module.exports = "b";',
      };
      await withModule(
        files,
        async (bundle, folder) => {
          const first = await bundle();
          const [stored = ''] = readdirSync(cacheFolder);
          const before = readFileSync(join(cacheFolder, stored), 'utf8');
          expect(await bundle()).toEqual(first);
          expect(readFileSync(join(cacheFolder, stored), 'utf8')).toBe(before);
          writeFiles(folder, { 'x.ts': 'export default 2;' });
          expect(run(await bundle())).toEqual([2, 'a']);
          writeFiles(folder, { 'node_modules/dep/package.json': '{ "main": "b.js" }' });
          expect(run(await bundle())).toEqual([2, 'b']);
          // A nearer file takes the place of x.ts; the folder's own time is put back to show that names count, if need be by content.
          writeFiles(folder, { 'x.js': 'export default 3;' });
          utimesSync(folder, new Date(), new Date(Date.now() + 1_000));
          expect(run(await bundle())).toEqual([3, 'b']);
        },
        { cacheFolder },
      );
    });
  });

  test('takes no bundle whose text was changed', async () => {
    await withFolder(async (cacheFolder) => {
      await withModule(
        { 'index.js': 'export default "mine";' },
        async (bundle) => {
          await bundle();
          const path = join(cacheFolder, readdirSync(cacheFolder)[0] ?? '');
          writeFileSync(path, readFileSync(path, 'utf8').replace('mine', 'evil'));
          expect(run(await bundle())).toBe('mine');
          writeFileSync(path, '{ half');
          expect(run(await bundle())).toBe('mine');
        },
        { cacheFolder },
      );
    });
  });
});
