import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MARKER } from './bypasses.js';
import type { OutsideImport } from './import-bypasses.js';
import { STARTED_IMPORTS } from './started-imports.js';

const cjs = (app: string): string => join(app, 'out/x.cjs');
const mjs = (app: string): string => join(app, 'out/x.mjs');
/** What every path up to the root is reached by. */
const UP = '../'.repeat(40);

const EXPORTING = (app: string): string => `export {default} from "${pathToFileURL(mjs(app)).href}"`;

/** One line of CommonJS. */
function required(name: string, line: OutsideImport['line'], more?: Partial<OutsideImport>): OutsideImport {
  return { name, entry: 'index.cjs', line, says: 'it imports', ...more };
}

/** One line of an ES module. */
function imported(name: string, line: OutsideImport['line'], more?: Partial<OutsideImport>): OutsideImport {
  return { name, entry: 'index.mjs', line, says: 'it imports', ...more };
}

/** Names that a search of the source does not find, and ways around the name. */
export const ODD_IMPORTS: readonly OutsideImport[] = [
  required('an octal escape', (app) => `const x = require('\\57${cjs(app).slice(1)}');`),
  imported('an escape with many zeros', (app) => `import x from '\\u{000000002f}${mjs(app).slice(1)}';`),
  ...[
    ['carriage return', '\r'],
    ['line separator', '\u2028'],
    ['paragraph separator', '\u2029'],
  ].map(([name, text = '']) =>
    imported(
      `a line that goes on after a ${name}`,
      (app) => `import x from '/\\${text}${mjs(app).slice(1)}';`,
    ),
  ),
  required('a name that is put together', (app) => `const x = require('/' + '${cjs(app).slice(1)}');`),
  imported(
    'the same by import()',
    (app) => `const { default: x } = await import('/' + '${mjs(app).slice(1)}');`,
  ),
  imported(
    'createRequire',
    (app) =>
      `import { createRequire } from 'node:module'; const x = createRequire(import.meta.url)('${cjs(app)}');`,
  ),
  imported(
    'createRequire from outside',
    (app) =>
      `import { createRequire } from 'node:module'; const x = createRequire('${join(app, 'other.cjs')}')('./out/x.cjs');`,
  ),
  required('module.require', (app) => `const x = module.require('${cjs(app)}');`),
  required('the loader itself', (app) => `const x = module.constructor._load('${cjs(app)}');`),
  required(
    'a module object that loads by itself',
    (app) =>
      `const made = new module.constructor('${cjs(app)}'); made.load('${cjs(app)}'); const x = made.exports;`,
  ),
  required('a file without extension', () => `const x = require('./x');`, {
    files: (app) => ({ x: `module.exports = require('${cjs(app)}');` }),
  }),
  imported('a data: URL', (app) => `import x from 'data:text/javascript,${EXPORTING(app)}';`),
  imported(
    'a data: URL in base64',
    (app) => `import x from 'data:text/javascript;base64,${Buffer.from(EXPORTING(app)).toString('base64')}';`,
  ),
  imported(
    'code of node:vm',
    (app) =>
      `import vm from 'node:vm'; const { default: x } = await vm.runInThisContext('import("${mjs(app)}")', { importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER });`,
  ),
  required('a way up from phlow', (app) => `const x = require('phlow/${UP}${cjs(app).slice(1)}');`, {
    files: () => ({ 'node_modules/phlow/x': '' }),
  }),
  required('a phlow of its own that leads out', () => `const x = require('phlow');`, {
    files: (app) => ({
      'node_modules/phlow/package.json': JSON.stringify({ name: 'phlow', main: UP + cjs(app).slice(1) }),
    }),
    says: 'Cannot lock module "guest"',
  }),
  required('a folder whose main leads out', () => `const x = require('./d');`, {
    files: (app) => ({ 'd/package.json': JSON.stringify({ main: UP + cjs(app).slice(1) }) }),
    says: 'Cannot lock module "guest"',
  }),
  imported(
    'a thread of its own',
    () =>
      `import { Worker } from 'node:worker_threads'; const x = await new Promise((done, failed) => new Worker(new URL('./w.mjs', import.meta.url)).on('message', done).on('error', failed));`,
    {
      files: (app) => ({
        'w.mjs': `import { parentPort } from 'node:worker_threads';\nimport x from '${mjs(app)}';\nparentPort.postMessage(x);`,
      }),
      says: /w\.mjs:2: it imports|ERR_ACCESS_DENIED/,
    },
  ),
  imported(
    'a thread that starts elsewhere',
    (app) =>
      `import { Worker } from 'node:worker_threads'; const x = await new Promise((done, failed) => new Worker('${join(app, 'out/w.cjs')}').on('message', done).on('error', failed));`,
  ),
  imported(
    'a Node process of its own',
    () =>
      `import { fork } from 'node:child_process'; const x = await new Promise((done, failed) => fork(new URL('./w.mjs', import.meta.url), [], { execArgv: [] }).on('message', done).on('exit', (code) => failed(new Error('ended with ' + code))));`,
    {
      files: (app) => ({ 'w.mjs': `import x from '${mjs(app)}';\nprocess.send(x);` }),
      says: 'ended with 1',
    },
  ),
  imported(
    'hooks of its own',
    (app) =>
      `import m from 'node:module'; const to = { url: '${pathToFileURL(mjs(app)).href}', shortCircuit: true }; if (m.registerHooks) m.registerHooks({ resolve: (name, from, next) => name === 'x' ? to : next(name, from) }); else m.register('data:text/javascript,' + encodeURIComponent('export const resolve = (name, from, next) => name === "x" ? ' + JSON.stringify(to) + ' : next(name, from)')); const { default: x } = await import('x');`,
  ),
  ...STARTED_IMPORTS,
];

/** What lies outside of the module for them. */
export const ODD_FILES: Readonly<Record<string, string>> = {
  'out/x.mjs': `export default ${JSON.stringify(MARKER)};`,
  'out/w.cjs': `require('node:worker_threads').parentPort.postMessage(${JSON.stringify(MARKER)});`,
};
