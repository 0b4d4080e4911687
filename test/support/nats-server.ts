import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const hasServer = spawnSync('nats-server', ['--version']).error === undefined;

/** Why tests of NATS cannot run here; undefined where they can. */
export const noNats = hasServer ? undefined : 'nats-server is not installed: apt-get install nats-server';

/** A NATS server of a test's own on loopback. */
export class NatsServer {
  readonly port: number;
  readonly #folder: string;
  readonly #config: string;
  #child: ChildProcess | undefined;

  private constructor(port: number, config: string) {
    this.port = port;
    this.#folder = mkdtempSync(join(tmpdir(), 'phlow-nats-'));
    this.#config = config;
  }

  /** Starts one. @param config lines of its configuration besides where it listens */
  static async start(config = ''): Promise<NatsServer> {
    const server = new NatsServer(await freePort(), config);
    await server.start();
    return server;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** Starts it on the same port again. Resolves when it takes connections. */
  async start(): Promise<void> {
    const file = join(this.#folder, 'nats.conf');
    writeFileSync(file, `listen: "127.0.0.1:${this.port}"\n${this.#config}\n`);
    const child = spawn('nats-server', ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child = child;
    const lines: string[] = [];
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`nats-server has ended: ${lines.join('\n')}`)));
      const reader = createInterface(child.stderr);
      reader.on('line', (line) => {
        lines.push(line);
        if (line.includes('Server is ready')) resolve();
      });
    });
  }

  /** Ends it at once, as a crash would. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address !== null
          ? resolve(address.port)
          : reject(new Error('no port')),
      );
    });
  });
}
