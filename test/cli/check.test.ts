import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { runPhlow } from '../support/run-phlow.js';
import { writeFiles } from '../support/write-files.js';
import { withFolder } from '../support/temporary-folder.js';

const BAD_FLOW = `modules:
  - module: cahce
steps:
  - use: cahce
  - return: !phs main. + 1
  - to: nowhere
`;

describe('phlow check', () => {
  test('finds a package and a built-in module by the names that phlow call knows', () =>
    withFolder(async (cwd) => {
      writeFiles(cwd, {
        'phlow_packages/counter/phlow.yaml': 'name: counter',
        'phlow_packages/counter/index.js': '',
        'phlow_packages/@own/part/phlow.yaml': 'name: part',
        'echo/phlow.yaml': 'name: own',
      });
      const { code, stdout } = await runPhlow(['check', 'counter', '@own/part', 'cache', 'echo'], {
        cwd,
      });
      expect(code).toBe(0);
      expect(stdout).toMatch(
        /^ok phlow_packages\/counter\/phlow.yaml\nok phlow_packages\/@own\/part\/phlow.yaml\nok .*\/phlow.yaml\nok echo\/phlow.yaml\n$/,
      );
      const unknown = await runPhlow(['check', 'countre'], { cwd });
      expect(unknown.stderr).toBe(
        'error[PHLOW_FLOW_UNREADABLE]: Cannot check countre: there is no such file or folder, and no module of that name, neither built in nor under phlow_packages. Did you mean "counter"?\n',
      );
      expect((await runPhlow(['check', 'no/such.phlow'], { cwd })).stderr).toBe(
        'error[PHLOW_FLOW_UNREADABLE]: Cannot check no/such.phlow: there is no such file or folder\n',
      );
    }));

  test('so do run, test, audit and graph find the flow of a package', () =>
    withFolder(async (cwd) => {
      const flow = 'steps:\n  - return: 1\ntests:\n  - { it: is one, assert_eq: 1 }\n';
      writeFiles(cwd, { 'phlow_packages/one/main.phlow': flow });
      for (const command of ['run', 'test', 'audit', 'graph'])
        expect({ command, code: (await runPhlow([command, 'one'], { cwd })).code }).toEqual({
          command,
          code: 0,
        });
    }));

  test('says ok for each good manifest below a folder, leaving out installed packages', () =>
    withFolder(async (cwd) => {
      writeFiles(cwd, {
        'b/phlow.yaml': 'name: b\nentry: ./main.js',
        'b/main.js': '',
        'a/phlow.yaml': 'name: a',
        'node_modules/c/phlow.yaml': 'not a manifest',
      });
      expect(await runPhlow(['check', '.'], { cwd })).toEqual({
        code: 0,
        stdout: 'ok a/phlow.yaml\nok b/phlow.yaml\n',
        stderr: '',
      });
    }));

  test('goes on after a bad manifest and ends with 3', () =>
    withFolder(async (cwd) => {
      writeFiles(cwd, { 'a/phlow.yaml': 'naem: a', 'b/phlow.yaml': 'name: b' });
      const ended = await runPhlow(['check', 'a', 'b/phlow.yaml'], { cwd });
      expect(ended).toMatchObject({ code: 3, stdout: 'ok b/phlow.yaml\n' });
      expect(ended.stderr).toContain('--> a/phlow.yaml:1:1\n> 1 | naem: a\n    | ^^^^');
    }));

  test('goes on after a file that cannot be read as text', () =>
    withFolder(async (cwd) => {
      writeFiles(cwd, { 'b.phlow': 'steps: []' });
      writeFileSync(join(cwd, 'a.phlow'), Buffer.from([0xff, 0xfe, 0x00]));
      const ended = await runPhlow(['check', '.'], { cwd });
      expect(ended).toMatchObject({ code: 3, stdout: 'ok b.phlow\n' });
      expect(ended.stderr).toContain('a.phlow": it is no UTF-8 text');
    }));

  test('misses an entry file that the manifest names', () =>
    withFolder(async (cwd) => {
      writeFiles(cwd, { 'phlow.yaml': 'name: a\nentry: ./none.js' });
      const ended = await runPhlow(['check', 'phlow.yaml'], { cwd });
      expect(ended.code).toBe(4);
      expect(ended.stderr).toContain('> 2 | entry: ./none.js');
    }));

  test('starts no module', () =>
    withFolder(async (cwd) => {
      writeFiles(cwd, { 'phlow.yaml': 'name: a\nentry: ./main.js', 'main.js': 'throw new Error("started")' });
      expect((await runPhlow(['check', '.'], { cwd })).code).toBe(0);
    }));

  test('tells a program with --json', () =>
    withFolder(async (cwd) => {
      writeFiles(cwd, { 'a/phlow.yaml': 'name: 3', 'b/phlow.yaml': 'name: b' });
      const { code, stdout } = await runPhlow(['check', '.', '--json'], { cwd });
      expect(code).toBe(3);
      const [bad, good] = (JSON.parse(stdout) as { files: Record<string, unknown>[] }).files;
      expect(bad).toMatchObject({
        file: 'a/phlow.yaml',
        ok: false,
        diagnostics: [{ severity: 'error', code: 'PHLOW_MANIFEST_INVALID', place: { line: 1, column: 7 } }],
      });
      expect(good).toEqual({ file: 'b/phlow.yaml', ok: true, diagnostics: [] });
    }));

  test('reports every problem of a manifest at its place', () =>
    withFolder(async (cwd) => {
      writeFiles(cwd, { 'phlow.yaml': 'naem: a\nconcurrency: 0' });
      const { stderr } = await runPhlow(['check', '.'], { cwd });
      expect(stderr).toContain('--> phlow.yaml:1:1\n');
      expect(stderr).toContain('--> phlow.yaml:2:14\n');
    }));

  test('finds bad expressions, targets that are not there and modules that are not there in a flow', () =>
    withFolder(async (cwd) => {
      writeFiles(cwd, { 'bad.phlow': BAD_FLOW, 'good.phlow': 'steps:\n  - return: 1\n' });
      const ended = await runPhlow(['check', '.'], { cwd });
      expect(ended).toMatchObject({ code: 3, stdout: 'ok good.phlow\n' });
      expect(ended.stderr).toContain('> 5 |   - return: !phs main. + 1');
      expect(ended.stderr).toContain('> 6 |   - to: nowhere');
      expect(ended.stderr).toMatch(/Cannot use module "cahce".*Did you mean "cache"\?\n.*:2:13\n/);
    }));

  test('reports the manifest of a module that a flow uses', () =>
    withFolder(async (cwd) => {
      writeFiles(cwd, {
        'm/phlow.yaml': 'name: m\ntyp: step',
        'flow.phlow': 'modules:\n  - module: ./m\nsteps:\n  - use: m\n',
      });
      const ended = await runPhlow(['check', 'flow.phlow'], { cwd });
      expect(ended.code).toBe(3);
      expect(ended.stderr).toContain('> 2 | typ: step');
    }));

  test('tells what is wrong with a manifest once in full, whatever uses it', () =>
    withFolder(async (cwd) => {
      const flow = 'modules:\n  - module: ./m\n    name: m\nsteps:\n  - use: m\n';
      writeFiles(cwd, { 'm/phlow.yaml': 'nome: m', 'a.phlow': flow, 'b.phlow': flow });
      const told = async (...paths: string[]): Promise<readonly [string[], number | null]> => {
        const { stderr, code } = await runPhlow(['check', ...paths], { cwd });
        return [stderr.split('\n').filter((line) => line.startsWith('error')), code];
      };
      const at = `${join('m', 'phlow.yaml')}:1:1`;
      expect(await told('.')).toEqual([
        [
          `error[PHLOW_MANIFEST_INVALID]: Cannot check a.phlow: see ${join(cwd, at)}`,
          `error[PHLOW_MANIFEST_INVALID]: Cannot check b.phlow: see ${join(cwd, at)}`,
          'error[PHLOW_MANIFEST_INVALID]: manifest has an unknown property "nome". Did you mean "name"?',
          'error[PHLOW_MANIFEST_INVALID]: manifest.name is required: found nothing',
        ],
        3,
      ]);
      const [[first, second, ...others]] = await told('a.phlow', 'b.phlow');
      expect([first, second, others]).toEqual([
        expect.stringContaining('Cannot use module "m": Cannot read the manifest'),
        expect.stringMatching(/Cannot check b\.phlow: see /),
        [],
      ]);
      const { stdout } = await runPhlow(['check', '.', '--json'], { cwd });
      const { files } = JSON.parse(stdout) as { files: { diagnostics: { message: string }[] }[] };
      expect(files.map(({ diagnostics }) => diagnostics[0]?.message)).toEqual([
        expect.stringContaining('Cannot use module "m"'),
        expect.stringContaining('Cannot use module "m"'),
        expect.stringContaining('unknown property'),
      ]);
    }));

  test('reports another mistake of a manifest in full beside the one that the manifest itself has', () =>
    withFolder(async (cwd) => {
      writeFiles(join(cwd, 'phlow_packages/mailer'), {
        'phlow.yaml': 'name: mailer\nentry: gone.js\npermissions:\n  fs:\n    read: [./templates]\n',
      });
      const flow = 'modules:\n  - module: mailer\nsteps:\n  - use: mailer\n';
      writeFiles(cwd, { 'flow.phlow': flow });
      const { stderr, code } = await runPhlow(['check', 'flow.phlow', 'phlow_packages'], { cwd });
      expect(code).toBe(4);
      expect(stderr).not.toContain('Cannot check flow.phlow: see');
      expect(stderr).toMatch(
        /^error\[PHLOW_GRANT_MISSING\]: Cannot use module "mailer"[^]*\(fs\.read \.\/templates\)/m,
      );
      expect(stderr).toMatch(/^error\[PHLOW_ENTRY_MISSING\]/m);
    }));

  test.each([
    ['the versions that it needs', 'engines: { node: ">=99" }', 'PHLOW_ENGINE_UNSUPPORTED'],
    ['an entry that is not there', 'entry: gone.js', 'PHLOW_ENTRY_MISSING'],
  ])('ends as a load does for %s', (_, line, code) =>
    withFolder(async (cwd) => {
      writeFiles(join(cwd, 'odd'), {
        'phlow.yaml': `name: odd\n${line}\n`,
        'index.js': 'export default () => 1;\n',
      });
      const [checked, called] = [
        await runPhlow(['check', 'odd'], { cwd }),
        await runPhlow(['call', './odd', '1'], { cwd }),
      ];
      expect([checked.code, called.code]).toEqual([4, 4]);
      for (const { stderr } of [checked, called]) expect(stderr).toContain(`error[${code}]`);
    }),
  );

  test('ends as a load would with what keeps a package from being compared with the lock file, and keeps its warnings', () =>
    withFolder(async (cwd) => {
      writeFiles(join(cwd, 'phlow_packages/mailer'), {
        'phlow.yaml': 'name: mailer\ninput:\n  type: string\n  minimum: 3\n',
        'index.js': 'export default () => 1;\n',
      });
      await runPhlow(['lock', '--accept'], { cwd });
      writeFiles(join(cwd, 'phlow_packages/mailer'), { 'package.json': `{"x":"${'x'.repeat(1_048_576)}"}` });
      const { stderr, code } = await runPhlow(['check', 'phlow_packages/mailer'], { cwd });
      expect([code, stderr]).toEqual([4, expect.stringContaining('package.json')]);
      expect(stderr).toMatch(/^warning/m);
    }));

  test(
    'refuses a package whose entry is behind a link that leads out of it, as a load would; one that stays inside is good',
    () =>
      withFolder(async (cwd) => {
        writeFiles(cwd, {
          'phlow_packages/out/phlow.yaml': 'name: out\n',
          'phlow_packages/in/phlow.yaml': 'name: in\n',
          'phlow_packages/in/code.js': 'export default () => 1;\n',
          'own/phlow.yaml': 'name: own\n',
          'raised/phlow.yaml': 'name: raised\nisolation: sandboxed\n',
          'elsewhere/index.js': 'export default () => 1;\n',
        });
        symlinkSync('../../elsewhere/index.js', join(cwd, 'phlow_packages/out/index.js'));
        symlinkSync('code.js', join(cwd, 'phlow_packages/in/index.js'));
        for (const name of ['own', 'raised'])
          symlinkSync('../elsewhere/index.js', join(cwd, name, 'index.js'));
        expect(await runPhlow(['check', 'in', 'own'], { cwd })).toMatchObject({ code: 0, stderr: '' });
        for (const name of ['out', './raised']) {
          const checked = await runPhlow(['check', name], { cwd });
          const called = await runPhlow(['call', name], { cwd });
          expect(checked.stderr).toMatch(
            /^error\[PHLOW_LOAD_FAILED\]: Cannot load module "\w+": its entry is behind the link .*index\.js, which leads to .*elsewhere\/index\.js/,
          );
          expect([checked.code, checked.stderr.trim()]).toEqual([called.code, called.stderr.trim()]);
        }
      }),
    60_000,
  );

  test('finds nothing wrong with what phlow ships', async () => {
    const ended = await runPhlow(['check', 'phlow.yaml', 'workers', 'examples/cache', 'examples/hang']);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    // Packages are looked up from where one stands: the sandbox example brings its own.
    const sandbox = await runPhlow(['check', 'main.phlow'], { cwd: 'examples/sandbox' });
    expect(sandbox).toMatchObject({ code: 0, stderr: '' });
  });

  test.each(['none', 'none/phlow.yaml', '.'])('ends with 3 when there is nothing to check at %s', (path) =>
    withFolder(async (cwd) => {
      expect(await runPhlow(['check', path], { cwd })).toMatchObject({ code: 3, stdout: '' });
    }),
  );
});
