import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  audit,
  checkFlow,
  createHost,
  listModules,
  lockModules,
  modulePermissions,
} from '../../../src/index.js';
import { LOCK_FILE, writeLock } from '../../../src/sandbox/lock/lock-file.js';
import { runPhlow } from '../../support/run-phlow.js';
import { withFolder } from '../../support/temporary-folder.js';
import { errorOf } from '../../support/with-host.js';
import { writeFiles } from '../../support/write-files.js';

const CODE = `export default () => 'ran';`;
const STEPS = 'steps:\n  - return: 1\n';

/** The code of what every command says of the package `code`, with an empty lock file beside it. */
async function verdicts(app: string): Promise<Readonly<Record<string, string | undefined>>> {
  const codeOf = async (work: Promise<unknown>): Promise<string | undefined> =>
    work.then(
      () => 'fine',
      (error: unknown) => (error as { code?: string }).code,
    );
  await using host = await createHost({ logLevel: 'off' });
  writeFiles(app, { 'flow.phlow': 'modules:\n  - module: code\nsteps:\n  - use: code\n    input: 1\n' });
  const before = await codeOf(host.load('code', { baseDir: app }));
  await writeLock(join(app, LOCK_FILE), new Map());
  const accept = await codeOf(lockModules({ baseDir: app, modules: ['code'], accept: true }));
  return {
    'load before': before,
    accept,
    'load after': await codeOf(host.load('code', { baseDir: app })),
    permissions: await codeOf(modulePermissions('code', { baseDir: app })),
    check: (await checkFlow(join(app, 'flow.phlow'), { packagesDir: app }))[0]?.code ?? 'fine',
  };
}

describe('a folder of code without a manifest', () => {
  test.each(['x.test.phlow', 'parts/main.phlow', '.phlow', 'module.phlow/x'])(
    'is no package, whatever lies beside the code: %s',
    async (beside) => {
      await withFolder(async (app) => {
        writeFiles(join(app, 'phlow_packages/code'), { 'index.mjs': CODE, [beside]: STEPS });
        expect(await verdicts(app)).toEqual({
          'load before': 'PHLOW_MANIFEST_UNREADABLE',
          accept: 'PHLOW_MANIFEST_UNREADABLE',
          'load after': 'PHLOW_MANIFEST_UNREADABLE',
          permissions: 'PHLOW_MANIFEST_UNREADABLE',
          check: 'PHLOW_MANIFEST_UNREADABLE',
        });
        expect((await audit({ baseDir: app })).modules).toEqual([]);
        expect((await listModules(app)).map(({ name }) => name)).not.toContain('code');
      });
    },
  );

  test.each(['main.phlow', 'mod.phlow', 'other.phlow'])(
    'is a package of flows with %s, and its code still does not run',
    async (flow) => {
      await withFolder(async (app) => {
        writeFiles(join(app, 'phlow_packages/code'), { 'index.mjs': CODE, [flow]: STEPS });
        expect(await verdicts(app)).toEqual({
          'load before': 'PHLOW_MANIFEST_UNREADABLE',
          accept: 'fine',
          'load after': 'PHLOW_MANIFEST_UNREADABLE',
          permissions: 'fine',
          check: 'PHLOW_MANIFEST_UNREADABLE',
        });
        expect((await audit({ baseDir: app })).modules).toMatchObject([{ module: 'code', lock: 'accepted' }]);
        expect((await runPhlow(['run', `phlow_packages/code/${flow}`], { cwd: app })).stdout).toBe('1\n');
      });
    },
    60_000,
  );
});

describe('a flow that is loaded as a module', () => {
  test.each([{}, { 'phlow.yaml': 'name: digest\n' }])(
    'is refused with the command that runs it: %j',
    async (more) => {
      await withFolder(async (app) => {
        writeFiles(join(app, 'phlow_packages/digest'), { 'module.phlow': STEPS, ...more });
        const { code, stderr } = await runPhlow(['call', 'digest'], { cwd: app });
        expect([code, stderr]).toEqual([4, expect.stringContaining('PHLOW_ENTRY_MISSING')]);
        expect(stderr).toContain('phlow run phlow_packages/digest --main');
        expect((await runPhlow(['run', 'phlow_packages/digest', '--main', '1'], { cwd: app })).stdout).toBe(
          '1\n',
        );
        await lockModules({ baseDir: app, accept: true });
        await using host = await createHost({ logLevel: 'off' });
        expect((await errorOf(host.load('digest', { baseDir: app }))).code).toBe('PHLOW_ENTRY_MISSING');
      });
    },
  );

  test('says what a flow needs to use it by its name', () =>
    withFolder(async (app) => {
      writeFiles(app, {
        'phlow_packages/digest/main.phlow': STEPS,
        'a.phlow': 'modules:\n  - module: digest\nsteps:\n  - use: digest\n',
      });
      const { code, stderr } = await runPhlow(['run', 'a.phlow'], { cwd: app });
      expect([code, stderr]).toEqual([
        4,
        expect.stringContaining('it is a flow (main.phlow), and host.load() loads only modules with code.'),
      ]);
      expect(stderr).toContain('to use it from a flow, it needs a module.phlow');
    }));
});
