import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { audit, checkFlow, openFlow } from '../../src/index.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

/** A package’s flow that uses a module which asks for something. */
const PACKAGES = {
  'phlow_packages/reader/phlow.yaml': 'name: reader\nversion: 1.0.0\npermissions:\n  env: [TONE]\n',
  'phlow_packages/reader/index.js': 'export default () => 1;',
  'phlow_packages/digest/module.phlow': 'modules:\n  - module: reader\nsteps:\n  - reader: main\n',
  'phlow_packages/outer/module.phlow': 'modules:\n  - module: digest\nsteps:\n  - digest: main\n',
};

const GRANT = 'inside: { reader: { env: [TONE] } }';

interface Answers {
  /** The errors of the check. */
  readonly check: readonly string[];
  readonly audit: readonly { readonly module: string; readonly problem: string }[];
  /** Why the flow cannot be opened; undefined when it can. */
  readonly run: string | undefined;
}

/** What those say who look at a flow, and the one who runs it. */
async function answersTo(modules: string, files: Readonly<Record<string, string>> = {}): Promise<Answers> {
  let answers: Answers | undefined;
  await withFolder(async (app) => {
    const flow = join(app, 'main.phlow');
    writeFiles(app, { ...PACKAGES, ...files, 'main.phlow': `modules:\n${modules}\nsteps: []\n` });
    const diagnostics = await checkFlow(flow, { packagesDir: app });
    const { problems } = await audit({ baseDir: app, flow });
    const opening = openFlow(flow, { packagesDir: app });
    const run = await opening.then(
      async (opened) => {
        await opened.close();
        return undefined;
      },
      () => errorOf(opening),
    );
    answers = {
      check: diagnostics.flatMap(({ severity, message }) => (severity === 'error' ? [message] : [])),
      audit: problems,
      run: run?.message,
    };
  });
  if (answers === undefined) throw new Error('nothing was asked');
  return answers;
}

describe('check, audit and run agree on the modules of scripts:', () => {
  test.each<[string, string, string, RegExp]>([
    ['a grant that is missing', '  - module: digest', 'digest/reader', /was not granted/],
    ['one that is missing further inside', '  - module: outer', 'outer/digest/reader', /was not granted/],
    [
      'a grant to a name that is not there',
      '  - module: digest\n    grant: { inside: { readr: { env: [TONE] } } }',
      'digest',
      /"readr": the flow of the package declares no such module. Did you mean "reader"/,
    ],
    [
      'one of two uses that lacks it',
      `  - module: digest\n    name: a\n    grant: { ${GRANT} }\n  - module: digest\n    name: b`,
      'b/reader',
      /was not granted/,
    ],
    [
      'a grant to the flow itself',
      '  - module: digest\n    grant: { env: [TONE] }',
      'digest',
      /it is a flow, which asks for nothing itself/,
    ],
  ])('%s', async (_what, modules, name, says) => {
    const { check, audit: audited, run } = await answersTo(modules);
    expect(run).toMatch(says);
    const about = (text: string): boolean => text.includes(`module "${name}"`) && says.test(text);
    expect(check.filter(about)).toHaveLength(1);
    expect(audited.filter(({ module, problem }) => module === name && says.test(problem))).toHaveLength(1);
  });

  test.each([
    ['a package’s flow', `  - module: digest\n    grant: { ${GRANT} }`],
    ['one inside of another', `  - module: outer\n    grant: { inside: { digest: { ${GRANT} } } }`],
    [
      'one that is used twice',
      `  - module: digest\n    name: a\n    grant: { ${GRANT} }\n  - module: digest\n    name: b\n    grant: { ${GRANT} }`,
    ],
  ])('all is well with %s that has what it asks for', async (_what, modules) => {
    expect(await answersTo(modules)).toEqual({ check: [], audit: [], run: undefined });
  });

  test('a version that is not there', async () => {
    const files = {
      'own.phlow':
        'modules:\n  - module: reader\n    version: 2.0.0\n    grant: { env: [TONE] }\nsteps: []\n',
    };
    const { check, audit: audited, run } = await answersTo('  - module: ./own', files);
    expect(run).toMatch(/version 2.0.0 is asked for/);
    expect(check).toEqual([expect.stringMatching(/"own\/reader": version 2.0.0 is asked for/)]);
    expect(audited).toEqual([
      { module: 'own/reader', problem: expect.stringMatching(/version 2.0.0 is asked for/) },
    ]);
  });

  test('a module that is not there', async () => {
    const files = { 'own.phlow': 'modules:\n  - module: nowhere\nsteps: []\n' };
    const { check, audit: audited, run } = await answersTo('  - module: ./own', files);
    for (const text of [run, check[0], audited[0]?.problem])
      expect(text).toMatch(/Cannot find module "nowhere"/);
    expect(check[0]).toMatch(/^Cannot use module "own\/nowhere": /);
    expect(audited[0]?.module).toBe('own/nowhere');
  });

  test('a script that uses itself, by way of another one', async () => {
    const files = {
      'a.phlow': 'modules:\n  - module: ./b\nsteps: []\n',
      'b.phlow': 'modules:\n  - module: ./a\nsteps: []\n',
    };
    const { check, audit: audited, run } = await answersTo('  - module: ./a', files);
    const chain = /it uses itself \(.*a\.phlow -> .*b\.phlow -> .*a\.phlow\)/;
    expect(run).toMatch(chain);
    expect(check).toEqual([expect.stringMatching(chain)]);
    expect(check[0]).toMatch(/^Cannot use module "a\/b\/a": /);
    expect(audited).toEqual([{ module: 'a/b/a', problem: expect.stringMatching(chain) }]);
  });

  test('scripts that use each other a thousand deep end with an error for each', async () => {
    const deep = Array.from({ length: 1_000 }, (_, i): [string, string] => [
      `f${i}.phlow`,
      i === 999 ? 'steps: []\n' : `modules:\n  - { module: ./f${i + 1}, name: x }\nsteps: []\n`,
    ]);
    const { check, audit: audited, run } = await answersTo('  - module: ./f0', Object.fromEntries(deep));
    const tooDeep = /more than 100 flows use each other as modules here/;
    expect(run).toMatch(tooDeep);
    expect(check).toEqual([expect.stringMatching(tooDeep)]);
    expect(audited.map(({ problem }) => problem)).toEqual([expect.stringMatching(tooDeep)]);
  });

  test('one that leads to itself by a link', async () => {
    await withFolder(async (app) => {
      writeFiles(app, {
        'main.phlow': 'modules:\n  - module: ./a\nsteps: []\n',
        'a/module.phlow': 'modules:\n  - module: ./a\nsteps: []\n',
      });
      symlinkSync('.', join(app, 'a/a'));
      const flow = join(app, 'main.phlow');
      const [found] = await checkFlow(flow, { packagesDir: app });
      expect(found?.message).toMatch(/"a\/a": it uses itself/);
      expect((await errorOf(openFlow(flow, { packagesDir: app }))).message).toMatch(/it uses itself/);
    });
  });
});

test('a check looks into the scripts of a package that nobody has granted anything yet, and asks for no grants', async () => {
  await withFolder(async (app) => {
    writeFiles(app, PACKAGES);
    expect(await checkFlow(join(app, 'phlow_packages/outer'), { packagesDir: app })).toEqual([]);
    writeFiles(app, { 'phlow_packages/digest/module.phlow': 'modules:\n  - module: nowhere\nsteps: []\n' });
    const [found] = await checkFlow(join(app, 'phlow_packages/outer'), { packagesDir: app });
    expect(found?.message).toMatch(/^Cannot use module "digest\/nowhere": /);
  });
});
