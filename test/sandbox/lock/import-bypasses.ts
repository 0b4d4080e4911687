import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { lockModules, type IsolationLevel } from '../../../src/index.js';
import { withFolder } from '../../support/temporary-folder.js';
import { writeFiles } from '../../support/write-files.js';
import { ACCEPTED, MARKER, type Bypass, type Verdict } from './bypasses.js';
import { ODD_FILES, ODD_IMPORTS } from './odd-imports.js';
import { STARTED_FILES } from './started-imports.js';

const MAIN = fileURLToPath(new URL('../../../src/cli/main.js', import.meta.url));
const says = (text: string): string => `module.exports = ${JSON.stringify(text)};`;

/** Names that a package.json maps to packages elsewhere. */
export const MAPPED_BYPASSES: readonly Bypass[] = [
  {
    name: 'own name for a package (imports)',
    files: {
      'index.mjs': `import y from '#y';\nexport default () => y;`,
      'package.json': '{"imports":{"#y":{"never":"./no.js","default":"y"}}}',
      '../node_modules/y/index.js': says(ACCEPTED),
    },
    change: (app) => writeFiles(join(app, 'phlow_packages'), { 'node_modules/y/index.js': says(MARKER) }),
  },
  {
    name: 'own names by a pattern',
    files: {
      'index.cjs': `const y = require('#dep/y.js');\nmodule.exports = () => y;`,
      'package.json': '{"imports":{"#dep/*":"y/*"}}',
      '../node_modules/y/y.js': says(ACCEPTED),
    },
    change: (app) => writeFiles(join(app, 'phlow_packages'), { 'node_modules/y/y.js': says(MARKER) }),
  },
  {
    name: 'own name of a folder in the package',
    files: {
      'index.cjs': `module.exports = () => require('./lib/a.cjs');`,
      'lib/a.cjs': `module.exports = require('#y');`,
      'lib/package.json': '{"imports":{"#y":"y"}}',
      '../node_modules/y/index.js': says(ACCEPTED),
    },
    change: (app) => writeFiles(join(app, 'phlow_packages'), { 'node_modules/y/index.js': says(MARKER) }),
  },
  {
    name: 'another package in a browser',
    files: {
      'index.cjs': `const y = require('y');\nmodule.exports = () => y;`,
      'package.json': '{"browser":{"y":"z"}}',
      '../node_modules/y/index.js': says(ACCEPTED),
      '../node_modules/z/index.js': says(ACCEPTED),
    },
    change: (app) => writeFiles(join(app, 'phlow_packages'), { 'node_modules/z/index.js': says(MARKER) }),
  },
  {
    name: 'the name of the package itself',
    files: {
      'index.cjs': `const a = require('guest/a');\nmodule.exports = () => a;`,
      'package.json': '{"name":"guest","exports":{"./a":"./lib/a.cjs"}}',
      'lib/a.cjs': says(ACCEPTED),
    },
    change: (app) => writeFiles(join(app, 'phlow_packages/guest'), { 'lib/a.cjs': says(MARKER) }),
  },
];

/** A way to import what is not part of the module. */
export interface OutsideImport {
  readonly name: string;
  /** The entry's name and its text, whose second line imports. */
  readonly entry: 'index.cjs' | 'index.mjs';
  readonly line: (app: string) => string;
  readonly env?: (app: string) => Readonly<Record<string, string>>;
  /** More files of the module. */
  readonly files?: (app: string) => Readonly<Record<string, string>>;
  /** What is said of it at `trusted`; absent: its file, line and name. */
  readonly says?: string | RegExp;
}

const outside = (app: string): string => join(app, 'out/x.cjs');

