import type { Exchange } from './exchange.js';
import { RequestFailure } from './failure.js';

/** Statuses that say "not now". */
const RETRIED: readonly number[] = [408, 429, 502, 503, 504];
const MAX_DELAY_MS = 30_000;

/** Whether the same request may come to something else in a moment. What was refused stays refused. */
export function isWorthRetrying(outcome: Exchange | Error): boolean {
  if (outcome instanceof RequestFailure) return outcome.code === 'PHLOW_CAPABILITY_FAILED';
  return !(outcome instanceof Error) && RETRIED.includes(outcome.response.status);
}

/**
 * How long to wait before the next attempt: twice as long each time, of which a random half is left out so that those who failed together do not come back
 * together; or as long as the server asks for, if that is longer.
 *
 * @param attempt counts from 0.
 */
export function retryDelayMs(
  outcome: Exchange | Error,
  attempt: number,
  firstMs: number,
  unixMs: number,
  random: () => number = Math.random,
): number {
  const most = Math.min(MAX_DELAY_MS, firstMs * 2 ** attempt);
  const own = most * (0.5 + random() / 2);
  const asked = outcome instanceof Error ? undefined : retryAfterMs(outcome.response.headers, unixMs);
  return Math.max(own, asked ?? 0);
}

/** What `Retry-After` says, as seconds or as a date; undefined for nothing that can be read. */
function retryAfterMs(headers: Readonly<Record<string, string>>, unixMs: number): number | undefined {
  const text = headers['retry-after'];
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text.trim())) return Number(text) * 1_000;
  // Only what HTTP calls a date: others are read as what nobody meant.
  const date = / GMT$/.test(text.trim()) ? Date.parse(text) : NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - unixMs);
}
