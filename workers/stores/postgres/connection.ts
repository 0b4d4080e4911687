import { isPhlowError } from '../../../src/errors.js';
import { followAbort } from '../../../src/follow-abort.js';
import { Timer } from '../../../src/timer.js';
import type { Value } from '../../../src/values.js';
import { storeDown } from '../store-down.js';
import { connect, type Connected, requestCancel } from './connect.js';
import { type Description, type Exchange, Execute, Pages, type RawResult, Script } from './exchanges.js';
import { isFatal, isServerError, isStale } from './server-error.js';
import { serverName, type ServerSettings } from './settings.js';
import { assertNoNul, type Prepared, type Statement, Statements } from './statements.js';
import { readValue, type TypeTable } from './types.js';

/** A row: its columns by their names; of two of one name the last. */
export type Row = Readonly<Record<string, Value>>;

/** What a statement came to. */
export interface Result {
  readonly rows: readonly Row[];
  /** Rows inserted, updated, deleted or merged. */
  readonly affected: number;
  /** The first word of the command that was carried out: `ROLLBACK` for a COMMIT that could not be. */
  readonly command: string;
}

/** A statement that goes on for longer after it was cancelled loses its connection. */
const CANCEL_TIMEOUT_MS = 5_000;

/** One connection to a server, for one statement at a time. */
export class Connection {
  readonly #settings: ServerSettings;
  readonly #connected: Connected;
  readonly #types: TypeTable;
  readonly #onLost: (gone: Connection) => void;
  readonly #statements: Statements;
  /** `I`: no transaction, `T`: within one, `E`: within one that has failed. */
  #status = 'I';
  #lost: Error | undefined;

  private constructor(
    settings: ServerSettings,
    connected: Connected,
    types: TypeTable,
    onLost: (gone: Connection) => void,
  ) {
    this.#settings = settings;
    this.#connected = connected;
    this.#types = types;
    this.#onLost = onLost;
    this.#statements = new Statements(types, (exchange) => this.#ask(exchange));
    const { client } = connected;
    client.connection.on('readyForQuery', ({ status }: { readonly status: string }) => {
      this.#status = status;
    });
    client.on('error', (error) => this.#lose(error));
    client.on('end', () => this.#lose(new Error('the connection was closed')));
  }

  /**
   * Connects. Rejects with PHLOW_STORE_DOWN, or with the signal's reason.
   *
   * @param types what is known of this server's types; it grows
   */
  static async open(
    settings: ServerSettings,
    types: TypeTable,
    onLost: (gone: Connection) => void,
    signal: AbortSignal,
  ): Promise<Connection> {
    try {
      const connected = await connect(settings, signal);
      const connection = new Connection(settings, connected, types, onLost);
      // Dates and times are read in this form.
      if (!connected.dateStyle.startsWith('ISO')) await connection.script('SET DateStyle TO ISO', signal);
      return connection;
    } catch (error) {
      signal.throwIfAborted();
      if (isPhlowError(error)) throw error;
      throw storeDown('Failed to get client from pool', serverName(settings), error, false);
    }
  }

  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  /** Whether a transaction was begun and has not ended. */
  get isInTransaction(): boolean {
    return this.#status !== 'I';
  }

  /** Runs a statement. Rejects with the server's error, with PHLOW_STORE_DOWN when the connection is lost, and with the signal's reason. */
  run(statement: Statement, signal: AbortSignal): Promise<Result> {
    return this.#cancellable(signal, () =>
      this.#withPrepared(statement, async ({ name, values, description }) => {
        const { rows, tag } = await this.#ask(new Execute(name, values));
        return {
          rows: rows.map((row) => this.#row(row, description)),
          affected: affectedBy(tag),
          command: commandOf(tag),
        };
      }),
    );
  }

