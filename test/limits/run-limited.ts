import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { IsolationLevel } from '../../src/index.js';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';
import type { Phase } from './limited-host.js';
import { commandFor, type Limit } from './limits.js';

const HOST = fileURLToPath(new URL('./limited-host.js', import.meta.url));
/** A host that has not ended by then hangs. */
const MAX_RUN_MS = 60_000;
/** User ids that nobody has. */
const FIRST_USER = 54_000;

/** What became of a host under a limit. */
export interface LimitedRun {
  readonly phases: readonly Phase[];
  /** `ends`: with a report of everything. `no node`: Node itself does not start. All others are faults. */
  readonly verdict: 'ends' | 'no node' | 'abort' | 'uncaught' | 'hang' | 'no code';
  readonly exit: string;
  readonly stderr: string;
}

/** A module whose manifest has checks that may be slow. */
const MODULE = {
  'phlow.yaml': `name: limited
input: { type: object, properties: { text: { type: string, pattern: '^(a|b|ab)+$' } } }
output: { type: object, properties: { text: { type: string, pattern: '(a|b)$' } } }
`,
  'index.mjs': `export default ({ input }) => ({ text: input.text });\n`,
};

let users = 0;

/** Runs a host at a level under a limit. */
export function runLimited(limit: Limit, level: IsolationLevel): Promise<LimitedRun> {
  return withFolder(async (base) => {
    const folder = join(base, 'module');
    writeFiles(folder, MODULE);
    const own = join(base, 'own');
    for (const name of ['cache', 'tmp']) mkdirSync(join(own, name), { recursive: true });
    chmodSync(base, 0o755);
    for (const name of ['', 'cache', 'tmp']) chmodSync(join(own, name), 0o777);
    const id = String(FIRST_USER + (process.pid % 1_000) * 10 + (users++ % 10));
    const user = limit.needsUser ? ['setpriv', `--reuid=${id}`, `--regid=${id}`, '--clear-groups'] : [];
    const shell = ['bash', '-euc', commandFor(limit), 'bash', own];
    const [command, ...args] = [...user, ...shell, process.execPath, HOST, level, folder];
    const child = spawn(command, args, {
      cwd: own,
      env: {
        PATH: process.env['PATH'],
        HOME: own,
        XDG_CACHE_HOME: join(own, 'cache'),
        TMPDIR: join(own, 'tmp'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const late = new AbortController();
    const timer = setTimeout(() => {
      late.abort();
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, MAX_RUN_MS);
    const exit = await new Promise<string>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(signal ?? String(code)));
    });
    clearTimeout(timer);
    const phases = stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Phase);
    return { phases, exit, stderr, verdict: late.signal.aborted ? 'hang' : verdictOf(phases, exit) };
  });
}

function verdictOf(phases: readonly Phase[], exit: string): LimitedRun['verdict'] {
  if (phases.length === 0) return 'no node';
  if (phases.at(-1)?.phase === 'end' && exit === '0') {
    // What fails before any code of ours runs has the loader's code.
    const isCoded = phases.every(({ phase, error }) => {
      return error === undefined || error.code.startsWith('PHLOW_') || phase === 'import';
    });
    return isCoded ? 'ends' : 'no code';
  }
  return exit === '1' || exit === '7' || exit === '13' ? 'uncaught' : 'abort';
}
