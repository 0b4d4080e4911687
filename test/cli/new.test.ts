import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const CLI = join(ROOT, 'dist/lib/cli.cjs');

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let folder = '';
let path = '';

/** What `npm install` puts beside a new module: phlow, and the tools of one in TypeScript. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'phlow-new-'));
  for (const name of ['@types', 'bin']) mkdirSync(join(folder, 'node_modules', name), { recursive: true });
  symlinkSync(ROOT, join(folder, 'node_modules/phlow'));
  for (const name of ['@types/node', 'undici-types', 'tsx', 'typescript'])
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  symlinkSync(CLI, join(folder, 'node_modules/bin/phlow'));
  path = [join(folder, 'node_modules/bin'), join(ROOT, 'node_modules/.bin'), process.env['PATH']].join(
    delimiter,
  );
});

afterAll(() => rmSync(folder, { recursive: true }));

function run(command: string, args: readonly string[], cwd = folder): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { ...process.env, PATH: path, NODE_OPTIONS: '' };
    const child = execFile(command, args, { cwd, env }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
    child.stdin?.end();
  });
}

const phlow = (...args: readonly string[]): Promise<Ended> => run(process.execPath, [CLI, ...args]);

/** Everything below a folder, by its path. */
function tree(at: string): readonly string[] {
  return readdirSync(at, { recursive: true, encoding: 'utf8' }).sort();
}

/** Runs phlow where no file may be larger than a kilobyte: as on a full disk, a file that is being written ends in the middle. */
const phlowWithoutRoom = (...args: readonly string[]): Promise<Ended> =>
  run('sh', ['-c', 'ulimit -f 1 && exec "$0" "$@"', process.execPath, CLI, ...args]);

