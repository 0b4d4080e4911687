/** A decimal number as it is written: `digits * 10 ** -places`. */
interface Decimal {
  readonly digits: bigint;
  readonly places: number;
}

/**
 * True when a number is a multiple of another as both are written in decimal: 19.99 is one of 0.01, although their quotient as doubles is
 * 1998.9999999999998.
 */
export function isMultipleOf(value: number | bigint, divisor: number): boolean {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return false;
    // What doubles hold exactly needs no decimals.
    if (Number.isSafeInteger(value) && Number.isSafeInteger(divisor)) return value % divisor === 0;
  }
  const a = decimalOf(value);
  const b = decimalOf(divisor);
  const places = Math.max(a.places, b.places);
  return scaled(a, places) % scaled(b, places) === 0n;
}

function scaled({ digits, places }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(to - places);
}

/** Reads the shortest text of a double, which is what somebody wrote: `19.99`, `1e-7`. */
function decimalOf(value: number | bigint): Decimal {
  if (typeof value === 'bigint') return { digits: value, places: 0 };
  const [mantissa = '', exponent = '0'] = String(value).split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const places = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction);
  return places < 0 ? { digits: digits * 10n ** BigInt(-places), places: 0 } : { digits, places };
}
