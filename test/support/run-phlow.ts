import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

/** How a run of the command line ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a run may need besides its arguments. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Flags of Node.js itself. */
  readonly nodeFlags?: readonly string[];
  /** The program, where it is not the one that was built. */
  readonly main?: string;
  /** What is typed into it. */
  readonly input?: string;
  /** Sends this signal as soon as standard error holds the text. */
  readonly interrupt?: { readonly after: string; readonly with: NodeJS.Signals };
  /** Closes the reading end of standard output before anything is read. */
  readonly deafTo?: 'stdout';
}

/** Runs the real `phlow` and waits for its end. */
export function runPhlow(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...(options.nodeFlags ?? []), options.main ?? MAIN, ...args], {
      cwd: options.cwd ?? process.cwd(),
      env: { ...process.env, PHLOW_LOG: 'info', ...options.env },
    });
    let stdout = '';
    let stderr = '';
    let interrupt = options.interrupt;
    if (options.deafTo === 'stdout') child.stdout.destroy();
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      if (interrupt === undefined || !stderr.includes(interrupt.after)) return;
      child.kill(interrupt.with);
      interrupt = undefined;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.end(options.input ?? '');
  });
}
