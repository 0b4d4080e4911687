import { spawnSync, type ChildProcess } from 'node:child_process';
import { describe } from '@jest/globals';
import { freePort } from './free-port.js';
import { endProcess, startServer } from './server-process.js';

const hasServer = spawnSync('redis-server', ['--version']).error === undefined;

/** Tests that need a Redis server; they say so where there is none. */
export function describeRedis(name: string, tests: () => void): void {
  if (hasServer) describe(name, tests);
  else describe.skip(`${name} (skipped: redis-server is not installed: apt-get install redis-server)`, tests);
}

/** A Redis server of a test's own on loopback, which keeps nothing on disk. */
export class RedisServer {
  readonly port: number;
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;

  private constructor(port: number, args: readonly string[]) {
    this.port = port;
    this.#args = args;
  }

  /** Starts one. @param args of its configuration besides, such as `['--requirepass', 'x']` */
  static async start(args: readonly string[] = []): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), args);
    await server.resume();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it on the same port again, empty; resolves when it takes connections. */
  async resume(): Promise<void> {
    const args = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    this.#child = await startServer('redis-server', [...args, ...this.#args], /Ready to accept connections/);
  }

  /** It takes connections and answers nothing until `thaw`. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Ends it at once, as a crash would. */
  async stop(): Promise<void> {
    await endProcess(this.#child, 'SIGKILL');
  }
}
