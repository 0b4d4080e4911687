import { PhlowError } from '../../../src/errors.js';
import { followAbort } from '../../../src/follow-abort.js';
import { LinkedList } from '../../../src/linked-list.js';
import { Connection } from './connection.js';
import type { ServerSettings } from './settings.js';
import type { TypeTable } from './types.js';

/** Connections to one server: opened when they are needed, kept, and replaced when they are lost. */
export class Pool {
  readonly #settings: ServerSettings;
  readonly #size: number;
  readonly #types: TypeTable = new Map();
  readonly #all = new Set<Connection>();
  /** The last one back is the first one taken. */
  #idle: Connection[] = [];
  /** Connections that are taken or being opened. */
  #taken = 0;
  readonly #waiting = new LinkedList<() => void>();
  #isClosed = false;

  /** @param size most connections at a time */
  constructor(settings: ServerSettings, size: number) {
    this.#settings = settings;
    this.#size = size;
  }

  /** Takes a connection, waiting for its turn; it has to be given back. Rejects with PHLOW_STORE_DOWN, and with the signal's reason as soon as it aborts. */
  async take(signal: AbortSignal): Promise<Connection> {
    await this.#turn(signal);
    try {
      if (this.#isClosed)
        throw new PhlowError('PHLOW_MODULE_DOWN', 'Cannot connect to postgres: the module was stopped');
      return this.#idle.pop() ?? (await this.#open(signal));
    } catch (error) {
      this.#leave();
      throw error;
    }
  }

  /** Takes a connection back. */
  give(connection: Connection): void {
    if (this.#isClosed) void connection.close();
    else if (!connection.isLost) this.#idle.push(connection);
    this.#leave();
  }

  /** Uses a connection for as long as `work` runs. A transaction that it leaves open is rolled back, and an error. */
  async use<T>(work: (connection: Connection) => Promise<T>, signal: AbortSignal): Promise<T> {
    const connection = await this.take(signal);
    try {
      const result = await work(connection);
      if (!connection.isInTransaction) return result;
    } finally {
      await this.giveClean(connection);
    }
    throw new Error(OPEN_TRANSACTION);
  }

  /** Takes a connection back after a transaction of which nobody knows whether it ended. */
  async giveClean(connection: Connection): Promise<void> {
    try {
      if (connection.isInTransaction && !connection.isLost)
        await connection.script('ROLLBACK', new AbortController().signal);
    } catch {
      // It cannot be used any more, and neither can what it was in: the server rolls back.
      await connection.close();
    }
    this.give(connection);
  }

  /** Ends all connections: those that are in use once their statements have ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const next of this.#waiting) next();
    await Promise.all([...this.#all].map((connection) => connection.close()));
  }

  async #open(signal: AbortSignal): Promise<Connection> {
    const connection = await Connection.open(
      this.#settings,
      this.#types,
      (gone) => this.#remove(gone),
      signal,
    );
    this.#all.add(connection);
    return connection;
  }

  #remove(gone: Connection): void {
    this.#all.delete(gone);
    this.#idle = this.#idle.filter((connection) => connection !== gone);
  }

  async #turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#taken < this.#size) {
      this.#taken++;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const link = this.#waiting.add(() => {
        unfollow();
        this.#waiting.remove(link);
        this.#taken++;
        resolve();
      });
      const unfollow = followAbort(signal, () => {
        this.#waiting.remove(link);
        reject(signal.reason as Error);
      });
    });
  }

  #leave(): void {
    this.#taken--;
    this.#waiting.first?.value();
  }
}

const OPEN_TRANSACTION =
  'The statement left a transaction open, which was rolled back: begin one with the action begin, or run all of it with the action transaction';
