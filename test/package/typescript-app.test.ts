import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { nodeFeatures } from '../../src/sandbox/node-features.js';
import { LEVELS } from '../support/guarded-here.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';
import { ROOT } from './offline-packages.js';

jest.setTimeout(120_000);

/** The application of docs/in-your-build.md in TypeScript: one source for tsx and for tsc. The enum is what Node itself does not strip. */
const FILES = {
  'package.json': '{ "type": "module" }',
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      target: 'es2022',
      module: 'nodenext',
      strict: true,
      rootDir: 'src',
      outDir: 'dist',
      rewriteRelativeImportExtensions: true,
      types: ['node'],
      typeRoots: [join(ROOT, 'node_modules/@types')],
    },
    include: ['src'],
  }),
  'src/app.ts': `
import { fileURLToPath } from 'node:url';
import { createHost, type IsolationLevel } from 'phlow';
enum Level { inline, trusted, guarded, sandboxed, isolated }
const host = await createHost({ logLevel: 'off' });
for (const isolation of process.argv.slice(2) as IsolationLevel[]) {
  const greet = await host.load(fileURLToPath(new URL('./greet', import.meta.url)), { isolation, name: isolation });
  console.log(Level[isolation], await greet.call<string>({ name: 'Ann' }));
}
await host.close();
`,
  'src/greet/phlow.yaml': 'name: greet\n',
  'src/greet/index.ts': `
import { createStep } from 'phlow/sdk';
import { hello } from './hello.ts';
interface Input { readonly name: string }
export default createStep<Input>({ handler: ({ input }) => hello(input.name) });
`,
  'src/greet/hello.ts': 'export const hello = (name: string): string => `Hello, ${name}`;\n',
};

/** As the application's enum has them. */
const NUMBERS = ['inline', 'trusted', 'guarded', 'sandboxed', 'isolated'];
const TSX = join(ROOT, 'node_modules/tsx/dist/cli.mjs');
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');

function run(cwd: string, ...args: readonly string[]): string {
  return execFileSync(process.execPath, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '--no-warnings' },
  });
}

test('an application in TypeScript runs under tsx, and as what tsc made of it', () =>
  withFolder((folder) => {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(ROOT, join(folder, 'node_modules/phlow'));
    writeFiles(folder, FILES);
    const said = (levels: readonly string[]): string =>
      levels.map((level) => `${NUMBERS.indexOf(level)} Hello, Ann\n`).join('');
    // At the other levels a module is loaded by Node itself, as far as it knows TypeScript.
    const underTsx = nodeFeatures().hasTypeScript
      ? ['inline', 'trusted', 'sandboxed', 'isolated']
      : ['sandboxed', 'isolated'];
    expect(run(folder, TSX, 'src/app.ts', ...underTsx)).toBe(said(underTsx));
    run(folder, TSC);
    cpSync(join(folder, 'src/greet/phlow.yaml'), join(folder, 'dist/greet/phlow.yaml'));
    expect(run(folder, 'dist/app.js', ...LEVELS)).toBe(said(LEVELS));
  }));
