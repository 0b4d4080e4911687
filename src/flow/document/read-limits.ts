import type { Diagnostics } from '../diagnostics.js';
import { textOf } from '../../values.js';
import { didYouMean } from '../../nearest.js';
import { parseDuration } from '../../manifest/units.js';
import { valueOf, type MapEntry } from '../node.js';
import type { RetryPolicy } from './flow-document.js';

const RETRY_KEYS = ['count', 'delay', 'backoff', 'max_delay'];
const MAX_RETRIES = 1_000;

/** Reads `timeout`. */
export function readTimeout(entry: MapEntry | undefined, diagnostics: Diagnostics): number | undefined {
  if (entry === undefined) return undefined;
  const timeoutMs = parseDuration(valueOf(entry.value));
  if (timeoutMs !== undefined && timeoutMs > 0) return timeoutMs;
  diagnostics.error(
    `"timeout" must be a length of time such as 500 (milliseconds), 250ms, 5s or 1m: found ${textOf(valueOf(entry.value))}`,
    entry.range,
  );
  return undefined;
}

/** Reads `retry`: a number of further attempts, or a mapping with count, delay, backoff and max_delay. */
export function readRetry(entry: MapEntry | undefined, diagnostics: Diagnostics): RetryPolicy | undefined {
  if (entry === undefined) return undefined;
  const { value } = entry;
  const get = (key: string, otherwise: unknown): unknown => {
    const own = value.kind === 'map' ? value.entries.get(key) : undefined;
    return own === undefined ? otherwise : valueOf(own.value);
  };
  const count = value.kind === 'map' ? get('count', 1) : valueOf(value);
  const delayMs = parseDuration(get('delay', 0));
  const backoff = get('backoff', 1);
  const maxDelayMs = parseDuration(get('max_delay', 60_000));
  const unknown =
    value.kind === 'map' ? [...value.entries.keys()].find((key) => !RETRY_KEYS.includes(key)) : undefined;
  if (
    unknown === undefined &&
    isWhole(count, 0, MAX_RETRIES) &&
    delayMs !== undefined &&
    typeof backoff === 'number' &&
    backoff >= 1 &&
    maxDelayMs !== undefined
  ) {
    return { count, delayMs, backoff, maxDelayMs };
  }
  diagnostics.error(
    `"retry" must be a number of further attempts (at most ${MAX_RETRIES}), or a mapping with count, delay, backoff (1 or more) and max_delay` +
      (unknown === undefined ? '' : `: found "${unknown}".${didYouMean(unknown, RETRY_KEYS)}`),
    entry.range,
  );
  return undefined;
}

/** Reads `at_once` of `for_each`. */
export function readAtOnce(entry: MapEntry | undefined, diagnostics: Diagnostics): number {
  const value = entry === undefined ? 1 : valueOf(entry.value);
  if (isWhole(value, 1, 10_000)) return value;
  diagnostics.error(`"at_once" must be a whole number from 1 to 10000: found ${textOf(value)}`, entry?.range);
  return 1;
}

function isWhole(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}
