import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { MARKER } from './bypasses.js';
import type { OutsideImport } from './import-bypasses.js';

const first = (app: string): string => join(app, 'out/first.cjs');
const hooks = (app: string): string => join(app, 'out/hooks.mjs');
const BOOT = new URL('../../../workers/runtime/boot.bundle.js', import.meta.url).href;
const MAIN = fileURLToPath(new URL('../../../src/cli/main.js', import.meta.url));
/** What the file of phlow's is told that a module's thread begins with. */
const bootOf = (app: string): string =>
  `{ name: 'x', entry: '${pathToFileURL(join(app, 'out/w.cjs')).href}', with: {}, clock: 'real', logLevel: 'off', concurrency: 0, isMain: false, env: {}, data, control, log }`;
const PROGRAM = `import { parentPort } from 'node:worker_threads';\nparentPort ? parentPort.postMessage(globalThis.first) : process.send(String(globalThis.first));`;

/** Something that tells what ran before it, and is awaited. */
function awaited(what: string): string {
  return `const x = await new Promise((done, failed) => ${what}.on('message', done).on('error', failed).on('exit', (code) => failed(new Error('ended with ' + code))));`;
}

function forked(name: string, options: (app: string) => string, before = ''): OutsideImport {
  return started(
    name,
    (app) =>
      `import { fork } from 'node:child_process'; ${before.replace('FIRST', first(app))} ${awaited(`fork(new URL('./w.mjs', import.meta.url), [], ${options(app)})`)}`,
  );
}

function threaded(name: string, options: (app: string) => string): OutsideImport {
  return started(
    name,
    (app) =>
      `import { Worker } from 'node:worker_threads'; ${awaited(`new Worker(new URL('./w.mjs', import.meta.url), ${options(app)})`)}`,
  );
}

function started(name: string, line: OutsideImport['line']): OutsideImport {
  return {
    name,
    entry: 'index.mjs',
    line,
    files: (app) => ({ 'w.mjs': PROGRAM, 'p.cjs': `require('${first(app)}');` }),
    says: /it imports|starts Node with|ended with [14]/,
  };
}

/** Files that run before the one that a thread or a process is started with, and readers of files. */
export const STARTED_IMPORTS: readonly OutsideImport[] = [
  forked('a flag of a process', (app) => `{ execArgv: ['-r', '${first(app)}'] }`),
  forked('the same in one word', (app) => `{ execArgv: ['--require=${first(app)}'] }`),
  forked('the same for ES modules', (app) => `{ execArgv: ['--import', '${first(app)}'] }`),
  forked('hooks of a process', (app) => `{ execArgv: ['--experimental_loader', '${hooks(app)}'] }`),
  forked('a file with flags', (app) => `{ execArgv: ['--env-file=${join(app, 'out/flags')}'] }`),
  forked('another program of Node', (app) => `{ execArgv: ['${join(app, 'out/send.cjs')}'] }`),
  forked('an environment with flags', (app) => `{ env: { NODE_OPTIONS: '--require "${first(app)}"' } }`),
  forked('the own environment', () => '{}', `process.env.NODE_OPTIONS = '--require FIRST';`),
  forked('the own flags', () => '{}', `process.execArgv.push('--require', 'FIRST');`),
  forked('a file of its own that comes first', () => `{ execArgv: ['-r', import.meta.dirname + '/p.cjs'] }`),
  threaded('a flag of a thread', (app) => `{ execArgv: ['--require', '${first(app)}'] }`),
  threaded('an environment of a thread', (app) => `{ env: { NODE_OPTIONS: '--import ${first(app)}' } }`),
  started(
    'a thread that begins with a file of phlow’s',
    (app) =>
      `import { MessageChannel, Worker } from 'node:worker_threads'; const [{ port1, port2: data }, { port2: control }, { port2: log }] = [new MessageChannel(), new MessageChannel(), new MessageChannel()]; const x = await new Promise((done, failed) => { port1.on('message', (told) => failed(new Error(JSON.stringify(told)))); new Worker(new URL('${BOOT}'), { workerData: ${bootOf(app)}, transferList: [data, control, log] }).on('message', done).on('error', failed); });`,
  ),
  started(
    'the command line of phlow',
    (app) =>
      `import { fork } from 'node:child_process'; const x = await new Promise((done, failed) => { const process = fork('${MAIN}', ['call', '${join(app, 'out/evil')}', '0', '--isolation', 'trusted'], { silent: true }); process.stdout.on('data', (text) => done(String(text).trim())); process.on('close', (code) => failed(new Error('ended with ' + code))); });`,
  ),
  started(
    'a host of its own',
    (app) =>
      `import { createHost } from 'phlow'; const host = await createHost({ logLevel: 'off' }); const x = await host.load('${join(app, 'out/evil')}', { isolation: 'trusted' }).then((module) => module.call(0)).finally(() => host.close());`,
  ),
  started(
    'a flag of a cluster',
    (app) =>
      `import cluster from 'node:cluster'; cluster.setupPrimary({ exec: import.meta.dirname + '/w.mjs', execArgv: ['-r', '${first(app)}'] }); ${awaited('cluster.fork()')}`,
  ),
  started(
    'a reader of files',
    (app) =>
      `import m from 'node:module'; const made = new m('x'); m._extensions['.js'](made, '${join(app, 'out/x.cjs')}'); const x = made.exports;`,
  ),
  started(
    'hooks that read another file',
    (app) =>
      `import m from 'node:module'; const to = '${pathToFileURL(join(app, 'out/x.mjs')).href}'; if (m.registerHooks) m.registerHooks({ load: (url, context, next) => next(url.endsWith('w.mjs') ? to : url, context) }); else m.register('data:text/javascript,' + encodeURIComponent('export const load = (url, context, next) => next(url.endsWith("w.mjs") ? ' + JSON.stringify(to) + ' : url, context)')); const { default: x } = await import('./w.mjs');`,
  ),
];

/** What lies outside of the module for them. */
export const STARTED_FILES: Readonly<Record<string, (app: string) => string>> = {
  'out/first.cjs': () => `globalThis.first = ${JSON.stringify(MARKER)};`,
  'out/send.cjs': () => `process.send(${JSON.stringify(MARKER)});`,
  'out/evil/phlow.yaml': () => 'name: evil\n',
  'out/evil/index.cjs': () => `module.exports = () => ${JSON.stringify(MARKER)};`,
  'out/flags': (app) => `NODE_OPTIONS=--require ${first(app)}\n`,
  'out/hooks.mjs': () =>
    `export const load = async (url, context, next) => {\n  const read = await next(url, context);\n  return url.endsWith('w.mjs') ? { ...read, source: 'globalThis.first = ${JSON.stringify(MARKER)};' + read.source } : read;\n};`,
};
