import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import useOwnCache from '../support/own-cache.js';

useOwnCache();

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const MAJORS = ['20', '22', '24', '26'] as const;

const USAGE = `npm run test:nodes [-- --node MAJOR]... [PATTERN]...

Runs the tests on several versions of Node.js, which it installs from npm into a folder that goes when it ends, and prints the result of each.
--node   ${MAJORS.join(', ')}; default: all of them, which takes an hour
PATTERN  only test files whose path matches
Ends with 1 when a test failed on one of them.
`;

/** What jest writes about a run: the part that is used here. */
interface Outcome {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    node: { type: 'string', multiple: true, default: [...MAJORS] },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(USAGE);
else process.exitCode = Math.max(...values.node.map((major) => (isFineOn(major) ? 0 : 1)));

/** Runs the tests on one version; true when there are some and all pass. */
function isFineOn(major: string): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'phlow-nodes-'));
  // There are tests that run Node as another user.
  chmodSync(folder, 0o755);
  try {
    const node = installed(major, folder);
    if (node === undefined) return false;
    const file = join(folder, 'outcome.json');
    const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
    const { status } = spawnSync(
      node,
      [
        ...flags,
        join(ROOT, 'node_modules/jest/bin/jest.js'),
        '--json',
        `--outputFile=${file}`,
        ...positionals,
      ],
      {
        cwd: ROOT,
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}` },
      },
    );
    report(versionOf(node), JSON.parse(readFileSync(file, 'utf8')) as Outcome);
    return status === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The path of the program: npm has it in a package of its own for each system. Undefined, and printed, when it cannot be had. */
function installed(major: string, folder: string): string | undefined {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${system}-${process.arch}`;
  const { status, stderr } = spawnSync(
    'npm',
    ['install', '--prefix', folder, '--no-audit', '--no-fund', `${name}@${major}`],
    { encoding: 'utf8', shell: process.platform === 'win32' },
  );
  if (status !== 0) {
    console.log(`Cannot install Node.js ${major} as ${name}: ${stderr}`);
    return undefined;
  }
  return join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

function versionOf(node: string): string {
  return spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
}

function report(version: string, { numPassedTests, numFailedTests, testResults }: Outcome): void {
  console.log(`${version}: ${numPassedTests} passed, ${numFailedTests} failed`);
  for (const { name, message, assertionResults } of testResults) {
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    for (const { fullName } of failed) console.log(`  ${fullName}`);
    // A file that could not be run at all has no results.
    if (assertionResults.length === 0 && message !== '') console.log(`  ${name}: ${message.slice(0, 500)}`);
  }
}
