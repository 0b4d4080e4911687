import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { audit, checkFlow, lockModules, openFlow, type PhlowError } from '../../src/index.js';
import { runPhlow } from '../support/run-phlow.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

/** A package’s flow that uses a module which reads a file, and another one that uses it in turn. */
const PACKAGES = {
  'phlow_packages/greeter/phlow.yaml':
    'name: greeter\npermissions:\n  fs: { read: [./templates] }\n  env: [GREETER_TONE]\n',
  'phlow_packages/greeter/index.js':
    'export default (pkg, context) => context.fs.readText("./templates/hello.txt");',
  'phlow_packages/greeter/templates/hello.txt': 'Hello',
  'phlow_packages/shouter/module.phlow':
    'modules:\n  - module: greeter\nsteps:\n  - greeter: main\n  - payload: !phs payload.to_upper()\n',
  'phlow_packages/louder/module.phlow':
    'modules:\n  - module: shouter\nsteps:\n  - shouter: main\n  - payload: payload + "!"\n',
};

const flowOf = (entry: string): string => `modules:\n  - module: ${entry}\nsteps:\n  - ${entry}: main\n`;

/** What the error says is to be written, in the entry that it names. */
function pasted(flow: string, message: string): string {
  const [, entry, lines = ''] =
    /the entry "(\w+)" under "modules:" in your flow needs:\n((?: {4}.*\n?)+)/.exec(message) ?? [];
  return flow.replace(`  - module: ${entry ?? '?'}\n`, (line) => `${line}${lines.trimEnd()}\n`);
}

describe('a module that a package’s flow uses is granted what it asks for', () => {
  test.each([
    ['shouter', 'HELLO'],
    ['louder', 'HELLO!'],
  ])('by the lines that the error prints, pasted into the flow that uses %s', async (entry, answer) => {
    await withFolder(async (app) => {
      const file = join(app, 'main.phlow');
      writeFiles(app, { ...PACKAGES, 'main.phlow': flowOf(entry) });
      await lockModules({ baseDir: app, accept: true });
      const error = await errorOf(openFlow(file, { packagesDir: app }));
      expect(error.code).toBe('PHLOW_GRANT_MISSING');
      writeFiles(app, { 'main.phlow': pasted(flowOf(entry), error.message) });
      await using flow = await openFlow(file, { packagesDir: app });
      expect(await flow.run({ main: 1 })).toBe(answer);
    });
  });

  test('by the command that the error prints, when the package is opened by itself', async () => {
    await withFolder(async (app) => {
      writeFiles(app, PACKAGES);
      const error = await errorOf(openFlow(join(app, 'phlow_packages/shouter'), { packagesDir: app }));
      const [, file = '', grant = ''] = /^ {4}phlow run (\S+) --grant '(.*)'$/m.exec(error.message) ?? [];
      expect(await runPhlow(['run', file, '--grant', grant, '--main', '1'], { cwd: app })).toMatchObject({
        code: 0,
        stdout: 'HELLO\n',
      });
    });
  });

  test('and keeps what was granted there before', async () => {
    await withFolder(async (app) => {
      const half = flowOf('shouter').replace(
        'shouter\n',
        'shouter\n    grant: { inside: { greeter: { env: [GREETER_TONE] } } }\n',
      );
      writeFiles(app, { ...PACKAGES, 'main.phlow': half });
      const error = await errorOf(openFlow(join(app, 'main.phlow'), { packagesDir: app }));
      const { cause } = error.cause as PhlowError;
      expect((cause as PhlowError).details['grant']).toEqual({
        inside: { greeter: { fs: { read: ['./templates'] }, env: ['GREETER_TONE'] } },
      });
    });
  });
});

