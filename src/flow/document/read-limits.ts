import type { Diagnostics } from '../diagnostics.js';
import { textOf } from '../../values.js';
import { parseDuration } from '../../manifest/units.js';
import { valueOf, type MapEntry } from '../node.js';

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

/** Reads `at_once` of `for_each`. */
export function readAtOnce(entry: MapEntry | undefined, diagnostics: Diagnostics): number {
  const value = entry === undefined ? 1 : valueOf(entry.value);
  const isWhole = typeof value === 'number' && Number.isInteger(value);
  if (isWhole && value >= 1 && value <= 10_000) return value;
  diagnostics.error(`"at_once" must be a whole number from 1 to 10000: found ${textOf(value)}`, entry?.range);
  return 1;
}

/** Reads `once`. */
export function readOnce(entry: MapEntry | undefined, diagnostics: Diagnostics): boolean {
  const value = entry === undefined ? false : valueOf(entry.value);
  if (typeof value === 'boolean') return value;
  diagnostics.error(`"once" must be true or false: found ${textOf(value)}`, entry?.range);
  return false;
}