  /** Runs statements that are separated by semicolons, without parameters; resolves with the first word of the last command. */
  script(text: string, signal: AbortSignal): Promise<string> {
    return this.#cancellable(signal, async () => {
      assertNoNul(text);
      return commandOf(await this.#ask(new Script(text)));
    });
  }

  /** The rows of a statement, computed as they are asked for. The connection is free once this has ended, in whatever way. */
  async *rows(statement: Statement, pageSize: number, signal: AbortSignal): AsyncGenerator<Row> {
    const { pages, description, first } = await this.#cancellable(signal, () =>
      this.#withPrepared(statement, async (prepared) => {
        const opened = new Pages(prepared.name, prepared.values, pageSize);
        this.#connected.client.query(opened);
        return { pages: opened, description: prepared.description, first: await opened.page() };
      }),
    );
    let isBetweenPages = false;
    try {
      for (let page = first; ; page = await this.#cancellable(signal, () => pages.more())) {
        isBetweenPages = page.hasMore;
        for (const row of page.rows) yield this.#row(row, description);
        isBetweenPages = false;
        if (!page.hasMore) return;
      }
    } finally {
      if (isBetweenPages) pages.end();
      await pages.done.catch(() => undefined);
    }
  }

  /** Ends the connection. */
  async close(): Promise<void> {
    if (this.isLost) return;
    const timer = new Timer(CANCEL_TIMEOUT_MS, () => this.#connected.client.connection.stream.destroy());
    await this.#connected.client.end().catch(() => undefined);
    timer.clear();
  }

  #ask<T>(exchange: Exchange<T>): Promise<T> {
    this.#connected.client.query(exchange);
    return exchange.done;
  }

  /** Does something with this connection, and ends it on the server when the signal aborts: nobody would read what comes of it. */
  async #cancellable<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const wasLost = this.#lost;
    if (wasLost !== undefined) throw this.#down(wasLost, false);
    let cancelling: Promise<void> | undefined;
    let impatience: Timer | undefined;
    const unfollow = followAbort(signal, () => {
      impatience = new Timer(CANCEL_TIMEOUT_MS, () => this.#drop(new Error('a cancelled statement went on')));
      cancelling = requestCancel(this.#settings, this.#connected, CANCEL_TIMEOUT_MS);
    });
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      throw this.#failureOf(error);
    } finally {
      unfollow();
      impatience?.clear();
      if (cancelling !== undefined) {
        await cancelling;
        // The server may act on a request to cancel a little later: this takes the blow in the place of the next statement.
        await this.#ask(new Script(';')).catch(() => undefined);
      }
    }
  }

  #failureOf(error: unknown): unknown {
    if (isServerError(error) && !isFatal(error)) return error;
    if (isServerError(error)) this.#drop(error);
    return this.#lost === undefined ? error : this.#down(error, true);
  }

  #down(cause: unknown, wasSent: boolean): Error {
    return storeDown('Cannot run the statement', serverName(this.#settings), cause, wasSent);
  }

  #lose(error: Error): void {
    if (this.#lost !== undefined) return;
    this.#lost = error;
    this.#onLost(this);
  }

  #drop(reason: Error): void {
    this.#lose(reason);
    this.#connected.client.connection.stream.destroy();
  }

  /** Prepares a statement, unless it is already, and begins it; a second time if what was prepared has become invalid. */
  async #withPrepared<T>(statement: Statement, begin: (prepared: Prepared) => Promise<T>): Promise<T> {
    const mayRetry = this.#statements.has(statement.text) && !this.isInTransaction;
    const attempt = async (): Promise<T> => begin(await this.#statements.prepare(statement));
    try {
      return await attempt();
    } catch (error) {
      if (!mayRetry || !isStale(error)) throw error;
      await this.#statements.forget(statement.text);
      return await attempt();
    }
  }

  #row(values: RawResult['rows'][number], { fields }: Description): Row {
    const row: Record<string, Value> = {};
    fields.forEach(({ name, dataTypeID }, index) => {
      const text = values[index] ?? null;
      const value = text === null ? null : readValue(text, dataTypeID, this.#types);
      if (name !== '__proto__') row[name] = value;
      else Object.defineProperty(row, name, { value, enumerable: true, writable: true, configurable: true });
    });
    return row;
  }
}

/** The first word of a tag such as `INSERT 0 1`. */
function commandOf(tag: string): string {
  return tag.split(' ', 1)[0] ?? '';
}

function affectedBy(tag: string): number {
  return Number(/^(?:INSERT \d+|UPDATE|DELETE|MERGE) (\d+)$/.exec(tag)?.[1] ?? 0);
}
