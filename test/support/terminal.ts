import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';

/** Runs a program at the other end of a pseudo terminal; what is typed comes from standard input. */
const PTY = `import os, pty, sys
code = pty.spawn(sys.argv[1:])
sys.exit(os.waitstatus_to_exitcode(code))`;

/** Whether this machine has what a pseudo terminal is made with here. */
export const HAS_TERMINALS =
  spawnSync('python3', ['-c', 'import os, pty; os.waitstatus_to_exitcode']).status === 0;

/** Where the cursor goes and what is erased: only the text counts. */
// eslint-disable-next-line no-control-regex
const DRAWING = /\u001b\[[0-9;]*[A-Za-z]/g;

/** The keys that are no signs. */
export const KEYS = { ctrlC: '\u0003', ctrlD: '\u0004', tab: '\t', up: '\u001b[A', enter: '\r' } as const;

/** A program that takes a person to sit in front of it. */
export class Terminal {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #closed: Promise<unknown>;
  #screen = '';

  constructor(
    command: string,
    args: readonly string[],
    options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv },
  ) {
    this.#child = spawn('python3', ['-c', PTY, command, ...args], {
      cwd: options.cwd,
      env: { ...process.env, TERM: 'xterm', ...options.env },
    });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#screen = (this.#screen + text).replaceAll(DRAWING, '');
    });
    this.#closed = once(this.#child, 'close');
  }

  /** Waits until the screen shows something new that matches; what was shown up to there counts as read. */
  async until(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = pattern.exec(this.#screen);
      if (found !== null) {
        this.#screen = this.#screen.slice(found.index + found[0].length);
        return found[0];
      }
      const more = once(this.#child.stdout, 'data').then(() => true);
      const isMore = await Promise.race([more, this.#closed.then(() => false)]);
      if (!isMore && !pattern.test(this.#screen))
        throw new Error(`It has ended without ${String(pattern)}: ${JSON.stringify(this.#screen)}`);
    }
  }

  type(keys: string): void {
    this.#child.stdin.write(keys);
  }

  /** Ends it however far it is: it loses its terminal. */
  close(): void {
    this.#child.kill();
  }

  /** Resolves with the exit code, once it has ended. */
  async ended(): Promise<number | null> {
    await this.#closed;
    return this.#child.exitCode;
  }
}
