import { textOf } from '../../../src/values.js';
import type { Statement } from '../../stores/postgres/statements.js';
import type { Config } from './config.js';

/** What a call carries, as the manifest has let it pass. */
export interface PostgresInput {
  readonly action?: 'query' | 'begin' | 'commit' | 'rollback' | 'transaction';
  readonly query?: unknown;
  readonly params?: unknown;
  readonly batch?: unknown;
  readonly cache_query?: unknown;
  readonly transaction?: unknown;
  readonly queries?: readonly { readonly query?: unknown; readonly params?: unknown }[];
  readonly stream?: unknown;
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable';
  readonly read_only?: boolean;
  /** Seconds. */
  readonly timeout?: number;
}

/** The statement that a call asks for. */
export function statementOf(
  { query, params, cache_query: isKept }: Pick<PostgresInput, 'query' | 'params' | 'cache_query'>,
  config: Config,
): Statement {
  return {
    text: queryText(query),
    params: Array.isArray(params) ? (params as readonly unknown[]) : [],
    isKept: typeof isKept === 'boolean' ? isKept : config.cacheQuery,
  };
}

/** The text of a statement. A variable that is not there arrives as null. */
export function queryText(query: unknown): string {
  if (query === undefined || query === null) throw unreadable('Query not found or not a string');
  return textOf(query);
}

/** The id of the transaction that a call ends. */
export function transactionIdOf({ action, transaction }: PostgresInput): string {
  if (transaction === undefined || transaction === null)
    throw unreadable(`Missing 'transaction' field for ${textOf(action)} action`);
  return textOf(transaction);
}

/** The statements of a transaction. */
export function queriesOf({ queries, cache_query }: PostgresInput, config: Config): readonly Statement[] {
  if (queries === undefined) throw unreadable("Missing 'queries' field for transaction action");
  return queries.map((one) => statementOf({ ...one, cache_query }, config));
}

/** Why a call fails whose input says too little. */
export function unreadable(problem: string): Error {
  return new Error(`Failed to parse input: ${problem}`);
}

/** What follows BEGIN. */
export function beginWords({ isolation, read_only: isReadOnly }: PostgresInput): string {
  const words = isolation === undefined ? [] : [`ISOLATION LEVEL ${isolation.toUpperCase()}`];
  return [...words, ...(isReadOnly === true ? ['READ ONLY'] : [])].join(' ');
}
