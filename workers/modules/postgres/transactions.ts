import { PhlowError } from '../../../src/errors.js';
import type { Clock, Log } from '../../../src/sdk/index.js';
import type { Connection } from '../../stores/postgres/connection.js';
import type { Pool } from '../../stores/postgres/pool.js';

/** A transaction that calls add statements to. */
interface Transaction {
  readonly connection: Connection;
  readonly timeoutMs: number;
  /** Statements run one after the other. */
  last: Promise<unknown>;
  /** Calls that run or wait. */
  calls: number;
  /** Ends the wait for the next call. */
  left: AbortController;
}

/** How many transactions that have ended are remembered, so that messages can say why. */
const MAX_REMEMBERED = 1_000;

/** Transactions over several calls. Each holds one connection of the pool, and is rolled back when no call comes for a while. */
export class Transactions {
  readonly #pool: Pool;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #open = new Map<string, Transaction>();
  readonly #ended = new Map<string, string>();

  constructor(pool: Pool, { clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#pool = pool;
    this.#clock = clock;
    this.#log = log;
  }

  /**
   * Begins a transaction and resolves with its id.
   *
   * @param how what follows BEGIN
   * @param timeoutMs how long it waits for each next call
   */
  async begin(how: string, timeoutMs: number, signal: AbortSignal): Promise<string> {
    const connection = await this.#pool.take(signal);
    try {
      await connection.script(`BEGIN ${how}`, signal);
    } catch (error) {
      await this.#pool.giveClean(connection);
      throw error;
    }
    const id = crypto.randomUUID();
    const transaction: Transaction = {
      connection,
      timeoutMs,
      last: Promise.resolve(),
      calls: 0,
      left: new AbortController(),
    };
    this.#open.set(id, transaction);
    void this.#endWhenLeft(id, transaction);
    return id;
  }

  /** Runs something in a transaction, after what was asked for before. Rejects with PHLOW_TRANSACTION_ENDED where there is none of that id. */
  run<T>(id: string, work: (connection: Connection) => Promise<T>): Promise<T> {
    return this.#inTurn(id, async ({ connection }) => {
      const result = await work(connection);
      if (connection.isInTransaction) return result;
      await this.#end(id, 'a statement ended it');
      return result;
    });
  }

  /** Ends a transaction. False when it could only be rolled back: a statement of it had failed. */
  end(id: string, how: 'COMMIT' | 'ROLLBACK', signal: AbortSignal): Promise<boolean> {
    return this.#inTurn(id, async ({ connection }) => {
      try {
        return (await connection.script(how, signal)) === how;
      } finally {
        await this.#end(id, how === 'COMMIT' ? 'it was committed' : 'it was rolled back');
      }
    });
  }

  /** Rolls all of them back. */
  async close(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((id) => this.#end(id, 'the module was stopped')));
  }

  async #inTurn<T>(id: string, work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const transaction = this.#find(id);
    transaction.left.abort();
    transaction.calls++;
    const before = transaction.last;
    const result = before.then(async () => {
      // It may have ended while this call waited for its turn.
      const found = this.#find(id);
      try {
        return await work(found);
      } finally {
        if (found.connection.isLost) await this.#end(id, 'its connection was lost');
      }
    });
    transaction.last = result.catch(() => undefined);
    try {
      return await result;
    } finally {
      transaction.calls--;
      if (transaction.calls === 0 && this.#open.has(id)) {
        transaction.left = new AbortController();
        void this.#endWhenLeft(id, transaction);
      }
    }
  }

  #find(id: string): Transaction {
    const transaction = this.#open.get(id);
    if (transaction !== undefined) return transaction;
    const why = this.#ended.get(id) ?? 'no transaction of this id was begun here';
    throw new PhlowError('PHLOW_TRANSACTION_ENDED', `Cannot go on with the transaction: ${why}`);
  }

  async #endWhenLeft(id: string, { timeoutMs, left }: Transaction): Promise<void> {
    try {
      await this.#clock.sleep(timeoutMs, left.signal);
    } catch {
      return;
    }
    this.#log.warn(`Rolled back a transaction: no statement came for ${timeoutMs / 1_000} s`);
    await this.#end(id, `it was rolled back, because no statement came for ${timeoutMs / 1_000} s`);
  }

  async #end(id: string, why: string): Promise<void> {
    const transaction = this.#open.get(id);
    if (transaction === undefined) return;
    this.#open.delete(id);
    this.#ended.set(id, why);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > MAX_REMEMBERED && oldest !== undefined) this.#ended.delete(oldest);
    transaction.left.abort();
    await this.#pool.giveClean(transaction.connection);
  }
}
