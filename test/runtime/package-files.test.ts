import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { checkFlow, learn, lockModules, modulePermissions, openFlow, testFlow } from '../../src/index.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

describe('the files of a package’s flow', () => {
  test.each([
    ['a dependency', 'phlow_packages/node_modules/dep/part', '../node_modules/dep/part'],
    ['another package', 'phlow_packages/other/part', '../other/part'],
  ])('are those in its folder, with a lock file and without, not those of %s', async (_what, part, path) => {
    await withFolder(async (app) => {
      writeFiles(app, {
        'phlow_packages/p/package.json': '{"dependencies":{"dep":"1"}}',
        'phlow_packages/p/module.phlow': `steps:\n  !include ${path}\n`,
        'phlow_packages/node_modules/dep/package.json': '{"name":"dep"}',
        'phlow_packages/other/module.phlow': 'steps: []\n',
        [`${part}.phlow`]: '- payload: 1\n',
      });
      const file = join(app, 'phlow_packages/p');
      for (const isLocked of [false, true]) {
        if (isLocked) await lockModules({ baseDir: app, accept: true });
        expect((await errorOf(openFlow(file, { packagesDir: app }))).code).toBe('PHLOW_FLOW_INCLUDE');
        expect(await checkFlow(file)).toMatchObject([{ code: 'PHLOW_FLOW_INCLUDE' }]);
      }
    });
  });

  test('lie in a folder: a single file is refused with where to move it', async () => {
    await withFolder(async (app) => {
      writeFiles(app, {
        'phlow_packages/single.phlow': 'steps:\n  - payload: 1\n',
        'main.phlow': 'modules:\n  - module: single\nsteps:\n  - single: 1\n',
      });
      for (const file of ['main.phlow', 'phlow_packages/single.phlow']) {
        const error = await errorOf(openFlow(join(app, file), { packagesDir: app }));
        expect(error.message).toContain(`move it to ${join(app, 'phlow_packages/single/module.phlow')}`);
      }
    });
  });
});

const TESTED = `modules:
  - module: ./inner
  - module: sleep
steps:
  - inner: main
  - id: pause
    sleep: { seconds: 60 }
  - payload: steps
tests:
  - main: 1
    mocks:
      inner/echo: { reply: 5 }
    advance: { pause: 60s }
    assert_eq: 5
`;

describe('a package of flows without a manifest', () => {
  test('has tests that mock modules inside of its scripts and move the clock', async () => {
    await withFolder(async (app) => {
      writeFiles(app, {
        'phlow_packages/p/module.phlow': TESTED.replace('payload: steps', 'payload: steps.got').replace(
          '- inner: main',
          '- id: got\n    inner: main',
        ),
        'phlow_packages/p/inner/module.phlow': 'modules:\n  - module: echo\nsteps:\n  - echo: main\n',
      });
      const { results } = await testFlow(join(app, 'phlow_packages/p'), { packagesDir: app });
      expect(results.map(({ passed, message }) => [passed, message])).toEqual([[true, expect.any(String)]]);
    });
  });

  test('is described by permissions, and learn says what to do instead', async () => {
    await withFolder(async (app) => {
      writeFiles(app, { 'phlow_packages/p/module.phlow': 'steps: []\n' });
      const asked = await modulePermissions('p', { baseDir: app });
      expect(asked).toMatchObject({ origin: 'package', level: 'isolated', requested: [] });
      const error = await errorOf(learn('p', { baseDir: app }));
      expect(error.code).toBe('PHLOW_USAGE');
      expect(error.message).toContain('learn what the modules that it uses need');
    });
  });
});
