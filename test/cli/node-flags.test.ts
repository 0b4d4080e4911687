import { describe, expect, test } from '@jest/globals';
import { fixtureModule } from '../support/fixtures.js';
import { runPhlow } from '../support/run-phlow.js';

describe('phlow under --disallow-code-generation-from-strings', () => {
  const nodeFlags = ['--disallow-code-generation-from-strings'];

  test.each(['inline', 'trusted', 'guarded', 'sandboxed', 'isolated'])(
    'a module with schemas answers at %s',
    async (level) => {
      const args = ['call', fixtureModule('checked'), '{"n":1}', '--json', '--isolation', level];
      const { stdout, code } = await runPhlow(args, { nodeFlags });
      expect({ stdout, code }).toEqual({ stdout: '{"n":1,"label":"none","limit":3}\n', code: 0 });
    },
  );

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
