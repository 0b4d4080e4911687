import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { fixtureModule } from '../support/fixtures.js';
import { canHoldGuarded, LEVELS } from '../support/guarded-here.js';
import { runPhlow } from '../support/run-phlow.js';
import { withFolder } from '../support/temporary-folder.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

describe('phlow under --disallow-code-generation-from-strings', () => {
  const nodeFlags = ['--disallow-code-generation-from-strings'];

  test.each(LEVELS)('a module with schemas answers at %s', async (level) => {
    const args = ['call', fixtureModule('checked'), '{"n":1}', '--json', '--isolation', level];
    const { stdout, code } = await runPhlow(args, { nodeFlags });
    expect({ stdout, code }).toEqual({ stdout: '{"n":1,"label":"none","limit":3}\n', code: 0 });
  });

  test('so does a pool of replicas', async () => {
    expect((await runPhlow(['call', fixtureModule('stateless'), '{"do":"who"}'], { nodeFlags })).code).toBe(
      0,
    );
  });

  test('scripts and built-in modules run', async () => {
    const { stdout, code } = await runPhlow(['eval', '1 + 1'], { nodeFlags });
    expect({ stdout, code }).toEqual({ stdout: '2\n', code: 0 });
    expect((await runPhlow(['call', 'cache', '{"action":"stats"}'], { nodeFlags })).code).toBe(0);
  });
});

describe('a linked phlow under flags that keep links', () => {
  const flags = ['--preserve-symlinks', '--preserve-symlinks-main'];

  test.each([
    ['the first', flags.slice(0, 1)],
    ['the second', flags.slice(1)],
    ['both', flags],
  ] as const)(
    'with %s a module answers at every level, wherever it lies',
    (_which, nodeFlags) =>
      withFolder(async (folder) => {
        symlinkSync(ROOT, join(folder, 'phlow'));
        const main = join(folder, 'phlow/dist/src/cli/main.js');
        for (const level of LEVELS) {
          const args = ['call', fixtureModule('checked'), '{"n":1}', '--json', '--isolation', level];
          const { stderr, code } = await runPhlow(args, { nodeFlags, main });
          expect({ level, stderr, code }).toEqual({ level, stderr: '', code: 0 });
        }
        const strictest = canHoldGuarded ? 'guarded' : 'trusted';
        const replicas = ['call', fixtureModule('stateless'), '{"do":"who"}', '--isolation', strictest];
        const granted = [...replicas, '--grant', '{"modules":["target"]}'];
        expect((await runPhlow(granted, { nodeFlags, main })).code).toBe(0);
      }),
    60_000,
  );
});
