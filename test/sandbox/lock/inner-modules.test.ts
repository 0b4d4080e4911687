import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { audit, checkFlow, createHost, lockModules, openFlow } from '../../../src/index.js';
import { LOCK_FILE, readLock } from '../../../src/sandbox/lock/lock-file.js';
import { WALLED } from '../../support/guarded-here.js';
import { runPhlow } from '../../support/run-phlow.js';
import { withFolder } from '../../support/temporary-folder.js';
import { errorOf } from '../../support/with-host.js';
import { writeFiles } from '../../support/write-files.js';

const FLOW = 'modules:\n  - module: ./reader\n    name: reader\nsteps:\n  - use: reader\n    input: null\n';
const OWN_FLOW = 'modules:\n  - module: digest\nsteps:\n  - use: digest\n    input: 1\n';
const ASKING = 'name: reader\npermissions:\n  env: [STAGE]\n  reason: { env: "to say where it runs" }\n';

/** An application that uses a flow from elsewhere, which has a code module of its own. */
async function withDigest(use: (app: string) => Promise<void>): Promise<void> {
  await withFolder(async (app) => {
    writeFiles(app, {
      'flow.phlow': OWN_FLOW,
      'phlow_packages/digest/module.phlow': FLOW,
      'phlow_packages/digest/reader/phlow.yaml': 'name: reader\n',
      'phlow_packages/digest/reader/index.mjs': `export default () => 'read';`,
    });
    await use(app);
  });
}

async function run(app: string): Promise<unknown> {
  await using flow = await openFlow(join(app, 'flow.phlow'), { packagesDir: app });
  return await flow.run({ main: 1 });
}

