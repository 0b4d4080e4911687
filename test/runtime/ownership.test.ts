import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { checkFlow, createHost, graphFlow, openFlow, testFlow } from '../../src/index.js';
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

describe('a link on the way to a file', () => {
  /** What the owner of an application has put where; a link's target is relative to the link unless it begins with the application's folder. */
  const WAYS: readonly { readonly name: string; readonly links: Readonly<Record<string, string>> }[] = [
    {
      name: 'through the package to elsewhere',
      links: { mine: 'phlow_packages/m', 'phlow_packages/m': 'APP/opt/m' },
    },
    { name: 'scoped', links: { mine: 'node_modules/@s/m', 'node_modules/@s/m': '../../opt/m' } },
    {
      name: 'three links',
      links: { mine: 'a', a: 'APP/b', b: 'phlow_packages/m', 'phlow_packages/m': '../c', c: 'opt/m' },
    },
    { name: 'the folder of packages', links: { mine: 'phlow_packages/m', phlow_packages: 'opt' } },
    {
      name: 'a folder above',
      links: { mine: 'up/m', up: 'phlow_packages', 'phlow_packages/m': 'APP/opt/m' },
    },
    { name: 'and back up', links: { mine: 'opt/../phlow_packages/m', 'phlow_packages/m': 'APP/opt/m' } },
    {
      name: 'back up behind a link',
      links: { mine: 'sub/../phlow_packages/m', sub: 'far/sub', 'far/phlow_packages/m': 'APP/opt/m' },
    },
    {
      name: 'out of a package again',
      links: { mine: 'phlow_packages/m/deep/../../opt/m', 'phlow_packages/m/deep': 'APP/far/sub' },
    },
  ];

  test.each(WAYS.map((way) => [way.name, way] as const))(
    'makes no code the owner’s: %s',
    async (_name, { links }) => {
      await withFolder((app) => {
        writeFiles(app, { 'opt/m/x.phlow': '', 'far/sub/x.phlow': '', 'far/opt/m/x.phlow': '' });
        for (const [link, target] of Object.entries(links)) {
          mkdirSync(dirname(join(app, link)), { recursive: true });
          symlinkSync(target.replace('APP', app), join(app, link));
        }
        expect(packageOf(join(app, 'mine'))).toBeDefined();
        expect(packageOf(join(app, 'mine/x.phlow'))).toBeDefined();
        expect(packageOf(join(app, 'mine/missing/y.phlow'))).toBeDefined();
        expect(packageOf(join(app, 'far/sub'))).toBeUndefined();
      });
    },
  );

  test('to a file of a package, by way of a file', async () => {
    await withFolder((app) => {
      writeFiles(app, { 'opt/main.phlow': '', 'phlow_packages/m/other.phlow': '' });
      symlinkSync(join(app, 'opt/main.phlow'), join(app, 'phlow_packages/m/main.phlow'));
      symlinkSync('phlow_packages/m/main.phlow', join(app, 'mine.phlow'));
      expect(packageOf(join(app, 'mine.phlow'))).toEqual({
        folder: join(app, 'phlow_packages/m'),
        path: join(app, 'phlow_packages/m/main.phlow'),
      });
    });
  });

  test('that leads round in a circle ends', async () => {
    await withFolder((app) => {
      symlinkSync('b', join(app, 'a'));
      symlinkSync('a', join(app, 'b'));
      expect(packageOf(join(app, 'a/x.phlow'))).toBeUndefined();
    });
  });

  test('to the current folder counts by the name that the shell has for it', async () => {
    await withFolder(async (app) => {
      writeFiles(app, {
        'opt/m/envs.phlow': GREEDY['envs.phlow'],
        'phlow_packages/x/phlow.yaml': 'name: x\n',
      });
      symlinkSync(join(app, 'opt/m'), join(app, 'phlow_packages/m'));
      symlinkSync('phlow_packages/m', join(app, 'mine'));
      for (const name of ['mine', 'phlow_packages/m'])
        for (const file of ['envs.phlow', join(app, 'opt/m/envs.phlow')]) {
          const env = { PWD: join(app, name), PHLOW_SECRET: 'the owner’s' };
          const { stdout } = await runPhlow(['run', file], { cwd: join(app, name), env });
          expect([name, stdout.trim()]).toEqual([name, 'none']);
        }
      // A name of another folder, as a change of the folder leaves it behind, counts for nothing.
      const env = { PWD: join(app, 'phlow_packages/x'), PHLOW_SECRET: 'the owner’s' };
      expect((await runPhlow(['run', 'envs.phlow'], { cwd: join(app, 'opt/m'), env })).stdout.trim()).toBe(
        'the owner’s',
      );
    });
  }, 60_000);
});

