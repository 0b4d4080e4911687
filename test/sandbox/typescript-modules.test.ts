import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { IsolationLevel } from '../../src/index.js';
import { nodeFeatures } from '../../src/sandbox/node-features.js';
import { GUARDED } from '../support/guarded-here.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf, withHost } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

const FILES = {
  'phlow.yaml': 'name: typed\n',
  'index.ts': [
    "import { double } from './double.ts';",
    "import shout from 'shout';",
    '',
    'interface Input {',
    '  readonly n: number;',
    '}',
    '',
    'export default ({ input }: { input: Input }): { doubled: number; said: string } => {',
    '  return { doubled: double(input.n), said: shout(String(input.n)) };',
    '};',
    '',
  ].join('\n'),
  'double.ts': [
    'type Wanted = number;',
    '',
    'export function double(n: Wanted): Wanted {',
    "  if (n < 0) throw new RangeError('below zero', { cause: new Error('the cause') });",
    '  return n * 2;',
    '}',
    '',
  ].join('\n'),
  'node_modules/shout/package.json': '{ "name": "shout", "version": "1.0.0", "main": "lib/shout.js" }',
  'node_modules/shout/lib/shout.js': "module.exports = (text) => text + '!';\n",
};

describe.each(['sandboxed', 'isolated'] as const)('a TypeScript module at level %s', (isolation) => {
  test('is found by its index.ts, with npm packages of its own', () =>
    withFolder((folder) =>
      withHost(async (host) => {
        writeFiles(folder, FILES);
        const module = await host.load(folder, { isolation });
        expect(await module.call({ n: 21 })).toEqual({ doubled: 42, said: '21!' });
      }),
    ));

  test('has the author’s lines in the stack of an error and of its cause', () =>
    withFolder((folder) =>
      withHost(async (host) => {
        writeFiles(folder, FILES);
        const module = await host.load(folder, { isolation });
        const error = await errorOf(module.call({ n: -1 }));
        expect(error.stack).toMatch(/at double \(double\.ts:4:20\)/);
        expect(error.stack).toMatch(/index\.ts:9:21/);
        expect((error.cause as Error).stack).toMatch(/double\.ts:4:58/);
      }),
    ));
});

describe.each<IsolationLevel>(['trusted', ...GUARDED])('a TypeScript module at level %s', (isolation) => {
  test('that is compiled has the author’s lines in its stacks when its map lies beside it', () =>
    withFolder((folder) =>
      withHost(async (host) => {
        writeFiles(folder, { ...FILES, 'package.json': '{ "type": "module" }' });
        compile(folder);
        const module = await host.load(folder, { isolation: isolation });
        const error = await errorOf(module.call({ n: -1 }));
        expect(error.stack).toMatch(/double\.ts:4:/);
      }),
    ));
});

test('a TypeScript entry at level trusted runs where Node can, and is refused with a way out where it cannot', () =>
  withFolder((folder) =>
    withHost(async (host) => {
      writeFiles(folder, { ...FILES, 'package.json': '{ "type": "module" }' });
      const loading = host.load(folder, { isolation: 'trusted' });
      if (nodeFeatures().hasTypeScript) {
        expect(await (await loading).call({ n: 1 })).toEqual({ doubled: 2, said: '1!' });
      } else {
        const error = await errorOf(loading);
        expect(error.code).toBe('PHLOW_ENTRY_INVALID');
        expect(error.message).toMatch(/is TypeScript.*compile it.*22\.18.*isolated/);
      }
    }),
  ));

/** Compiles as an author would, with maps beside the files. */
function compile(folder: string): void {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const options = '--target es2022 --module nodenext --sourceMap --rewriteRelativeImportExtensions --noCheck';
  execFileSync(process.execPath, [tsc, ...options.split(' '), 'index.ts'], { cwd: folder, stdio: 'ignore' });
  for (const name of ['index.ts', 'double.ts']) renameSync(join(folder, name), join(folder, `${name}.kept`));
  for (const name of ['index', 'double'])
    expect(readFileSync(join(folder, `${name}.js.map`), 'utf8')).not.toBe('');
}
