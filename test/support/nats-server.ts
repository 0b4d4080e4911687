import { spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { endProcess, startServer } from './server-process.js';

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
    this.#child = await startServer('nats-server', ['-c', file], /Server is ready/);
  }

  /** Ends it at once, as a crash would. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    await endProcess(child, 'SIGKILL');
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
