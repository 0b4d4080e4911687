import { isMap, textOf, type Value } from '../../../src/values.js';
import { toBase64 } from '../../../src/wire/base64.js';

/** OIDs of types, as `pg_type` has them on every server. */
const BOOL = 16;
const BYTEA = 17;
const INT8 = 20;
const JSON_TYPES: readonly number[] = [114, 3802];
const NUMERIC = 1700;
const NUMBERS: readonly number[] = [21, 23, 26, 700, 701];
const TIMESTAMP = 1114;
const TIMESTAMPTZ = 1184;
/** Types whose text is their value: text, varchar, char, bpchar, name, date, time, timetz, interval, uuid, inet, cidr, void, xml. */
const TEXTS: readonly number[] = [25, 1043, 18, 1042, 19, 1082, 1083, 1266, 1186, 2950, 869, 650, 2278, 142];

const KNOWN: ReadonlySet<number> = new Set([
  BOOL,
  BYTEA,
  INT8,
  ...JSON_TYPES,
  NUMERIC,
  ...NUMBERS,
  TIMESTAMP,
  TIMESTAMPTZ,
  ...TEXTS,
]);

/** What the catalogue says of an array type. */
export interface ArrayType {
  /** The OID of its elements' type. */
  readonly element: number;
  /** What stands between two elements: a comma, but for boxes. */
  readonly delimiter: string;
}

/** The types that the catalogue was asked about: arrays, or undefined for anything else. */
export type TypeTable = Map<number, ArrayType | undefined>;

/** Those of the types that have to be looked up before values of them can be read or written. */
export function unknownTypes(oids: readonly number[], table: TypeTable): readonly number[] {
  return [...new Set(oids)].filter((oid) => oid !== 0 && !KNOWN.has(oid) && !table.has(oid));
}

/** A value as the server wrote it, in its text form. */
export function readValue(text: string, oid: number, table: TypeTable): Value {
  if (TEXTS.includes(oid)) return text;
  if (NUMBERS.includes(oid)) return Number(text);
  if (JSON_TYPES.includes(oid)) return JSON.parse(text) as Value;
  switch (oid) {
    case BOOL:
      return text === 't';
    case INT8: {
      const number = Number(text);
      return Number.isSafeInteger(number) ? number : text;
    }
    case NUMERIC:
      return numericOf(text);
    case BYTEA:
      return toBase64(bytesOf(text));
    case TIMESTAMP:
      return text.replace(/\.(\d+)$/, paddedFraction);
    case TIMESTAMPTZ:
      return isoOf(text);
  }
  const array = table.get(oid);
  return array === undefined ? text : readArray(text, array, table);
}

/** The number that a decimal says, or its text where a number would say something else. */
function numericOf(text: string): number | string {
  const number = Number(text);
  if (Number.isNaN(number) || !Number.isFinite(number)) return number;
  const plain = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  return textOf(number) === plain ? number : text;
}

/** Bytes as the server writes them: in hexadecimal, or by the older rule where it is set so. */
function bytesOf(text: string): Uint8Array {
  if (text.startsWith('\\x')) return Buffer.from(text.slice(2), 'hex');
  const latin = text.replace(/\\(\\|[0-7]{3})/g, (_, code: string) =>
    code === '\\' ? code : String.fromCharCode(parseInt(code, 8)),
  );
  return Buffer.from(latin, 'latin1');
}

/** The fraction of a second with three or six digits. */
function paddedFraction(_: string, digits: string): string {
  return `.${digits.padEnd(digits.length <= 3 ? 3 : 6, '0')}`;
}

/** A time with its offset as ISO 8601 in UTC, to the microsecond; as it is where ISO has no word for it (`infinity`, years before Christ). */
function isoOf(text: string): string {
  const parts =
    /^(\d{4,6})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d+))?([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?$/.exec(
      text,
    );
  if (parts === null) return text;
  const [, year, month, day, hour, minute, second, fraction, sign, ...offset] = parts;
  const [hours = '0', minutes = '0', seconds = '0'] = offset;
  const offsetS = Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
  const offsetMs = offsetS * (sign === '-' ? -1_000 : 1_000);
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  date.setUTCHours(Number(hour), Number(minute), Number(second));
  const iso = new Date(date.getTime() - offsetMs).toISOString();
  return fraction === undefined
    ? iso.replace('.000Z', 'Z')
    : iso.replace('.000Z', `${paddedFraction('', fraction)}Z`);
}

/** An array as the server writes it: `{1,NULL,"a b",{2}}`, which may begin with its bounds (`[0:1]=`). */
function readArray(text: string, { element, delimiter }: ArrayType, table: TypeTable): Value {
  let at = text.startsWith('[') ? text.indexOf('=') + 1 : 0;
  const list = (): Value[] => {
    const items: Value[] = [];
    at++;
    while (text[at] !== '}') {
      if (text[at] === '{') items.push(list());
      else if (text[at] === '"') items.push(readValue(quoted(), element, table));
      else {
        const from = at;
        while (text[at] !== delimiter && text[at] !== '}') at++;
        const item = text.slice(from, at);
        items.push(item === 'NULL' ? null : readValue(item, element, table));
      }
      if (text[at] === delimiter) at++;
    }
    at++;
    return items;
  };
  const quoted = (): string => {
    let item = '';
    for (at++; text[at] !== '"'; at++) item += text[at] === '\\' ? (text[++at] ?? '') : (text[at] ?? '');
    at++;
    return item;
  };
  return list();
}

/**
 * A parameter in the text form in which the server reads it; null for NULL. The server determines the types: a text goes to any of them as it is.
 * Lists become arrays where the statement takes one, otherwise they and objects are JSON. Throws for what has no form.
 */
export function writeValue(value: unknown, oid: number, table: TypeTable): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  if (value instanceof Date) return value.toISOString();
  const array = Array.isArray(value) ? table.get(oid) : undefined;
  if (array !== undefined) return writeArray(value as readonly unknown[], array, table);
  if (typeof value !== 'object') return textOf(value);
  if (!Array.isArray(value) && !isPlain(value))
    throw new Error(`${Object.prototype.toString.call(value).slice(8, -1)} has no form in SQL`);
  return JSON.stringify(value);
}

function isPlain(value: object): boolean {
  return isMap(value) && Object.prototype.toString.call(value) === '[object Object]';
}

function writeArray(items: readonly unknown[], array: ArrayType, table: TypeTable): string {
  const texts = items.map((item) => {
    // Arrays of arrays have the same type as arrays; lists within a list of JSON are JSON.
    if (Array.isArray(item) && !JSON_TYPES.includes(array.element)) return writeArray(item, array, table);
    const text = writeValue(item, array.element, table);
    return text === null ? 'NULL' : `"${text.replace(/["\\]/g, '\\$&')}"`;
  });
  return `{${texts.join(array.delimiter)}}`;
}
