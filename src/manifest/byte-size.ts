const BYTES_PER_UNIT: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1_000,
  MB: 1_000_000,
  GB: 1_000_000_000,
  KiB: 1_024,
  MiB: 1_048_576,
  GiB: 1_073_741_824,
};
const FORM = /^(\d{1,12}(?:\.\d{1,3})?)\s*(B|kB|MB|GB|KiB|MiB|GiB)$/;

/** Bytes of a size: a whole number of them, or text such as `512B`, `64KiB`, `1.5GiB`, `10MB`; undefined for anything else. */
export function parseByteSize(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const [, amount, unit] = FORM.exec(value) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  return Math.floor(Number(amount) * (BYTES_PER_UNIT[unit] ?? Number.NaN));
}
