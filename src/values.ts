/**
 * What a package, a reply, a setting or a flow carries: plain data. Integers outside the safe range are bigints (at most
 * 64 bits); `undefined` stands only for "no value at all" at the top of an input, payload or result, and is null elsewhere.
 */
export type Value =
  | null
  | undefined
  | boolean
  | number
  | bigint
  | string
  | readonly Value[]
  | { readonly [key: string]: Value };

/** A mapping from names to values. */
export type ValueMap = Readonly<Record<string, Value>>;

/** True for a mapping: an object that is neither null nor an array. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The text form of a value (docs/spec/modules.md 1.2, docs/spec/flow.md 1): a string is itself, numbers are shortest decimals without an
 * exponent, null is `null`, objects and arrays are JSON indented by two with keys sorted by code point.
 */
export function textOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return decimalOf(value);
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'undefined':
      return 'undefined';
    default:
      return value === null ? 'null' : prettyJson(value, '');
  }
}

function decimalOf(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return Object.is(value, -0) ? '0' : text;
  const [mantissa = '', exponent = '0'] = text.split('e');
  const negative = mantissa.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const shift = Number(exponent);
  if (shift < 0) return `${negative}0.${'0'.repeat(-shift - 1)}${whole}${fraction}`;
  return `${negative}${whole}${fraction.padEnd(shift, '0')}`;
}

function prettyJson(value: unknown, indent: string): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    const items = value.map((item) => inner + prettyJson(item, inner));
    return `[\n${items.join(',\n')}\n${indent}]`;
  }
  if (isMap(value)) {
    const keys = Object.keys(value).sort(compareText);
    if (keys.length === 0) return '{}';
    const members = keys.map((key) => `${inner}${JSON.stringify(key)}: ${prettyJson(value[key], inner)}`);
    return `{\n${members.join(',\n')}\n${indent}}`;
  }
  if (typeof value === 'string') return JSON.stringify(value);
  // Values have none of these; what a module logs may.
  return value === undefined || typeof value === 'function' || typeof value === 'symbol'
    ? 'null'
    : textOf(value);
}

/** Orders text by code point (JavaScript's own order is by UTF-16 unit, which differs for astral characters). */
export function compareText(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    // Surrogates stand for code points above every other unit, yet sort below U+E000..U+FFFF as units.
    const xHigh = x >= 0xd800 && x <= 0xdfff;
    const yHigh = y >= 0xd800 && y <= 0xdfff;
    if (xHigh !== yHigh) return xHigh ? 1 : -1;
    return x - y;
  }
  return a.length - b.length;
}

/** True for a promise, and for anything else that has a `then`. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