describe('phlow new', () => {
  test.each([
    ['step', 'visits', []],
    ['step', 'plain-visits', ['--js']],
    ['main', 'ticks', []],
    ['main', 'plain_ticks', ['--js']],
    ['any', 'Both', []],
    ['any', 'plainBoth', ['--js']],
    // Names that the code of the templates has, too.
    ['main', 'runs', []],
    ['step', 'types', []],
    ['step', '_value', []],
  ] as const)(
    'makes a %s module, %s, whose tests pass at once',
    async (kind, name, more) => {
      const made = await phlow('new', kind, `./${name}`, ...more, '--json');
      expect(made.stderr).toBe('');
      const said = JSON.parse(made.stdout) as { folder: string; name: string; kind: string; files: string[] };
      expect(said).toMatchObject({ folder: join(folder, name), name, kind });
      const files = tree(join(folder, name)).filter((file) => file !== 'test');
      expect(said.files.toSorted()).toEqual(files);
      expect(files.filter((file) => file.endsWith('.ts')).length > 0).toBe(more.length === 0);

      const tested = await run('npm', ['test'], join(folder, name));
      expect(`${tested.stdout}${tested.stderr}`).not.toContain('not ok');
      expect(tested.code).toBe(0);
      expect(tested.stdout).toContain('All tests passed');
      // Nothing that a test writes stays.
      expect(tree(join(folder, name)).filter((file) => file !== 'test')).toEqual(files);
    },
    120_000,
  );

  test('a folder whose parent begins with @ becomes a package with that scope', async () => {
    const { code } = await phlow('new', 'step', './@acme/greet', '--js');
    expect(code).toBe(0);
    const { name } = JSON.parse(readFileSync(join(folder, '@acme/greet/package.json'), 'utf8')) as {
      name: string;
    };
    expect(name).toBe('@acme/greet');
    const packed = await phlow('pack', './@acme/greet', '--dry-run', '--json');
    expect(JSON.parse(packed.stdout)).toMatchObject({ name: '@acme/greet', version: '0.1.0' });
  });

  test('says what npm does not take of a name and a scope', async () => {
    const refused = await phlow('new', 'step', './@Acme/greet', '--js');
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain('scope "@Acme"');
    const noted = await phlow('new', 'step', './Greeter', '--js');
    expect(noted).toMatchObject({ code: 0 });
    expect(noted.stderr).toMatch(/^note: npm takes no name such as "Greeter".*such as "greeter"\n/);
  });

  test('tells what comes next, as it is where phlow is installed and where it is not', async () => {
    const { stderr } = await phlow('new', 'step', './next', '--js');
    expect(stderr).toBe('Next:\n  cd ./next\n  npm test\n');
    const elsewhere = mkdtempSync(join(tmpdir(), 'phlow-else-'));
    try {
      const far = await run(process.execPath, [CLI, 'new', 'step', 'far'], elsewhere);
      expect(far.stderr).toMatch(/^Next:\n {2}cd far\n {2}npm install --save-dev \S+\n {2}npm test\n$/);
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });

  test.each([
    [['new'], 'needs a kind and a folder'],
    [['new', 'step'], 'needs a kind and a folder'],
    [
      ['new', 'stop', './x'],
      'There is no kind "stop" of modules: it is step, main or any. Did you mean "step"?',
    ],
    [
      ['new', 'step', './cache'],
      'A module cannot be called "cache": a module that ships with phlow has that name',
    ],
    [['new', 'step', './1st'], 'A module cannot be called "1st"'],
    [['new', 'step', './a b'], 'A module cannot be called "a b"'],
    [['new', 'step', './full'], 'there is something already'],
    [['new', 'step', './file/x'], 'Cannot make a module in'],
    [['new', 'step', './file'], 'there is something already'],
    [['new', 'step', './true'], 'YAML reads that as a value'],
    [['new', 'step', './retry'], 'A module cannot be called "retry": it is a key of the steps of flows'],
    [['new', 'any', './input', '--js'], 'it is a key of the steps of flows'],
    [['new', 'step', './link'], 'Cannot make a module in'],
    [['new', 'step', './deep/er/1st'], 'A module cannot be called'],
  ])('%j is refused, and nothing is left behind', async (args, message) => {
    mkdirSync(join(folder, 'full'), { recursive: true });
    writeFileSync(join(folder, 'full/mine'), 'kept');
    writeFileSync(join(folder, 'file'), '');
    rmSync(join(folder, 'link'), { force: true });
    symlinkSync(join(folder, 'gone'), join(folder, 'link'));
    const before = readdirSync(folder);
    const { code, stdout, stderr } = await phlow(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('error[PHLOW_USAGE]');
    expect(stderr).toContain(message);
    expect(readdirSync(folder)).toEqual(before);
    expect(readFileSync(join(folder, 'full/mine'), 'utf8')).toBe('kept');
  });
});

test.each([
  ['new', ['new', 'step', './partial'], 'Cannot make a module in'],
  ['new, in a folder that is there', ['new', 'step', './empty', '--js'], 'Cannot make a module in'],
  ['init', ['init', './partial'], 'Cannot make a project in'],
])('phlow %s takes back what it wrote, also the file that was written in part', async (_, args, message) => {
  mkdirSync(join(folder, 'empty'), { recursive: true });
  const inThere = (): readonly string[] => [...readdirSync(folder), ...readdirSync(join(folder, 'empty'))];
  const before = inThere();
  const { code, stdout, stderr } = await phlowWithoutRoom(...args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(message);
  expect(stderr).toContain('EFBIG');
  expect(inThere()).toEqual(before);
});

test('phlow init takes back nothing that was there before', async () => {
  const at = join(folder, 'begun');
  mkdirSync(at);
  writeFileSync(join(at, 'package.json'), '{}');
  expect((await phlowWithoutRoom('init', './begun')).code).toBe(2);
  expect(readdirSync(at)).toEqual(['package.json']);
});

describe('phlow init', () => {
  test('makes a project whose tests pass, and leaves what is there', async () => {
    const first = await phlow('init', './shop', '--json');
    expect(JSON.parse(first.stdout)).toMatchObject({
      made: ['package.json', 'main.phlow', '.gitignore'],
      kept: [],
    });
    const at = join(folder, 'shop');
    const tested = await run('npm', ['test'], at);
    expect(tested.stdout).toContain('All tests passed');
    expect(tested.code).toBe(0);
    expect((await run('npm', ['start', '--silent'], at)).stdout).toBe('Hello, world\n');

    writeFileSync(join(at, 'main.phlow'), 'steps: [{ return: mine }]\n');
    const second = await phlow('init', './shop');
    expect(second.stdout).toBe('in ./shop:\n  kept package.json\n  kept main.phlow\n  kept .gitignore\n');
    expect(readFileSync(join(at, 'main.phlow'), 'utf8')).toContain('mine');
  }, 60_000);

  test('refuses a folder that cannot be made', async () => {
    writeFileSync(join(folder, 'file'), '');
    const { code, stderr } = await phlow('init', './file');
    expect(code).toBe(2);
    expect(stderr).toContain('Cannot make a project in');
  });
});
