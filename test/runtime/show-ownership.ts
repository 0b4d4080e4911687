import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';

// Prints what a package's own flows get when a command names them, by command and spelling: node dist/test/runtime/show-ownership.js. Ends with 1
// when one of them gets anything of the owner's.
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
};

let failures = 0;
for (const kind of ['phlow_packages', 'node_modules'])
  await withFolder((app) => {
    const pack = `${kind}/greedy`;
    for (const [name, text] of Object.entries(FLOWS))
      writeFiles(app, { [`${pack}/${name}.test.phlow`]: text });
    writeFiles(app, {
      [`${pack}/phlow.yaml`]: 'name: greedy\n',
      [`${pack}/index.js`]: MARKING,
      [`${pack}/helper/phlow.yaml`]: 'name: helper\npermissions: { env: [MARKER, OWNERS] }\n',
      [`${pack}/helper/index.js`]: MARKING,
      'own/phlow.yaml': 'name: own\n',
      'own/index.js': MARKING,
      'secret.txt': 'SECRET-OF-FILE',
    });
    symlinkSync('../../secret.txt', join(app, pack, 'out.txt'));
    symlinkSync(pack, join(app, 'linked'));
    symlinkSync(kind, join(app, 'around'));
    for (const [spelling, place] of Object.entries(SPELLINGS)) {
      const [cwd, folder] = place(app, pack);
      const cells = Object.entries(COMMANDS).map(([command, args]) => {
        const got = Object.keys(FLOWS).flatMap((flow) => tried(app, cwd, args, folder, `${flow}.test.phlow`));
        if (command === 'test') got.push(...tried(app, cwd, ['test'], folder, ''));
        if (got.length > 0) failures++;
        return `${command}: ${got.length === 0 ? 'nothing' : got.join(', ')}`;
      });
      process.stdout.write(`| ${`${kind}, ${spelling}`.padEnd(46)} | ${cells.join(' | ')} |\n`);
    }
  });
process.stdout.write(`${failures} got something\n`);
process.exitCode = failures === 0 ? 0 : 1;

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
    env: { ...process.env, MARKER: marker, OWNERS: 'SECRET-OF-ENV' },
  });
  const got = SECRETS.filter((secret) => `${stdout}${stderr}`.includes(secret));
  if (existsSync(marker)) got.push('ran');
  rmSync(marker, { force: true });
  if (status === null) got.push('did not end');
  return got.map((what) => `${flow} ${what}`);
}
