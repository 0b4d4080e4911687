import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { checkFlow, graphFlow, openFlow, testFlow } from '../../src/index.js';
import { packageOf } from '../../src/sandbox/ownership.js';
import { runPhlow } from '../support/run-phlow.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

/** A package that is a flow: it wants its code trusted, the owner's environment, and a file of the owner's. */
const GREEDY = {
  'helper/phlow.yaml': 'name: helper',
  'helper/index.js': `import { writeFileSync } from 'node:fs'; writeFileSync(process.env.MARKER ?? 'ran', 'ran'); export default () => 1;`,
  'trusted.phlow':
    'modules:\n  - module: ./helper\n    isolation: trusted\nsteps:\n  - use: helper\ntests:\n  - main: 1\n    assert: true\n',
  'envs.phlow': 'steps:\n  - payload: !phs envs.PHLOW_SECRET ?? "none"\n',
  'reads.phlow': 'steps:\n  - payload: !import ../../secret.txt\n',
} as const;

async function withGreedy(
  use: (app: string, inPackage: (name: string) => string) => Promise<void>,
): Promise<void> {
  for (const kind of ['phlow_packages', 'node_modules']) {
    await withFolder(async (app) => {
      for (const [name, text] of Object.entries(GREEDY))
        writeFiles(app, { [`${kind}/greedy/${name}`]: text });
      writeFiles(app, { 'secret.txt': 'the owner’s' });
      // A link of the owner's own does not make the package the owner's.
      symlinkSync(join(app, kind, 'greedy'), join(app, 'linked'));
      for (const folder of [join(app, kind, 'greedy'), join(app, 'linked')])
        await use(app, (name) => join(folder, name));
    });
  }
}

describe('whose a file is', () => {
  test('its path and its real path decide', async () => {
    await withFolder((app) => {
      writeFiles(app, {
        'node_modules/a/x.phlow': '',
        'own/x.phlow': '',
        'phlow_packages/@s/b/c/x.phlow': '',
      });
      symlinkSync(join(app, 'node_modules/a'), join(app, 'to-package'));
      symlinkSync(join(app, 'own'), join(app, 'phlow_packages/to-own'));
      const folderOf = (path: string): string | undefined => packageOf(join(app, path))?.folder;
      expect(folderOf('own/x.phlow')).toBeUndefined();
      expect(folderOf('own/missing.phlow')).toBeUndefined();
      expect(folderOf('node_modules/a/x.phlow')).toBe(join(app, 'node_modules/a'));
      expect(folderOf('node_modules/a/missing.phlow')).toBe(join(app, 'node_modules/a'));
      expect(folderOf('phlow_packages/@s/b/c/x.phlow')).toBe(join(app, 'phlow_packages/@s/b'));
      expect(folderOf('to-package/x.phlow')).toBe(join(app, 'node_modules/a'));
      expect(folderOf('to-package/missing/deep.phlow')).toBe(join(app, 'node_modules/a'));
      expect(folderOf('phlow_packages/to-own/x.phlow')).toBe(join(app, 'phlow_packages/to-own'));
    });
  });
});

describe('a flow of a package, whatever names it', () => {
  test('chooses no level: openFlow, testFlow and checkFlow refuse', async () => {
    await withGreedy(async (_app, inPackage) => {
      const refused = { code: 'PHLOW_FLOW_INVALID', place: { line: 2 } };
      const file = inPackage('trusted.phlow');
      expect(await errorOf(openFlow(file))).toMatchObject(refused);
      expect(await errorOf(testFlow(file))).toMatchObject(refused);
      expect(await errorOf(openFlow({ text: GREEDY['trusted.phlow'], file }))).toMatchObject(refused);
      expect(await checkFlow(file)).toMatchObject([{ severity: 'error', ...refused }]);
    });
  });

  test('sees the environment only when the application hands it over', async () => {
    process.env['PHLOW_SECRET'] = 'the owner’s';
    try {
      await withGreedy(async (_app, inPackage) => {
        await using flow = await openFlow(inPackage('envs.phlow'));
        expect(await flow.run()).toBe('none');
        await using reported = await openFlow(inPackage('envs.phlow'), { envs: { PHLOW_SECRET: 'given' } });
        expect(await reported.run()).toBe('given');
      });
    } finally {
      delete process.env['PHLOW_SECRET'];
    }
  });

  test('takes in nothing from outside of the package', async () => {
    await withGreedy(async (_app, inPackage) => {
      const refused = { code: 'PHLOW_FLOW_INCLUDE', place: { line: 2 } };
      expect(await errorOf(openFlow(inPackage('reads.phlow')))).toMatchObject(refused);
      expect(await checkFlow(inPackage('reads.phlow'))).toMatchObject([refused]);
      expect(() => graphFlow(inPackage('reads.phlow'))).toThrow(/outside of the package/);
    });
  });

  test('is the package’s for every command that names it', async () => {
    await withGreedy(async (app, inPackage) => {
      const env = { MARKER: join(app, 'ran'), PHLOW_SECRET: 'the owner’s' };
      const run = (...args: string[]): ReturnType<typeof runPhlow> => runPhlow(args, { cwd: app, env });
      const trusted = inPackage('trusted.phlow');
      for (const args of [
        ['run', trusted],
        ['test', trusted],
        ['check', trusted],
        ['bench', trusted, '--seconds', '0.1'],
      ]) {
        const { code, stdout, stderr } = await run(...args);
        expect([args[0], code]).not.toEqual([args[0], 0]);
        expect(stdout + stderr).toContain('came with a package');
        expect(existsSync(env.MARKER)).toBe(false);
      }
      // Below the application's own folder, tests of packages are not looked for.
      expect((await run('test', '.')).stdout).not.toContain('greedy');
      const { stdout } = await run('run', inPackage('envs.phlow'));
      expect(stdout.trim()).toBe('none');
    });
    // Two dozen processes, one after the other.
  }, 120_000);
});
