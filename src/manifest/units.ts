const BYTES_PER_UNIT: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1_000,
  MB: 1_000_000,
  GB: 1_000_000_000,
  KiB: 1_024,
  MiB: 1_048_576,
  GiB: 1_073_741_824,
};
const SIZE_FORM = /^(\d{1,12}(?:\.\d{1,3})?)\s*(B|kB|MB|GB|KiB|MiB|GiB)$/;

/** Bytes of a size: a whole number of them, or text such as `512B`, `64KiB`, `1.5GiB`, `10MB`; undefined for anything else. */
export function parseByteSize(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const [, amount, unit] = SIZE_FORM.exec(value) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  return Math.floor(Number(amount) * (BYTES_PER_UNIT[unit] ?? Number.NaN));
}

const MS_PER_UNIT: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  min: 60_000,
  m: 60_000,
  h: 3_600_000,
};
const DURATION_FORM = /^(\d{1,9}(?:\.\d{1,3})?)\s*(ms|s|min|m|h)$/;

/** Milliseconds of a length of time: a number of them, or text such as `500ms`, `2s`, `1.5min`, `1h`; undefined for anything else. */
export function parseDuration(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const [, amount, unit] = DURATION_FORM.exec(value) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  return Number(amount) * (MS_PER_UNIT[unit] ?? Number.NaN);
}

/** Milliseconds of one unit written alone, as after the slash of `30s/min`; undefined when there is no such unit. */
export function durationOfUnit(unit: string): number | undefined {
  return Object.hasOwn(MS_PER_UNIT, unit) ? MS_PER_UNIT[unit] : undefined;
}

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
