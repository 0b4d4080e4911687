import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withFolder } from '../support/temporary-folder.js';
import { writeFiles } from '../support/write-files.js';
import type { Subject } from './subject.js';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const LOAD = fileURLToPath(new URL('./load.js', import.meta.url));

/** What somebody runs to look at what another has written, before anything of it is to run. */
export const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  check: ['check', 'main.phlow'],
  graph: ['graph', 'main.phlow'],
  audit: ['audit', 'main.phlow'],
  permissions: ['permissions', 'p'],
  lock: ['lock', '--accept'],
  // Runs the module where it has no power and no file of the machine; the mark would tell of any.
  learn: ['learn', '--dry-run', 'p', '1'],
  // Not of the command line: a host that has others to answer in the meantime, and tells how long it could not.
  load: [LOAD],
};

/** How one look at one subject went. */
export interface Look {
  readonly subject: string;
  readonly command: string;
  readonly ms: number;
  readonly rssMb: number;
  /** The longest turn of the event loop of a host that loads it; undefined for the commands. */
  readonly turnMs: number | undefined;
  /** The exit code; undefined when it had to be ended. */
  readonly code: number | undefined;
  /** True when code of the subject has run. */
  readonly hasRun: boolean;
  /** True when a raw control character came out, line breaks and tabs excepted. */
  readonly isRaw: boolean;
  readonly output: string;
}

/** Reports the peak memory of the process that looks, on a descriptor that nothing else writes to. */
const REPORTER = `data:text/javascript,${encodeURIComponent(
  `import { writeSync } from 'node:fs'; process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS)));`,
)}`;

/** Looks at a subject with each of the commands, each time in a fresh folder; one that takes longer than the limit is ended. */
export async function look(subject: Subject, commands: readonly string[], limitMs: number): Promise<Look[]> {
  const looks: Look[] = [];
  for (const command of commands) {
    await withFolder(async (app) => {
      writeFiles(app, subject.files);
      subject.build?.(app);
      if (subject.make !== undefined) execFileSync('/bin/sh', ['-ec', subject.make], { cwd: app });
      looks.push({ subject: subject.name, command, ...(await run(COMMANDS[command] ?? [], app, limitMs)) });
    });
  }
  return looks;
}

function run(
  args: readonly string[],
  cwd: string,
  limitMs: number,
): Promise<Omit<Look, 'subject' | 'command'>> {
  const marker = join(cwd, 'marker');
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    ['--import', REPORTER, ...(args[0] === LOAD ? [] : [MAIN]), ...args],
    {
      cwd,
      env: { ...process.env, MARKER: marker, XDG_CACHE_HOME: join(cwd, '.cache'), NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    },
  );
  const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
  let output = '';
  let memory = '';
  for (const n of [1, 2]) child.stdio[n]?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stdio[3]?.on('data', (chunk: Buffer) => (memory += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({
        ms: performance.now() - startedAt,
        rssMb: Number(memory) / 1_024,
        turnMs: args[0] === LOAD ? longestTurnIn(output) : undefined,
        code: code ?? undefined,
        hasRun: existsSync(marker),
        // eslint-disable-next-line no-control-regex
        isRaw: /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(output),
        output,
      });
    });
  });
}

/** A load that was ended before it was over has said none. */
function longestTurnIn(output: string): number | undefined {
  const ms = /^longest turn (\d+) ms$/m.exec(output)?.[1];
  return ms === undefined ? undefined : Number(ms);
}
