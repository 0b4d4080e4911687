import type { Result, Row } from '../../stores/postgres/connection.js';
import { causeText, isServerError } from '../../stores/postgres/server-error.js';
import { isPhlowError, messageOf } from '../../../src/errors.js';

/** What a statement came to, as callers get it. */
export interface Data {
  readonly rows: readonly Row[];
  readonly count: number;
  readonly affected: number;
}

/** Why a statement was not carried out. */
export interface Failure {
  readonly success: false;
  readonly error: {
    /** The SQLSTATE, or `UNKNOWN`. */
    readonly code: string;
    readonly cause: string;
    readonly message: string;
    /** Which query of a list failed, counting from 0. */
    readonly index?: number;
  };
}

/** The data of an answer. */
export function dataOf({ rows, affected }: Result): Data {
  return { rows, count: rows.length, affected };
}

/**
 * The answer to a statement that was not carried out. What has to do with the connection, the deadline or the module is no answer, and thrown on.
 *
 * @param signal that of the call
 */
export function failureOf(error: unknown, signal: AbortSignal, index?: number): Failure {
  signal.throwIfAborted();
  if (isPhlowError(error)) throw error;
  const where = index === undefined ? {} : { index };
  if (!isServerError(error))
    return { success: false, error: { code: 'UNKNOWN', cause: '', message: messageOf(error), ...where } };
  const { code = 'UNKNOWN', message } = error;
  return { success: false, error: { code, cause: causeText(error), message, ...where } };
}