export const OUTSIDE_IMPORTS: readonly OutsideImport[] = [
  {
    name: 'require of an absolute path',
    entry: 'index.cjs',
    line: (app) => `const x = require('${outside(app)}');`,
  },
  {
    name: 'the same without extension',
    entry: 'index.cjs',
    line: (app) => `const x = require("${join(app, 'out/y')}");`,
  },
  {
    name: 'the same for a folder',
    entry: 'index.cjs',
    line: (app) => `const x = require("${join(app, 'out')}");`,
  },
  {
    name: 'the same for JSON',
    entry: 'index.cjs',
    line: (app) => `const x = require("${join(app, 'out/z.json')}");`,
  },
  {
    name: 'import of an absolute path',
    entry: 'index.mjs',
    line: (app) => `import x from '${outside(app)}';`,
  },
  {
    name: 'import of a file: URL',
    entry: 'index.mjs',
    line: (app) => `import x from '${pathToFileURL(outside(app)).href}';`,
  },
  {
    name: 'the same with escapes',
    entry: 'index.mjs',
    line: (app) =>
      `import x from /* */ '\\x2f\\u{${outside(app).codePointAt(1)?.toString(16) ?? ''}}${outside(app).slice(2)}';`,
  },
  {
    name: 'import() of an absolute path',
    entry: 'index.mjs',
    line: (app) => `const x = import('${outside(app)}').then((module) => module.default);`,
  },
  {
    name: 'a package of NODE_PATH',
    entry: 'index.cjs',
    line: () => `const x = require('x.cjs');`,
    env: (app) => ({ NODE_PATH: join(app, 'out') }),
  },
  ...['.node_modules', '.node_libraries'].map((folder): OutsideImport => ({
    name: `a package of ${folder}`,
    entry: 'index.cjs',
    line: () => `const x = require('home-${folder.slice(1)}');`,
    env: (app) => ({
      HOME: join(app, 'home'),
      XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
    }),
  })),
  ...ODD_IMPORTS,
];

/** Accepts a module with such an import, and runs it. */
export async function tryOutside(
  way: OutsideImport,
  level: IsolationLevel,
): Promise<{ verdict: Verdict; output: string }> {
  return withFolder(async (app) => {
    const isCommonJs = way.entry === 'index.cjs';
    const text = `// An import.\n${way.line(app)}\n${isCommonJs ? 'module.exports =' : 'export default'} () => x;\n`;
    writeFiles(app, {
      'phlow_packages/guest/phlow.yaml': 'name: guest\n',
      [`phlow_packages/guest/${way.entry}`]: text,
      ...Object.fromEntries(
        Object.entries(way.files?.(app) ?? {}).map(([name, content]) => [
          `phlow_packages/guest/${name}`,
          content,
        ]),
      ),
      ...ODD_FILES,
      ...Object.fromEntries(Object.entries(STARTED_FILES).map(([name, text]) => [name, text(app)])),
      'out/x.cjs': says(MARKER),
      'out/y.js': says(MARKER),
      'out/index.js': says(MARKER),
      'out/z.json': JSON.stringify(MARKER),
      'home/.node_modules/home-node_modules/index.js': says(MARKER),
      'home/.node_libraries/home-node_libraries.js': says(MARKER),
      'main.phlow': `modules:\n  - module: ./phlow_packages/guest\n    name: guest\n    isolation: ${level}\nsteps:\n  - use: guest\n    input: 0\n`,
    });
    try {
      await lockModules({ baseDir: app, accept: true });
    } catch (error) {
      return { verdict: 'refused', output: String(error) };
    }
    const { code, output } = await run(app, way.env?.(app) ?? {});
    return {
      verdict:
        code === 0 && output.includes(MARKER) ? 'NEVER-ACCEPTED CODE RAN' : code === 0 ? 'UNSEEN' : 'refused',
      output,
    };
  });
}

function run(
  app: string,
  env: Readonly<Record<string, string>>,
): Promise<{ code: number | null; output: string }> {
  return withFolder(
    (cwd) =>
      new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [MAIN, 'run', join(app, 'main.phlow')], {
          cwd,
          env: { ...process.env, ...env },
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        let output = '';
        for (const stream of [child.stdout, child.stderr])
          stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
        child.once('error', reject);
        child.once('close', (code) => resolve({ code, output }));
      }),
  );
}
