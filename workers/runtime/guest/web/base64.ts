import { domError } from './dom-exception.js';
import { textOfBytes } from './utf8.js';
import { needArguments, toDomString } from './webidl.js';

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const PADDING = 0x3d;
const INVALID = 255;

const codes = Uint8Array.from(DIGITS, (digit) => digit.charCodeAt(0));
const values = new Uint8Array(128).fill(INVALID);
for (const [value, code] of codes.entries()) values[code] = value;

/** Bytes as base64. */
export function toBase64(bytes: Uint8Array): string {
  const digits = new Uint8Array(Math.ceil(bytes.length / 3) * 4).fill(PADDING);
  let at = 0;
  for (let from = 0; from < bytes.length; from += 3) {
    const triple = ((bytes[from] ?? 0) << 16) | ((bytes[from + 1] ?? 0) << 8) | (bytes[from + 2] ?? 0);
    // One byte makes two digits, two make three.
    const count = Math.min(3, bytes.length - from) + 1;
    for (let digit = 0; digit < count; digit++)
      digits[at + digit] = codes[(triple >> (18 - 6 * digit)) & 0x3f] ?? PADDING;
    at += 4;
  }
  return textOfBytes(digits);
}

/** The bytes behind base64, as the forgiving decode of the Infra standard reads it; undefined when it is none. */
export function fromBase64(given: string): Uint8Array | undefined {
  let text = given.replace(/[\t\n\f\r ]+/g, '');
  if (text.length % 4 === 0) text = text.replace(/={1,2}$/, '');
  if (text.length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let count = 0;
  let written = 0;
  for (let at = 0; at < text.length; at++) {
    const value = values[text.charCodeAt(at)] ?? INVALID;
    if (value === INVALID) return undefined;
    bits = ((bits << 6) | value) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes[written++] = bits >> count;
  }
  return bytes;
}

/** Text of single bytes to base64. */
export function btoa(data: unknown): string {
  needArguments(arguments.length, 1, 'btoa()');
  const text = toDomString(data);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit > 255)
      throw domError(
        'InvalidCharacterError',
        'Cannot encode text as base64: it has a character beyond U+00FF',
      );
    bytes[at] = unit;
  }
  return toBase64(bytes);
}

/** Base64 to text of single bytes. */
export function atob(data: unknown): string {
  needArguments(arguments.length, 1, 'atob()');
  const bytes = fromBase64(toDomString(data));
  if (bytes === undefined)
    throw domError('InvalidCharacterError', 'Cannot decode base64: the text is not base64');
  return textOfBytes(bytes);
}
