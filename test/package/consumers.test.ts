import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { embedExample } from '../docs/readme-blocks.js';
import { writeFiles } from '../support/write-files.js';
import { installPacked, pack, ROOT } from './offline-packages.js';

/* The package as it is published, in the kinds of projects there are: each runs the program of the README, or compiles and then runs it. */
jest.setTimeout(180_000);

const { code, output } = embedExample();

/** The program where there is neither `import` nor `await` at the top level. */
function asCommonJs(program: string, imports: string): string {
  const [, ...body] = program.split('\n');
  return `${imports}\n(async () => {\n${body.join('\n')}})();\n`;
}

/** Names and types that a strict application uses; it is compiled, not run. */
const TYPES = `
import { createHost, isPhlowError, openFlow, type Module } from 'phlow';
import { createStep } from 'phlow/sdk';
import { withModule } from 'phlow/testing';
await using host = await createHost();
const module: Module = await host.load('echo');
export const reply: unknown = await module.call(1, { timeoutMs: 5 });
export const step = createStep<{ n: number }>(({ input }) => input.n);
export const uses = [isPhlowError, openFlow, withModule] as const;
`;

const PROJECTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  esm: { 'package.json': '{ "type": "module" }', 'main.js': code },
  cjs: {
    'package.json': '{ "type": "commonjs" }',
    'main.js': asCommonJs(code, "const { createHost } = require('phlow');"),
  },
  'typescript-esm': { 'package.json': '{ "type": "module" }', 'main.ts': code, 'types.ts': TYPES },
  'typescript-cjs': {
    'package.json': '{ "type": "commonjs" }',
    'main.ts': asCommonJs(code, "import { createHost } from 'phlow';"),
  },
};

let folder = '';

function run(cwd: string, program: string, ...args: readonly string[]): string {
  const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache'), NODE_OPTIONS: '' };
  return execFileSync(program, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'phlow-consumers-'));
  installPacked(pack(folder), folder);
  for (const [name, files] of Object.entries(PROJECTS)) writeFiles(join(folder, name), files);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the installed package embeds a host in', () => {
  test.each(['esm', 'cjs'])('%s', (project) => {
    expect(
      run(join(folder, project), process.execPath, '--disable-warning=ExperimentalWarning', 'main.js'),
    ).toBe(output);
  });

  test.each(['typescript-esm', 'typescript-cjs'])(
    '%s, strict and without skipping the types of phlow',
    (project) => {
      const cwd = join(folder, project);
      const files = Object.keys(PROJECTS[project] ?? {}).filter((name) => name.endsWith('.ts'));
      const options =
        '--strict --exactOptionalPropertyTypes --module nodenext --target es2022 --lib esnext --types node';
      const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
      expect(run(cwd, process.execPath, tsc, ...options.split(' '), ...files)).toBe('');
      expect(run(cwd, process.execPath, '--disable-warning=ExperimentalWarning', 'main.js')).toBe(output);
    },
  );
});
