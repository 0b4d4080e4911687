import { execFileSync, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { freePort } from './free-port.js';
import { endProcess, startServer } from './server-process.js';

const ROOT = '/usr/lib/postgresql';
const BIN = existsSync(ROOT)
  ? readdirSync(ROOT)
      .map((version) => join(ROOT, version, 'bin'))
      .find((bin) => existsSync(join(bin, 'initdb')))
  : undefined;

/** The password of the servers that tests start. */
export const PASSWORD = 'the password of this test';

/** Tests that need a PostgreSQL server; they say so where there is none. */
export function describePostgres(name: string, tests: () => void): void {
  if (BIN !== undefined) describe(name, tests);
  else describe.skip(`${name} (skipped: postgresql is not installed: apt-get install postgresql)`, tests);
}

/** A PostgreSQL server of a test's own on loopback. */
export class PostgresServer {
  readonly port: number;
  readonly folder: string;
  readonly #owner: { readonly uid: number; readonly gid: number } | undefined;
  #child: ChildProcess | undefined;

  private constructor(port: number) {
    this.port = port;
    // Not in the folder of the test run, which is closed to the user that the server runs as.
    this.folder = mkdtempSync('/tmp/phlow-postgres-');
    this.#owner = ownerOf();
    if (this.#owner !== undefined) chownSync(this.folder, this.#owner.uid, this.#owner.gid);
  }

  /** Makes a new cluster and starts it. */
  static async start(): Promise<PostgresServer> {
    const server = new PostgresServer(await freePort());
    const password = join(server.folder, 'password');
    server.write('password', PASSWORD);
    const how = ['--auth=scram-sha-256', '--username=postgres', '--no-sync', '--locale=C', '--encoding=UTF8'];
    execFileSync(join(BIN ?? '', 'initdb'), ['-D', server.#data, `--pwfile=${password}`, ...how], {
      ...server.#owner,
      cwd: server.folder,
      stdio: 'pipe',
    });
    await server.resume();
    return server;
  }

  /** The settings by which the module reaches it. */
  get settings(): { readonly host: string; readonly port: number; readonly password: string } {
    return { host: '127.0.0.1', port: this.port, password: PASSWORD };
  }

  /** Writes a file that the server may read. */
  write(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    if (this.#owner !== undefined) chownSync(path, this.#owner.uid, this.#owner.gid);
    return path;
  }

  /** Starts it on the same port again; resolves when it takes connections. */
  async resume(options: readonly string[] = []): Promise<void> {
    const args = [
      '-D',
      this.#data,
      '-p',
      String(this.port),
      '-k',
      this.folder,
      '-h',
      '127.0.0.1',
      '-F',
      ...options,
    ];
    this.#child = await startServer(
      join(BIN ?? '', 'postgres'),
      args,
      /database system is ready to accept connections/,
      { ...this.#owner, cwd: this.folder },
    );
  }

  /** Ends it at once, as a crash would. */
  async crash(): Promise<void> {
    await endProcess(this.#child, 'SIGQUIT');
  }

  async stop(): Promise<void> {
    await this.crash();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get #data(): string {
    return join(this.folder, 'data');
  }
}

/** The server refuses to run as root. */
function ownerOf(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.geteuid?.() !== 0) return undefined;
  const idOf = (option: string): number => Number(execFileSync('id', [option, 'postgres']).toString());
  return { uid: idOf('-u'), gid: idOf('-g') };
}
