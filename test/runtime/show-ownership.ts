import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

// Prints what a package's own flows get when a command names them, by command and spelling: node dist/test/runtime/show-ownership.js [LINES], where
// only lines with that text are wanted. Ends with 1 when one of them gets anything of the owner's.
const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const SECRETS = ['SECRET-OF-ENV', 'SECRET-OF-FILE'];
const MARKING = `import { writeFileSync } from 'node:fs'; writeFileSync(process.env.MARKER ?? '/nonexistent', 'ran'); export default () => 1;`;
const TESTS = 'tests:\n  - main: 1\n    assert: true\n';

/** What the package would like, each as a flow with a test. */
const FLOWS: Readonly<Record<string, string>> = {
  level: `modules:\n  - module: ./helper\n    isolation: trusted\nsteps:\n  - use: helper\n    input: 1\n${TESTS}`,
  grant: `modules:\n  - module: ./helper\n    grant: { env: [MARKER, OWNERS] }\nsteps:\n  - use: helper\n    input: 1\n${TESTS}`,
  envs: `steps:\n  - payload: !phs envs.OWNERS ?? "none"\n${TESTS}`,
  reads: `steps:\n  - payload: !import ../../secret.txt\n${TESTS}`,
  link: `steps:\n  - payload: !import out.txt\n${TESTS}`,
  reaches: `modules:\n  - module: ./out\nsteps:\n  - use: out\n    input: 1\n${TESTS}`,
  outside: `modules:\n  - module: ../../own\nsteps:\n  - use: own\n    input: 1\n${TESTS}`,
};

const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  run: ['run'],
  test: ['test'],
  check: ['check'],
  graph: ['graph'],
  bench: ['bench', '--seconds', '0.2'],
  learn: ['learn', '--dry-run', 'HELPER', '--tests'],
};

/** How a command names the package: the current folder, and the file or the folder of the flows. */
const SPELLINGS: Readonly<Record<string, (app: string, pack: string) => readonly [string, string]>> = {
  relative: (app, pack) => [app, pack],
  'relative, odd': (app, pack) => [app, `./own/..//${pack}/helper/..`],
  absolute: (app, pack) => [app, join(app, pack)],
  'a link to the package': (app) => [app, 'linked'],
  'a link to the folder around it': (app, pack) => [app, join('around', pack.split('/').slice(1).join('/'))],
  'from inside': (app, pack) => [join(app, pack), '.'],
  'from inside, through a link': (app) => [join(app, 'linked'), '.'],
  'a link to a link': (app) => [app, 'twice'],
  'a link in a linked folder': (app) => [app, 'far/linked'],
  'links to its files': (app) => [app, 'files'],
};

/** Where the folder of the application is, and where the files of the package are when the package itself is a link. */
const LAYOUTS: Readonly<Record<string, { readonly app: string; readonly store?: string }>> = {
  'a folder': { app: 'app' },
  'a link': { app: 'app', store: 'store/greedy' },
  'below a line break': { app: 'new\nline' },
};
const only = process.argv[2] ?? '';

let failures = 0;
for (const [layout, { app: name, store }] of Object.entries(LAYOUTS))
  for (const kind of ['phlow_packages', 'node_modules'])
    await withFolder((root) => {
      const app = join(root, name);
      const pack = `${kind}/greedy`;
      const files = store === undefined ? join(app, pack) : join(root, store);
      for (const [flow, text] of Object.entries(FLOWS)) writeFiles(files, { [`${flow}.test.phlow`]: text });
      writeFiles(files, {
        'phlow.yaml': 'name: greedy\n',
        'index.js': MARKING,
        'helper/phlow.yaml': 'name: helper\npermissions: { env: [MARKER, OWNERS] }\n',
        'helper/index.js': MARKING,
      });
      // What the package would like to reach lies two folders up, whichever name of it that is counted from.
      for (const folder of [app, root])
        writeFiles(folder, {
          'own/phlow.yaml': 'name: own\n',
          'own/index.js': MARKING,
          'secret.txt': 'SECRET-OF-FILE',
        });
      symlinkSync('../../secret.txt', join(files, 'out.txt'));
      symlinkSync('../../own', join(files, 'out'));
      if (store !== undefined) linkAt(join(app, pack), files);
      linkAt(join(app, 'linked'), pack);
      linkAt(join(app, 'around'), kind);
      linkAt(join(app, 'twice'), 'linked');
      linkAt(join(app, 'real/linked'), `../${pack}`);
      linkAt(join(app, 'far'), 'real');
      for (const flow of [...Object.keys(FLOWS).map((one) => `${one}.test.phlow`), 'helper', 'out.txt'])
        linkAt(join(app, 'files', flow), `../${pack}/${flow}`);
      for (const [spelling, place] of Object.entries(SPELLINGS)) {
        if (!`${kind}, ${layout}; ${spelling}`.includes(only)) continue;
        const [cwd, folder] = place(app, pack);
        const cells = Object.entries(COMMANDS).map(([command, args]) => {
          const got = Object.keys(FLOWS).flatMap((flow) =>
            tried(app, cwd, args, folder, `${flow}.test.phlow`),
          );
          if (command === 'test') got.push(...tried(app, cwd, ['test'], folder, ''));
          if (got.length > 0) failures++;
          return `${command}: ${got.length === 0 ? 'nothing' : got.join(', ')}`;
        });
        process.stdout.write(`| ${`${kind}, ${layout}; ${spelling}`.padEnd(64)} | ${cells.join(' | ')} |\n`);
      }
    });
process.stdout.write(`${failures} got something\n`);
process.exitCode = failures === 0 ? 0 : 1;

function linkAt(path: string, target: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}

/** What of the owner's a flow got. */
function tried(app: string, cwd: string, args: readonly string[], folder: string, flow: string): string[] {
  const marker = join(app, 'marker');
  const own = folder.startsWith('/') ? folder : `./${folder}`;
  const line = [
    ...args.map((arg) => (arg === 'HELPER' ? `${own}/helper` : arg)),
    flow === '' ? folder : `${folder}/${flow}`,
  ];
  const { stdout, stderr, status } = spawnSync(process.execPath, [MAIN, ...line], {
    cwd,
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, PWD: cwd, MARKER: marker, OWNERS: 'SECRET-OF-ENV' },
  });
  const got = SECRETS.filter((secret) => `${stdout}${stderr}`.includes(secret));
  if (existsSync(marker)) got.push('ran');
  rmSync(marker, { force: true });
  if (status === null) got.push('did not end');
  return got.map((what) => `${flow} ${what}`);
}
