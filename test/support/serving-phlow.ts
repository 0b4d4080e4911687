import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

/** A `phlow serve` of its own, which a test can end in any way. */
export class ServingPhlow {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  stderr = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#closed = once(child, 'close');
  }

  /** Starts it; resolves when it serves. */
  static async start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<ServingPhlow> {
    const child = spawn(process.execPath, [MAIN, 'serve', ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, PHLOW_LOG: 'warn', ...env },
    });
    const serving = new ServingPhlow(child);
    await new Promise<void>((resolve, reject) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        serving.stderr += text;
        if (serving.stderr.includes('stop with Ctrl+C')) resolve();
      });
      child.once('close', () => reject(new Error(`phlow serve has ended: ${serving.stderr}`)));
    });
    return serving;
  }

  /** Sends a signal; resolves with the exit code. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill(signal);
      await this.#closed;
    }
    return this.#child.exitCode;
  }
}
