import { durationOfUnit } from './units.js';

/** So much per length of time. */
export interface Rate {
  readonly amount: number;
  readonly perMs: number;
}

/**
 * Reads `AMOUNT/UNIT`, for example `30s/min` or `64KiB/s`; undefined when either side is not understood.
 *
 * @param parseAmount reads the part before the slash, for example `parseDuration`.
 */
export function parseRate(
  value: unknown,
  parseAmount: (text: string) => number | undefined,
): Rate | undefined {
  if (typeof value !== 'string') return undefined;
  const slash = value.indexOf('/');
  if (slash === -1) return undefined;
  const amount = parseAmount(value.slice(0, slash).trim());
  const perMs = durationOfUnit(value.slice(slash + 1).trim());
  return amount === undefined || perMs === undefined ? undefined : { amount, perMs };
}
