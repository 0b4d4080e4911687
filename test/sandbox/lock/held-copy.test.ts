import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { createHost, lockModules, type IsolationLevel } from '../../../src/index.js';
import { GUARDED } from '../../support/guarded-here.js';
import { runPhlow } from '../../support/run-phlow.js';
import { withFolder } from '../../support/temporary-folder.js';
import { writeFiles } from '../../support/write-files.js';

const MODULE = {
  'phlow.yaml': 'name: held\nversion: 1.0.0\nentry: index.cjs\n',
  'index.cjs': `const { existsSync, lstatSync, readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { createStep } = require('phlow/sdk');
const tried = (run) => { try { return run(); } catch (error) { return error.code; } };
module.exports = createStep(async () => {
  const sdk = await import('phlow/sdk');
  let base = __dirname;
  while (!existsSync(join(base, 'node_modules/phlow/package.json'))) base = dirname(base);
  const phlow = join(base, 'node_modules/phlow');
  return {
    same: sdk.createStep === createStep,
    linked: lstatSync(phlow).isSymbolicLink(),
    above: tried(() => readFileSync(phlow + '/../../package.json', 'utf8')),
  };
});
`,
};

/** A package that phlow does not need to run. */
const BESIDE = fileURLToPath(import.meta.resolve('big.js'));

describe('the copy that a module is loaded from once it was accepted', () => {
  test.each<IsolationLevel>(['trusted', ...GUARDED])(
    'at %s: it has the SDK of the phlow that runs it, and no link to where that lies',
    (isolation) =>
      withFolder(async (folder) => {
        writeFiles(join(folder, 'phlow_packages/held'), MODULE);
        await lockModules({ baseDir: folder, accept: true });
        const host = await createHost({ logLevel: 'off' });
        try {
          const module = await host.load('held', { isolation, baseDir: folder });
          // The copy's own, and not what lies two folders above phlow.
          expect(await module.call(null)).toEqual({ same: true, linked: false, above: 'ENOENT' });
        } finally {
          await host.close();
        }
      }),
  );

  test.each<IsolationLevel>(['trusted', ...GUARDED])(
    'at %s: Node warns of nothing there that it does not warn of without the lock',
    async (isolation) => {
      for (const [name, besides] of [
        ['no package.json', {}],
        ['one of the application', { 'package.json': '{"type":"module"}' }],
        ['one of the module', { 'phlow_packages/typed/package.json': '{"type":"module"}' }],
      ] as const)
        await withFolder(async (app) => {
          writeFiles(app, {
            'phlow_packages/typed/phlow.yaml': 'name: typed\n',
            'phlow_packages/typed/index.js': `export default () => 'ran';\n`,
            'main.phlow': `modules:\n  - { module: ./phlow_packages/typed, name: typed, isolation: ${isolation} }\nsteps:\n  - { use: typed, input: 0 }\n`,
            ...besides,
          });
          await lockModules({ baseDir: app, accept: true });
          const { stdout, stderr } = await runPhlow(['run', 'main.phlow'], { cwd: app });
          expect([name, stdout.trim(), /MODULE_TYPELESS|package\.json/.test(stderr)]).toEqual([
            name,
            'ran',
            false,
          ]);
        });
    },
    60_000,
  );

  test.each<IsolationLevel>(['trusted', ...GUARDED])(
    'at %s: it imports no package beside phlow',
    (isolation) =>
      withFolder(async (app) => {
        writeFiles(app, {
          'phlow_packages/reads/phlow.yaml': 'name: reads\n',
          'phlow_packages/reads/index.mjs': `import { readFileSync } from 'node:fs';
import { createStep } from 'phlow/sdk';
export default () => {
  try { return readFileSync(${JSON.stringify(BESIDE)}, 'utf8').length; } catch (error) { return [error.code, typeof createStep]; }
};`,
          'phlow_packages/imports/phlow.yaml': 'name: imports\n',
          'phlow_packages/imports/index.mjs': `import Big from ${JSON.stringify(BESIDE)};\nexport default () => Big.name;`,
        });
        await lockModules({ baseDir: app, accept: true });
        const host = await createHost({ logLevel: 'off' });
        try {
          const module = await host.load('reads', { isolation, baseDir: app });
          const read = readFileSync(BESIDE, 'utf8').length;
          const refused = ['ERR_ACCESS_DENIED', 'function'];
          expect(await module.call(null)).toEqual(isolation === 'guarded' ? refused : read);
          await expect(host.load('imports', { isolation, baseDir: app })).rejects.toMatchObject({
            code: 'PHLOW_LOAD_FAILED',
          });
        } finally {
          await host.close();
        }
      }),
  );

  test('the threads and processes that it starts, and theirs, run what was accepted', () =>
    withFolder(async (app) => {
      const answered = `await new Promise((done, failed) => START.once('message', done).once('error', failed).once('exit', (code) => failed(new Error('ended with ' + code))))`;
      const thread = (file: string): string =>
        answered.replace('START', `new Worker(new URL('./${file}', import.meta.url))`);
      const child = (file: string): string =>
        answered.replace('START', `fork(new URL('./${file}', import.meta.url))`);
      const begin = `import { fork } from 'node:child_process';\nimport { parentPort, Worker } from 'node:worker_threads';\n`;
      const send = `parentPort === null ? process.send(x) : parentPort.postMessage(x);\n`;
      writeFiles(join(app, 'phlow_packages/held'), {
        'phlow.yaml': 'name: held\n',
        'index.mjs': `${begin}export default async () => [${thread('thread.mjs')}, ${thread('child.mjs')}, ${child('thread.mjs')}, ${child('child.mjs')}];`,
        'thread.mjs': `${begin}const x = ${thread('leaf.mjs')};\n${send}`,
        'child.mjs': `${begin}const x = ${child('leaf.mjs')};\n${send}`,
        'leaf.mjs': `import { parentPort } from 'node:worker_threads';\nconst x = 'ran';\n${send}`,
      });
      await lockModules({ baseDir: app, accept: true });
      const host = await createHost({ logLevel: 'off' });
      try {
        const module = await host.load('held', { isolation: 'trusted', baseDir: app });
        expect(await module.call(null)).toEqual(['ran', 'ran', 'ran', 'ran']);
      } finally {
        await host.close();
      }
    }));

  test('it may be a host for what was accepted with it, at each level that needs no thread of other rights', () =>
    withFolder(async (app) => {
      const levels = ['inline', 'trusted', 'sandboxed', 'isolated'];
      writeFiles(join(app, 'phlow_packages/held'), {
        'phlow.yaml': 'name: held\n',
        'index.mjs': `import { fileURLToPath } from 'node:url';
import { createHost } from 'phlow';
export default async () => {
  const host = await createHost({ logLevel: 'off' });
  const ran = [];
  try {
    for (const isolation of ${JSON.stringify(levels)}) {
      const module = await host.load(fileURLToPath(new URL('./inner', import.meta.url)), { name: isolation, isolation });
      ran.push(await module.call(isolation));
    }
  } finally {
    await host.close();
  }
  return ran;
};
`,
        'inner/phlow.yaml': 'name: inner\n',
        'inner/index.cjs': 'module.exports = ({ input }) => input;\n',
      });
      await lockModules({ baseDir: app, accept: true });
      const host = await createHost({ logLevel: 'off' });
      try {
        const module = await host.load('held', { isolation: 'trusted', baseDir: app });
        expect(await module.call(null)).toEqual(levels);
      } finally {
        await host.close();
      }
    }));
});
