import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { withFolder } from '../support/temporary-folder.js';

/* The recipes of docs/testing.md: each project of examples/testing with the built package among its packages, run as its `npm test` runs it. */
jest.setTimeout(180_000);

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const EXAMPLES = join(ROOT, 'examples/testing');

/** What a runner says of four tests that have passed. */
const PASSED: Readonly<Record<string, RegExp>> = {
  'node-test': /^# pass 4$|^ℹ pass 4$/m,
  jest: /^Tests: +4 passed, 4 total$/m,
  vitest: /^ *Tests +4 passed \(4\)$/m,
};

/** The programs that `npm test` finds below the project's own `node_modules`. */
const PROGRAMS: Readonly<Record<string, string>> = {
  node: '',
  vitest: join(ROOT, 'node_modules/vitest/vitest.mjs'),
};

const PROJECTS = readdirSync(EXAMPLES).filter((name) => name !== 'quote');

interface Project {
  readonly type: string;
  readonly scripts: { readonly test: string };
}

/** What `npm test` of a project prints, and how it ends. */
function runTests(project: string): Promise<{ readonly said: string; readonly status: number | null }> {
  return withFolder((folder) => {
    cpSync(EXAMPLES, folder, { recursive: true });
    const cwd = join(folder, project);
    mkdirSync(join(cwd, 'node_modules'));
    symlinkSync(ROOT, join(cwd, 'node_modules/phlow'));
    symlinkSync(join(ROOT, 'node_modules/jest'), join(cwd, 'node_modules/jest'));
    const { scripts } = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8')) as Project;
    const [program = '', ...args] = scripts.test.split(' ');
    const file = PROGRAMS[program] ?? '';
    const { stdout, stderr, status } = spawnSync(process.execPath, file === '' ? args : [file, ...args], {
      cwd,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: folder, NO_COLOR: '1' },
    });
    return { said: stdout + stderr, status };
  });
}

describe('the recipes of docs/testing.md', () => {
  let page = '';
  beforeAll(() => {
    page = readFileSync(join(ROOT, 'docs/testing.md'), 'utf8');
  });

  test('are there for each runner, for ES modules and for CommonJS', () => {
    const runners = Object.keys(PASSED).flatMap((runner) => [`${runner}-esm`, `${runner}-cjs`]);
    expect(PROJECTS.toSorted()).toEqual(runners.toSorted());
    for (const project of PROJECTS) {
      const { type } = JSON.parse(readFileSync(join(EXAMPLES, project, 'package.json'), 'utf8')) as Project;
      expect(type).toBe(project.endsWith('-esm') ? 'module' : 'commonjs');
      expect(page).toContain(`(../examples/testing/${project}/quote.test.js)`);
    }
  });

  test.each(PROJECTS)('%s passes', async (project) => {
    const { said, status } = await runTests(project);
    expect(said).toMatch(PASSED[project.replace(/-(?:esm|cjs)$/, '')] ?? /^$/);
    expect(status).toBe(0);
  });
});