describe('the name of a folder', () => {
  test.each([
    'new\nline',
    'line\u2028separator',
    'par\u2029agraph',
    'carriage\rreturn',
    '\u0085',
    ' ',
    '..x',
    '@',
  ])('hides no package: %j', async (name) => {
    await withFolder((app) => {
      for (const path of [`${name}/phlow_packages/m`, `phlow_packages/${name}`, `node_modules/@s/${name}`])
        expect(packageOf(join(app, path, 'x.phlow'))?.folder).toBe(join(app, path));
      expect(packageOf(join(app, name, 'x.phlow'))).toBeUndefined();
    });
  });

  test('counts in every spelling that a file system may take for the same', async () => {
    await withFolder((app) => {
      for (const kind of [
        'Phlow_Packages',
        'NODE_MODULES',
        'node_module\u017f',
        'phlow_pac\u212aages',
        'node_mod\u200cules',
        'node_modules.',
        'ｎode_modules',
      ])
        expect(packageOf(join(app, kind, 'm/x.phlow'))?.folder).toBe(join(app, kind, 'm'));
      for (const other of ['node_modules2', 'my_node_modules', 'phlow-packages', 'node modules'])
        expect(packageOf(join(app, other, 'm/x.phlow'))).toBeUndefined();
    });
  });
});

describe('what lies below several folders of packages', () => {
  test('belongs to the innermost, and an installed application owns nothing of itself', async () => {
    await withFolder((app) => {
      const installed = join(app, 'lib/node_modules/app');
      expect(packageOf(join(installed, 'flows/main.phlow'))?.folder).toBe(installed);
      expect(packageOf(join(installed, 'phlow_packages/@s/x/main.phlow'))?.folder).toBe(
        join(installed, 'phlow_packages/@s/x'),
      );
      expect(packageOf(join(app, 'lib/node_modules'))).toBeUndefined();
    });
  });
});

describe('an application below node_modules', () => {
  test('owns nothing by its path, and its code is the owner all the same', async () => {
    await withFolder(async (root) => {
      const app = join(root, 'lib/node_modules/app');
      const modules = [{ module: './own', isolation: 'trusted' }];
      const flow = { modules, steps: [{ use: 'own' }, { return: 'done' }] };
      writeFiles(app, {
        'own/phlow.yaml': 'name: own\n',
        'own/index.js': 'export default () => 1;',
        'main.phlow': 'modules:\n  - module: ./own\n    isolation: trusted\nsteps:\n  - use: own\n',
      });
      await using host = await createHost({ logLevel: 'off' });
      const bare = await host.load('./own', { baseDir: app, name: 'bare' });
      const trusted = await host.load('./own', { baseDir: app, name: 'mine', isolation: 'trusted' });
      expect([bare.level, trusted.level]).toEqual(['isolated', 'trusted']);
      expect(await errorOf(openFlow(join(app, 'main.phlow')))).toMatchObject({ code: 'PHLOW_FLOW_INVALID' });
      await using opened = await openFlow({ flow, baseDir: app });
      expect(await opened.run()).toBe('done');
    });
  }, 30_000);
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
      await expect(graphFlow(inPackage('reads.phlow'))).rejects.toThrow(/outside of the package/);
    });
  });

  test('is taken into no flow of the owner’s as code, by no name; a text is a text', async () => {
    await withGreedy(async (app, inPackage) => {
      writeFiles(app, {
        'text.phlow': `steps:\n  - payload: !import ${inPackage('envs.phlow')}\n`,
        'code.phs': '1',
      });
      rmSync(join(app, 'part.phlow'), { force: true });
      symlinkSync(inPackage('envs.phlow'), join(app, 'part.phlow'));
      for (const step of [
        `!include ${inPackage('envs.phlow')}`,
        '!include part',
        `payload: !import ${inPackage('code.phs')}`,
      ]) {
        writeFiles(app, { 'main.phlow': `steps:\n  - ${step}\n` });
        const refused = { code: 'PHLOW_FLOW_INCLUDE', place: { line: 2 } };
        expect(await errorOf(openFlow(join(app, 'main.phlow')))).toMatchObject(refused);
        expect(await checkFlow(join(app, 'main.phlow'))).toMatchObject([refused]);
      }
      await using flow = await openFlow(join(app, 'text.phlow'));
      expect(await flow.run()).toBe(GREEDY['envs.phlow']);
    });
  });

  test('reaches no module outside of the package through a link in it', async () => {
    await withGreedy(async (app, inPackage) => {
      writeFiles(app, { 'own/phlow.yaml': 'name: own\n', 'own/index.js': 'export default () => 1;' });
      symlinkSync(join(app, 'own'), inPackage('out'));
      writeFiles(inPackage('.'), {
        'reaches.phlow': 'modules:\n  - module: ./out\nsteps:\n  - use: out\n',
      });
      const { code, message } = await errorOf(openFlow(inPackage('reaches.phlow')));
      expect([code, message]).toEqual([
        'PHLOW_FLOW_INVALID',
        expect.stringContaining('reaches outside of it'),
      ]);
      rmSync(inPackage('out'));
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