describe('a code module inside of a package', () => {
  test('is held by the entry of the package around it', async () => {
    await withDigest(async (app) => {
      await lockModules({ baseDir: app, accept: true });
      expect(await run(app)).toBe('read');
      expect(await checkFlow(join(app, 'flow.phlow'), { packagesDir: app })).toEqual([]);
      expect([...((await readLock(join(app, LOCK_FILE))) ?? [])].map(([name]) => name)).toEqual(['digest']);
      for (const isolation of WALLED) {
        await using host = await createHost({ logLevel: 'off' });
        const reader = await host.load('./phlow_packages/digest/reader', { baseDir: app, isolation });
        expect(await reader.call(1)).toBe('read');
      }
    });
  }, 60_000);

  test('is refused once it changes, until the package is accepted', async () => {
    await withDigest(async (app) => {
      await lockModules({ baseDir: app, accept: true });
      writeFiles(app, { 'phlow_packages/digest/reader/index.mjs': `export default () => 'changed';` });
      const error = await errorOf(run(app));
      expect(error).toMatchObject({ code: 'PHLOW_LOCK_MISMATCH', details: { module: 'digest' } });
      await using host = await createHost({ logLevel: 'off' });
      const named = await errorOf(host.load('./phlow_packages/digest/reader', { baseDir: app }));
      expect(named).toMatchObject({ code: 'PHLOW_LOCK_MISMATCH', details: { module: 'digest' } });
      expect(named.message).toContain('"digest/reader": it is part of "digest"');
      expect(named.message).toContain('phlow lock --accept digest');
      // By its own path it is the package that is accepted.
      await lockModules({ baseDir: app, modules: ['./phlow_packages/digest/reader'], accept: true });
      expect([...((await readLock(join(app, LOCK_FILE))) ?? [])].map(([name]) => name)).toEqual(['digest']);
      expect(await run(app)).toBe('changed');
    });
  }, 60_000);

  test('is refused together with the rest of the package, which it is part of', async () => {
    await withDigest(async (app) => {
      await lockModules({ baseDir: app, accept: true });
      writeFiles(app, { 'phlow_packages/digest/other.txt': 'new' });
      await using host = await createHost({ logLevel: 'off' });
      expect(await errorOf(host.load('./phlow_packages/digest/reader', { baseDir: app }))).toMatchObject({
        code: 'PHLOW_LOCK_MISMATCH',
      });
    });
  });

  test('has its permissions shown and accepted with the package', async () => {
    await withDigest(async (app) => {
      await lockModules({ baseDir: app, accept: true });
      const lockFile = join(app, LOCK_FILE);
      expect(readFileSync(lockFile, 'utf8')).not.toContain('inside');
      writeFiles(app, { 'phlow_packages/digest/reader/phlow.yaml': ASKING });
      const { changes } = await lockModules({ baseDir: app });
      expect(changes).toMatchObject([{ module: 'digest', more: ['reader: env STAGE'] }]);
      expect(changes[0]?.text).toContain('+ reader: ');
      expect(changes[0]?.text).toContain('(env STAGE): "to say where it runs"');
      const error = await errorOf(run(app));
      expect(error.message).toContain('+ reader: ');
      await using host = await createHost({ logLevel: 'off' });
      const named = await errorOf(host.load('./phlow_packages/digest/reader', { baseDir: app }));
      expect(named.details?.['more']).toEqual([{ permission: 'env', target: 'STAGE', inside: 'reader' }]);
      await lockModules({ baseDir: app, accept: true });
      const entry = (await readLock(lockFile))?.get('digest');
      expect([...(entry?.inside ?? [])]).toEqual([['reader', ['env STAGE']]]);
      expect((await lockModules({ baseDir: app, frozen: true })).changes).toEqual([]);
      writeFiles(app, { 'phlow_packages/digest/reader/phlow.yaml': 'name: reader\n' });
      expect((await lockModules({ baseDir: app })).changes).toMatchObject([
        { more: [], less: ['reader: env STAGE'] },
      ]);
      // What the owner has taken out of the lock file is not accepted.
      writeFiles(app, { 'phlow_packages/digest/reader/phlow.yaml': ASKING });
      writeFileSync(lockFile, readFileSync(lockFile, 'utf8').replace('"env STAGE"', ''));
      expect((await lockModules({ baseDir: app })).changes).toMatchObject([{ more: ['reader: env STAGE'] }]);
    });
  }, 60_000);

  test('is found through a link as well, with what it asks for', async () => {
    await withDigest(async (app) => {
      writeFiles(app, {
        'phlow_packages/digest/aside/phlow.txt': ASKING,
        'phlow_packages/digest/aside/index.mjs': 'export default () => 1;',
      });
      symlinkSync('phlow.txt', join(app, 'phlow_packages/digest/aside/phlow.yaml'));
      const { changes } = await lockModules({ baseDir: app });
      expect(changes).toMatchObject([{ more: ['aside: env STAGE'] }]);
    });
  });

  test('with dependencies of its own has them accepted with the package', async () => {
    await withDigest(async (app) => {
      writeFiles(app, {
        'phlow_packages/digest/reader/package.json': '{"type":"module","dependencies":{"dep":"1"}}',
        'phlow_packages/digest/reader/index.mjs': `export { default } from 'dep';`,
        'phlow_packages/digest/reader/node_modules/dep/package.json': '{"name":"dep","main":"index.js"}',
        'phlow_packages/digest/reader/node_modules/dep/index.js': `module.exports = () => 'dep';`,
      });
      await lockModules({ baseDir: app, accept: true });
      expect(await run(app)).toBe('dep');
      writeFiles(app, {
        'phlow_packages/digest/reader/node_modules/dep/index.js': `module.exports = () => 'other';`,
      });
      expect(await errorOf(run(app))).toMatchObject({ code: 'PHLOW_LOCK_MISMATCH' });
    });
  });

  test('that an earlier phlow has accepted by itself is held by the package all the same', async () => {
    await withDigest(async (app) => {
      await lockModules({ baseDir: app, accept: true });
      const lockFile = join(app, LOCK_FILE);
      const lock = JSON.parse(readFileSync(lockFile, 'utf8')) as { modules: Record<string, unknown> };
      lock.modules['digest/reader'] = { integrity: 'sha512-x', permissions: [] };
      writeFileSync(lockFile, JSON.stringify(lock));
      expect(await run(app)).toBe('read');
      expect(await lockModules({ baseDir: app, frozen: true })).toMatchObject({ changes: [], gone: [] });
      writeFiles(app, { 'phlow_packages/digest/other.txt': 'new' });
      await lockModules({ baseDir: app, accept: true });
      expect([...((await readLock(lockFile)) ?? [])].map(([name]) => name)).toEqual(['digest']);
    });
  });

  test('is named by lock, permissions and audit with what it asks for', async () => {
    await withDigest(async (app) => {
      writeFiles(app, { 'phlow_packages/digest/reader/phlow.yaml': ASKING });
      const phlow = async (...args: string[]): Promise<string> => (await runPhlow(args, { cwd: app })).stdout;
      const words = 'know the environment variable STAGE';
      expect(await phlow('lock')).toContain(`+ reader: ${words}`);
      const asked = await phlow('permissions', 'digest');
      expect(asked).toContain('digest comes from elsewhere');
      expect(asked).toContain('It asks for nothing itself.\nInside it, reader wants to');
      expect(asked).toContain(words);
      expect(asked).toContain('grant:\n      inside: { reader: { env: [ STAGE ] } }');
      expect(await phlow('audit')).toContain(
        `digest/reader (./phlow_packages/digest/reader): isolated\n  may not ${words}`,
      );
      const { modules } = await audit({ baseDir: app });
      expect(modules.map(({ name, module }) => [name, module])).toEqual([
        ['digest', 'digest'],
        ['digest/reader', './phlow_packages/digest/reader'],
      ]);
    });
  }, 60_000);
});
