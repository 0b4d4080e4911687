import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { audit, checkFlow, openFlow, testFiles } from '../../src/index.js';
import { runPhlow } from '../support/run-phlow.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

/** A package with code and tests of its own, and one whose flow uses it. */
const PACKAGES = {
  'phlow_packages/greeter/phlow.yaml': 'name: greeter\npermissions: { fs: { read: [./templates] } }\n',
  'phlow_packages/greeter/index.js':
    'export default (pkg, context) => context.fs.readText("./templates/hello.txt");',
  'phlow_packages/greeter/templates/hello.txt': 'Hello',
  'phlow_packages/greeter/greeter.test.phlow':
    'modules:\n  - module: ./\n    name: greeter\n    isolation: trusted\n    grant: { fs: { read: [./templates] } }\n' +
    'steps:\n  - greeter: main\ntests:\n  - { main: 1, assert_eq: Hello }\n',
  'phlow_packages/shouter/module.phlow':
    'modules:\n  - module: greeter\nsteps:\n  - greeter: main\n  - payload: !phs payload.to_upper()\n' +
    'tests:\n  - { main: 1, assert_eq: HELLO }\n',
};
const GRANT = { inside: { greeter: { fs: { read: ['./templates'] } } } };

/** The grant that an error prints for a command line. */
function grantIn(message = ''): unknown {
  return JSON.parse(/--grant '(.*)'$/m.exec(message)?.[1] ?? 'null');
}

describe.each([
  ['a package’s flow', 'phlow_packages/shouter/module.phlow'],
  ['a package’s own tests, which name it as ./', 'phlow_packages/greeter/greeter.test.phlow'],
])('%s', (_what, path) => {
  test('is tested with the grant that the error prints, and without it is not', async () => {
    await withFolder(async (app) => {
      writeFiles(app, PACKAGES);
      const file = join(app, path);
      const [refused] = await testFiles([file], { packagesDir: app });
      expect(refused).toMatchObject({ total: 0, problem: { code: 'PHLOW_GRANT_MISSING' } });
      const grant = grantIn(refused?.problem?.message);
      expect(grant).toEqual(GRANT);
      expect(await testFiles([file], { packagesDir: app, grant })).toMatchObject([{ passed: 1, failed: 0 }]);
    });
  });

  test('is audited with it', async () => {
    await withFolder(async (app) => {
      writeFiles(app, PACKAGES);
      const { problems } = await audit({ baseDir: app, flow: join(app, path) });
      expect(problems).toHaveLength(1);
      expect(grantIn(problems[0]?.problem)).toEqual(GRANT);
      const granted = await audit({ baseDir: app, flow: join(app, path), grant: GRANT });
      expect(granted).toMatchObject({
        problems: [],
        modules: [{ level: 'isolated' }, { level: 'isolated' }],
      });
    });
  });

  test('is checked with it: without one nobody has said what is granted', async () => {
    await withFolder(async (app) => {
      writeFiles(app, PACKAGES);
      const errors = async (grant?: unknown): Promise<readonly string[]> =>
        (await checkFlow(join(app, path), { packagesDir: app, ...(grant === undefined ? {} : { grant }) }))
          .filter(({ severity }) => severity === 'error')
          .map(({ code }) => code);
      expect(await errors()).toEqual([]);
      expect(await errors({})).toEqual(['PHLOW_GRANT_MISSING']);
      expect(await errors(GRANT)).toEqual([]);
    });
  });
});

test('what a package’s tests say of their own module does not count where it is installed, and that is told', async () => {
  await withFolder(async (app) => {
    writeFiles(app, PACKAGES);
    const file = join(app, 'phlow_packages/greeter/greeter.test.phlow');
    await using flow = await openFlow(file, { packagesDir: app, grant: GRANT });
    expect(flow.warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/"isolation" of module "greeter" has no effect/),
    ]);
  });
});

test.each(['../', '../shouter', './greeter/../../shouter'])(
  'a package’s tests reach no module outside of it: %s',
  async (module) => {
    await withFolder(async (app) => {
      writeFiles(app, {
        ...PACKAGES,
        'phlow_packages/greeter/out.test.phlow': `modules:\n  - module: ${module}\n    name: x\nsteps: []\ntests:\n  - { assert: true }\n`,
      });
      const [report] = await testFiles([join(app, 'phlow_packages/greeter/out.test.phlow')]);
      expect(report?.problem?.message).toMatch(/reaches outside of it/);
    });
  },
);

describe('a flow of the owner’s own, which says itself what its modules get, takes no option for it:', () => {
  const OWN = { 'own.phlow': 'steps:\n  - payload: 1\ntests:\n  - { assert_eq: 1 }\n' };
  const refused = {
    code: 'PHLOW_OPTION_INVALID',
    message: expect.stringMatching(/"grant".*this flow is your own/),
  };

  test('run, check, audit and test', async () => {
    await withFolder(async (app) => {
      writeFiles(app, OWN);
      const flow = join(app, 'own.phlow');
      expect(await errorOf(openFlow(flow, { grant: GRANT }))).toMatchObject(refused);
      expect(await errorOf(checkFlow(flow, { grant: GRANT }))).toMatchObject(refused);
      expect(await errorOf(audit({ flow, grant: GRANT }))).toMatchObject(refused);
      expect(await testFiles([flow], { grant: GRANT })).toMatchObject([{ problem: refused }]);
      expect(await errorOf(audit({ grant: GRANT }))).toMatchObject({ code: 'PHLOW_OPTION_INVALID' });
    });
  });
});

describe('on the command line', () => {
  const words = ['--grant', JSON.stringify(GRANT)];
  test.each([
    ['test', ['test', 'phlow_packages/shouter', 'phlow_packages/greeter']],
    ['the plain form of test', ['-t', 'phlow_packages/shouter']],
    ['the plain form of run', ['phlow_packages/shouter', '--main', '1']],
    ['audit', ['audit', 'phlow_packages/shouter']],
    ['check', ['check', 'phlow_packages/shouter']],
  ])(
    '%s takes --grant, and ends with 2 where it is used wrongly',
    async (_what, command) => {
      await withFolder(async (cwd) => {
        writeFiles(cwd, PACKAGES);
        const good = await runPhlow([...command, ...words], { cwd });
        expect([good.code, good.stderr]).toEqual([0, '']);
        const unknown = await runPhlow([...command, '--grant', '{"inside":{"greter":{}}}'], { cwd });
        expect([unknown.code, unknown.stdout + unknown.stderr]).toEqual([
          2,
          expect.stringContaining('Did you mean "greeter"'),
        ]);
        expect((await runPhlow([...command, '--isolation', 'bogus'], { cwd })).code).toBe(2);
      });
    },
    120_000,
  );

  test('call and bench take what is printed for them', async () => {
    await withFolder(async (cwd) => {
      writeFiles(cwd, PACKAGES);
      const { code, stderr } = await runPhlow(['bench', 'greeter'], { cwd });
      const grant = JSON.stringify(grantIn(stderr));
      expect([code, grant]).toEqual([4, '{"fs":{"read":["./templates"]}}']);
      const held = ['--grant', grant, '--isolation', 'sandboxed'];
      expect(await runPhlow(['call', 'greeter', ...held], { cwd })).toMatchObject({
        code: 0,
        stdout: 'Hello\n',
      });
      const bench = ['bench', 'greeter', '--seconds', '0.1', '--in-flight', '1', '--json'];
      expect((await runPhlow([...bench, ...held], { cwd })).code).toBe(0);
    });
  }, 120_000);
});
