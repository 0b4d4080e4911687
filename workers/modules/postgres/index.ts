import { createStep, type Context } from '../../../src/sdk/index.js';
import { messageOf, isPhlowError, PhlowError } from '../../../src/errors.js';
import { textOf } from '../../../src/values.js';
import { pg } from '../../stores/postgres/client.js';
import type { Connection, Row } from '../../stores/postgres/connection.js';
import type { Statement } from '../../stores/postgres/statements.js';
import { Pool } from '../../stores/postgres/pool.js';
import { isServerError } from '../../stores/postgres/server-error.js';
import { type Config, configOf, type PostgresSettings } from './config.js';
import {
  beginWords,
  type PostgresInput,
  queriesOf,
  queryText,
  statementOf,
  transactionIdOf,
  unreadable,
} from './input.js';
import { type Data, dataOf, type Failure, failureOf } from './reply.js';
import { Transactions } from './transactions.js';

interface State {
  readonly config: Config;
  readonly pool: Pool;
  readonly transactions: Transactions;
}

/** What `batch: false` answers with: `OK`. */
type Reply = { readonly success: true; readonly data?: unknown } | Failure | 'OK';

/** Rows that are fetched at a time for a stream. */
const PAGE_ROWS = 100;

/** The postgres module: statements with parameters, on a pool of connections. */
export default createStep<PostgresInput, PostgresSettings, State>({
  start({ with: settings, clock, log }) {
    // A package that is missing fails the load, not the first call.
    pg();
    const config = configOf(settings);
    const { host, port, database } = config.server;
    log.debug('Postgres module started', { host, port, database, max_pool_size: config.poolSize });
    const pool = new Pool(config.server, config.poolSize);
    return { config, pool, transactions: new Transactions(pool, { clock, log }) };
  },

  handler({ input }, context, state) {
    switch (input.action ?? 'query') {
      case 'begin':
        return begin(input, context, state);
      case 'commit':
      case 'rollback':
        return end(input, context, state);
      case 'transaction':
        return transaction(input, context, state);
      case 'query':
        return input.stream === true ? streamed(input, context, state) : query(input, context, state);
    }
  },

  invalid([violation]) {
    throw unreadable(violation.message);
  },

  async stop({ transactions, pool }) {
    await transactions.close();
    await pool.close();
  },
});

type Call = Pick<Context, 'signal'>;

/** Runs something in the transaction that a call names, or on a connection of its own. */
function on<T>(
  input: PostgresInput,
  { signal }: Call,
  { pool, transactions }: State,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const { transaction: id } = input;
  return id === undefined || id === null ? pool.use(work, signal) : transactions.run(textOf(id), work);
}

async function query(input: PostgresInput, context: Call, state: State): Promise<Reply> {
  const { signal } = context;
  if (!(typeof input.batch === 'boolean' ? input.batch : state.config.batch))
    return script(input, context, state);
  const statement = statementOf(input, state.config);
  try {
    const result = await on(input, context, state, (connection) => connection.run(statement, signal));
    return { success: true, data: dataOf(result) };
  } catch (error) {
    return failureOf(error, signal);
  }
}

async function script(input: PostgresInput, context: Call, state: State): Promise<'OK'> {
  const { signal } = context;
  const text = queryText(input.query);
  try {
    await on(input, context, state, (connection) => connection.script(text, signal));
    return 'OK';
  } catch (error) {
    signal.throwIfAborted();
    if (isPhlowError(error)) throw error;
    throw failedWith('Batch execution failed', error);
  }
}

async function* streamed(input: PostgresInput, context: Call, state: State): AsyncGenerator<Row> {
  const { signal } = context;
  const statement = statementOf(input, state.config);
  const connection = await state.pool.take(signal);
  try {
    yield* connection.rows(statement, PAGE_ROWS, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw isServerError(error) ? failedWith('The query failed', error) : error;
  } finally {
    await state.pool.giveClean(connection);
  }
}

function failedWith(attempt: string, error: unknown): PhlowError {
  const sqlState = isServerError(error) ? error.code : undefined;
  return new PhlowError('PHLOW_STORE_FAILED', `${attempt}: ${messageOf(error)}`, {
    cause: error,
    details: { store: 'postgres', ...(sqlState === undefined ? {} : { sqlState }) },
  });
}

async function begin(
  input: PostgresInput,
  { signal }: Call,
  { config, transactions }: State,
): Promise<Reply> {
  const timeoutMs = input.timeout === undefined ? config.transactionTimeoutMs : input.timeout * 1_000;
  try {
    return {
      success: true,
      data: { transaction: await transactions.begin(beginWords(input), timeoutMs, signal) },
    };
  } catch (error) {
    return failureOf(error, signal);
  }
}

const ROLLED_BACK: Failure = {
  success: false,
  error: {
    code: '25P02',
    cause: '',
    message: 'The transaction was rolled back in the place of a commit: a statement of it had failed',
  },
};

async function end(input: PostgresInput, { signal }: Call, { transactions }: State): Promise<Reply> {
  const id = transactionIdOf(input);
  const how = input.action === 'commit' ? 'COMMIT' : 'ROLLBACK';
  try {
    const isDone = await transactions.end(id, how, signal);
    return isDone ? { success: true } : ROLLED_BACK;
  } catch (error) {
    return failureOf(error, signal);
  }
}

/** All queries on one connection, in one transaction: all of them, or none. */
async function transaction(input: PostgresInput, { signal }: Call, { config, pool }: State): Promise<Reply> {
  const statements = queriesOf(input, config);
  let index: number | undefined;
  try {
    return await pool.use(async (connection) => {
      await connection.script(`BEGIN ${beginWords(input)}`, signal);
      try {
        const results: Data[] = [];
        for (const [at, statement] of statements.entries()) {
          index = at;
          results.push(dataOf(await inside(connection, statement, signal)));
        }
        index = undefined;
        // What is checked at the end (deferred constraints) fails here.
        await connection.script('COMMIT', signal);
        return { success: true, data: { results } };
      } catch (error) {
        if (connection.isInTransaction && !connection.isLost)
          await connection.script('ROLLBACK', new AbortController().signal);
        throw error;
      }
    }, signal);
  } catch (error) {
    return failureOf(error, signal, index);
  }
}

async function inside(
  connection: Connection,
  statement: Statement,
  signal: AbortSignal,
): ReturnType<Connection['run']> {
  const result = await connection.run(statement, signal);
  if (connection.isInTransaction) return result;
  throw new Error('The statement ended the transaction, what follows it was not run');
}
