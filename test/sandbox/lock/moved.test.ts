import { renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { bundleModule } from '../../../src/sandbox/bundle/bundle-module.js';
import { takeSnapshot } from '../../../src/sandbox/snapshot/take-snapshot.js';
import { withFolder } from '../../support/temporary-folder.js';
import { errorOf } from '../../support/with-host.js';
import { writeFiles } from '../../support/write-files.js';

const FILES = { 'phlow.yaml': 'name: guest\n', 'index.cjs': `module.exports = () => 'accepted';\n` };

/** A module that was looked at by a link to its folder, and has not been bundled yet. */
function withLooked(
  use: (app: string, bundle: () => ReturnType<typeof bundleModule>) => Promise<void>,
): Promise<void> {
  return withFolder(async (app) => {
    writeFiles(join(app, 'store/guest'), FILES);
    writeFiles(join(app, 'other'), { ...FILES, 'index.cjs': `module.exports = () => 'never-accepted';\n` });
    const folder = join(app, 'guest');
    symlinkSync('store/guest', folder);
    const snapshot = await takeSnapshot({ folder });
    const entry = join(folder, 'index.cjs');
    await use(app, () => bundleModule({ module: 'guest', folder, entry, snapshot, cacheFolder: false }));
  });
}

test('a link that leads elsewhere by the time a module is bundled changes nothing', () =>
  withLooked(async (app, bundle) => {
    rmSync(join(app, 'guest'));
    symlinkSync('other', join(app, 'guest'));
    const { code } = await bundle();
    expect(code).toContain(`'accepted'`.replaceAll("'", '"'));
    expect(code).not.toContain('never-accepted');
  }));

test('a folder that is renamed meanwhile ends the load with an error that says so', () =>
  withLooked(async (app, bundle) => {
    renameSync(join(app, 'store'), join(app, 'aside'));
    expect(await errorOf(bundle())).toMatchObject({ code: 'PHLOW_LOAD_FAILED' });
    const error = await errorOf(takeSnapshot({ folder: join(app, 'guest') }));
    expect(error).toMatchObject({ code: 'PHLOW_LOAD_FAILED' });
    expect(error.message).toContain(`${join(app, 'guest')} is gone, or leads nowhere`);
  }));

test('a folder for packages that is not there is told by its name', () =>
  withFolder(async (app) => {
    writeFiles(join(app, 'guest'), FILES);
    const [folder, entry, root] = ['guest', 'guest/index.cjs', 'none'].map((name) => join(app, name)) as [
      string,
      string,
      string,
    ];
    const error = await errorOf(
      bundleModule({ module: 'guest', folder, entry, installRoots: [root], cacheFolder: false }),
    );
    expect(error).toMatchObject({ code: 'PHLOW_LOAD_FAILED' });
    expect(error.message).toContain(root);
  }));
