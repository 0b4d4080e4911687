import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

/** A `phlow` that goes on running while a test talks to it. */
export class TalkingPhlow {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #said = { stdout: '', stderr: '' };

  constructor(args: readonly string[], cwd?: string, env: NodeJS.ProcessEnv = {}) {
    this.#child = spawn(process.execPath, [MAIN, ...args], {
      cwd,
      env: { ...process.env, PHLOW_LOG: 'info', ...env },
    });
    for (const name of ['stdout', 'stderr'] as const)
      this.#child[name].setEncoding('utf8').on('data', (text: string) => (this.#said[name] += text));
  }

  /** Waits until a stream has said something new that matches; what was said up to there counts as read. */
  async until(name: 'stdout' | 'stderr', pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.#said[name]);
      if (found !== null) {
        this.#said[name] = this.#said[name].slice(found.index + found[0].length);
        return found;
      }
      await once(this.#child[name], 'data');
    }
  }

  type(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** Interrupts it as Ctrl+C does; resolves with its exit code. */
  async interrupt(): Promise<number | null> {
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGINT');
    return ((await exit) as [number | null])[0];
  }
}
