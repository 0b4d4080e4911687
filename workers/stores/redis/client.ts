import { messageOf, PhlowError } from '../../../src/errors.js';
import { peerPackage } from '../../../src/peer-package.js';
import { type ServerName, storeDown } from '../store-down.js';

/** The parts of a client of `ioredis` that are used here. */
interface Client {
  call(command: string, ...args: readonly (string | number | Buffer)[]): Promise<unknown>;
  connect(): Promise<void>;
  disconnect(reconnect?: boolean): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'ready' | 'close', listener: () => void): unknown;
}

interface Options {
  readonly lazyConnect: boolean;
  readonly connectTimeout: number;
  readonly commandTimeout: number;
  readonly enableOfflineQueue: boolean;
  readonly maxRetriesPerRequest: number;
  readonly autoResendUnfulfilledCommands: boolean;
  readonly enableAutoPipelining: boolean;
  readonly connectionName: string;
  readonly retryStrategy: (attempt: number) => number;
}

interface Package {
  readonly Redis: new (url: string, options: Options) => Client;
}

/** A script that the server runs as one command. */
export interface Script {
  readonly text: string;
  readonly sha1: string;
}

/** What a command takes. */
export type Argument = string | number | Buffer;

const CONNECT_TIMEOUT_MS = 10_000;
const FIRST_RETRY_MS = 50;
const MAX_RETRY_MS = 1_000;

/**
 * A connection to a server that speaks the protocol of Redis. While there is none, commands fail at once, and it connects again by itself; a command that was
 * under way when it was lost fails too, and is never sent a second time.
 */
export class RedisConnection {
  readonly #client: Client;
  readonly #server: ServerName;
  #lastError: Error = new Error('there is no connection');
  #isReady = false;

  private constructor(client: Client, server: ServerName) {
    this.#client = client;
    this.#server = server;
    client.on('error', (error) => (this.#lastError = error));
    client.on('ready', () => (this.#isReady = true));
    client.on('close', () => (this.#isReady = false));
  }

  /**
   * Opens a connection; resolves after the first attempt, whatever came of it.
   *
   * @param url `redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE]`, `rediss://` for TLS
   * @param timeoutMs for the answer to a command; the connection is given up with it
   * @throws PHLOW_WITH_INVALID for another URL, PHLOW_PEER_MISSING without the package
   */
  static async open(url: string, timeoutMs: number): Promise<RedisConnection> {
    const server = serverOf(url);
    const { Redis } = peerPackage('ioredis', 'Cannot connect to redis') as Package;
    const client = new Redis(url, {
      lazyConnect: true,
      connectTimeout: CONNECT_TIMEOUT_MS,
      commandTimeout: timeoutMs,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      enableAutoPipelining: true,
      connectionName: 'phlow',
      retryStrategy: (attempt) => Math.min(FIRST_RETRY_MS * 2 ** Math.min(attempt, 10), MAX_RETRY_MS),
    });
    const connection = new RedisConnection(client, server);
    await client.connect().catch((error: unknown) => {
      connection.#lastError = error instanceof Error ? error : new Error(messageOf(error));
    });
    return connection;
  }

  /** Runs a command. Rejects with PHLOW_STORE_DOWN, and with PHLOW_STORE_FAILED when the server refuses it. */
  async command(name: string, ...args: readonly Argument[]): Promise<unknown> {
    if (!this.#isReady) throw this.#down(this.#lastError, false);
    try {
      return await this.#client.call(name, ...args);
    } catch (error) {
      throw this.#failureOf(error);
    }
  }

  /** Runs a script. Rejects as `command` does. */
  async run({ text, sha1 }: Script, keys: readonly string[], args: readonly Argument[]): Promise<unknown> {
    try {
      return await this.command('EVALSHA', sha1, keys.length, ...keys, ...args);
    } catch (error) {
      if (!messageOf(error).includes('NOSCRIPT')) throw error;
      return await this.command('EVAL', text, keys.length, ...keys, ...args);
    }
  }

  close(): void {
    this.#client.disconnect();
  }

  #failureOf(error: unknown): PhlowError {
    if (error instanceof Error && error.name === 'ReplyError') {
      const message = `Cannot use redis at ${this.#server.place}: it has refused a command: ${error.message}`;
      return new PhlowError('PHLOW_STORE_FAILED', message, {
        details: { store: 'redis', reply: error.message },
      });
    }
    // A server that does not answer in time is as good as gone: further commands are not to wait for it.
    if (messageOf(error) === 'Command timed out' && this.#isReady) {
      this.#isReady = false;
      this.#lastError = new Error('it has left a command without an answer');
      this.#client.disconnect(true);
    }
    return this.#down(error, true);
  }

  #down(cause: unknown, wasSent: boolean): PhlowError {
    return storeDown('Cannot use the store', this.#server, cause, wasSent);
  }
}

function serverOf(url: string): ServerName {
  if (URL.canParse(url) && /^rediss?:$/.test(new URL(url).protocol)) {
    const { hostname, port } = new URL(url);
    return { kind: 'redis', place: `${hostname || 'localhost'}:${port || 6379}` };
  }
  // Not shown: it may hold a password.
  throw new PhlowError(
    'PHLOW_WITH_INVALID',
    'Cannot use the store: its URL is not of the form redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE] or rediss://...',
  );
}