test('what is granted to a name that no flow declares is refused, and not printed back as what to write', async () => {
  await withFolder(async (app) => {
    writeFiles(app, PACKAGES);
    const file = join(app, 'phlow_packages/shouter/module.phlow');
    const told = await checkFlow(file, {
      packagesDir: app,
      grant: { inside: { greter: { env: ['GREETER_TONE'] }, greeter: { env: ['GREETER_TONE'] } } },
    });
    expect(told.map(({ message }) => message)).toEqual([
      expect.stringContaining('Cannot grant anything to "greter"'),
      expect.stringMatching(/--grant '\{"inside":\{"greeter":\{[^}]*\}/),
    ]);
    expect(told[1]?.message).not.toContain('greter');
    const entry = flowOf('louder').replace(
      'louder\n',
      'louder\n    grant: { inside: { shouter: { inside: { greter: {} } }, nobody: {} } }\n',
    );
    writeFiles(app, { 'main.phlow': entry });
    const messages = (await checkFlow(join(app, 'main.phlow'), { packagesDir: app })).map(
      (one) => one.message,
    );
    expect(messages).toHaveLength(3);
    const lacking = messages.find((message) => message.includes('needs:'));
    expect(lacking).toMatch(/inside: \{ shouter: \{ inside: \{ greeter: \{/);
    expect(lacking).not.toMatch(/nobody|greter/);
  });
});

test('what a module inside of scripts lacks is said once, with the names that lead to it', async () => {
  await withFolder(async (app) => {
    writeFiles(app, { ...PACKAGES, 'main.phlow': flowOf('louder') });
    const { message } = await errorOf(openFlow(join(app, 'main.phlow'), { packagesDir: app }));
    expect(message).toMatch(
      /^Cannot load module "louder\/shouter\/greeter" of the flow: Module register error: it asks for 2 permissions/,
    );
    expect(message.match(/Cannot load module|Module register error/g)).toHaveLength(2);
  });
});

describe('audit', () => {
  test('lists the modules of a package’s flow, with what is granted to them and what is missing', async () => {
    await withFolder(async (app) => {
      const flow = join(app, 'main.phlow');
      writeFiles(app, { ...PACKAGES, 'main.phlow': flowOf('louder') });
      const lacking = await audit({ baseDir: app, flow });
      expect(lacking.modules.map(({ name, level }) => [name, level])).toEqual([
        ['louder', 'isolated'],
        ['louder/shouter', 'isolated'],
        ['louder/shouter/greeter', 'isolated'],
      ]);
      expect(lacking.problems.map(({ problem }) => problem)).toEqual([
        expect.stringContaining('2 permissions that were not granted'),
      ]);
      writeFiles(app, { 'main.phlow': pasted(flowOf('louder'), lacking.problems[0]?.problem ?? '') });
      const granted = await audit({ baseDir: app, flow });
      expect(granted.problems).toEqual([]);
      expect(granted.modules[2]?.permissions.map(({ isGranted }) => isGranted)).toEqual([true, true]);
    });
  });
});

test('audit ends where a script leads to itself by a link', async () => {
  await withFolder(async (app) => {
    writeFiles(app, {
      'main.phlow': 'modules:\n  - module: ./a\nsteps: []\n',
      'a/module.phlow': 'modules:\n  - module: ./a\n  - module: echo\nsteps: []\n',
    });
    symlinkSync('.', join(app, 'a/a'));
    const { modules } = await audit({ baseDir: app, flow: join(app, 'main.phlow') });
    expect(modules.map(({ name }) => name)).toEqual(['a/echo']);
  });
});

describe('a grant that goes nowhere is refused:', () => {
  const GRANT = '{ fs: { read: [./templates] }, env: [GREETER_TONE] }';
  test.each([
    ['to a flow itself', `shouter\n    grant: ${GRANT}`, /asks for nothing itself.*inside: \{ NAME:/],
    [
      'to a module that the flow does not use',
      `shouter\n    grant: { inside: { greter: ${GRANT} } }`,
      /declares no such module. Did you mean "greeter"/,
    ],
    [
      'inside of a module that is no flow',
      'greeter\n    grant: { inside: { x: {} } }',
      /this module is no flow/,
    ],
    [
      'of what is no permission',
      'shouter\n    grant: { inside: { greeter: { fss: [./x] } } }',
      /grant\.fss is no permission/,
    ],
    ['that is no object', 'shouter\n    grant: { inside: [greeter] }', /grant\.inside must be an object/],
  ])('%s', async (_what, entry, says) => {
    await withFolder(async (app) => {
      writeFiles(app, { ...PACKAGES, 'main.phlow': `modules:\n  - module: ${entry}\nsteps: []\n` });
      const error = await errorOf(openFlow(join(app, 'main.phlow'), { packagesDir: app }));
      // It stands in a file, which is what is wrong: the command was used rightly.
      expect(error).toMatchObject({ code: 'PHLOW_FLOW_INVALID' });
      expect(error.message).toMatch(says);
    });
  });

  test('by a package, whatever it says', async () => {
    await withFolder(async (app) => {
      const greedy = PACKAGES['phlow_packages/shouter/module.phlow'].replace(
        'greeter\n',
        `greeter\n    grant: ${GRANT}\n`,
      );
      writeFiles(app, {
        ...PACKAGES,
        'phlow_packages/shouter/module.phlow': greedy,
        'main.phlow': flowOf('shouter'),
      });
      const error = await errorOf(openFlow(join(app, 'main.phlow'), { packagesDir: app }));
      expect(error.code).toBe('PHLOW_FLOW_INVALID');
    });
  });

  test('to a flow of the owner’s, whose modules have entries of their own', async () => {
    await withFolder(async (app) => {
      writeFiles(app, {
        'own.phlow': 'steps: []\n',
        'main.phlow': 'modules:\n  - module: ./own\n    grant: { env: [TZ] }\nsteps: []\n',
      });
      expect((await errorOf(openFlow(join(app, 'main.phlow')))).code).toBe('PHLOW_FLOW_INVALID');
      const byOption = openFlow(join(app, 'own.phlow'), { grant: {} });
      expect((await errorOf(byOption)).code).toBe('PHLOW_OPTION_INVALID');
    });
  });
});

describe('a package’s flow that is opened by itself', () => {
  test('runs at the level that the owner names', async () => {
    await withFolder(async (app) => {
      writeFiles(app, { 'phlow_packages/@a/p/module.phlow': 'steps:\n  - payload: main + 1\n' });
      const file = join(app, 'phlow_packages/@a/p');
      const { stdout } = await runPhlow(['run', file, '--isolation', 'sandboxed', '--main', '1', '--stats'], {
        cwd: app,
      });
      expect(stdout).toBe('2\n');
      const bogus = await runPhlow(['run', file, '--isolation', 'bogus'], { cwd: app });
      expect(bogus.stderr).toMatch(/isolation "bogus" is not a level/);
    });
  });
});
