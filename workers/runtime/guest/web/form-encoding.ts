import { decodeUtf8, encodeUtf8 } from './utf8.js';
import { wellFormed } from './webidl.js';

const ESCAPED_TOO = /[!'()~]|%20/g;

/** `a=1&b=2` from pairs, as forms and queries are written. */
export function toQuery(pairs: readonly (readonly [string, string])[]): string {
  return pairs.map(([name, value]) => `${escape(name)}=${escape(value)}`).join('&');
}

/** Pairs from `a=1&b=2`. */
export function fromQuery(query: string): [string, string][] {
  const pairs: [string, string][] = [];
  for (const part of query.split('&')) {
    if (part === '') continue;
    const at = part.indexOf('=');
    pairs.push(at < 0 ? [unescape(part), ''] : [unescape(part.slice(0, at)), unescape(part.slice(at + 1))]);
  }
  return pairs;
}

function escape(text: string): string {
  if (/^[\w*.-]*$/.test(text)) return text;
  return encodeURIComponent(wellFormed(text)).replace(ESCAPED_TOO, (found) =>
    found === '%20' ? '+' : `%${found.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function unescape(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return decodeUtf8(unescapeBytes(encodeUtf8(spaced)));
  }
}

/** `%41` as one byte; a sign with no two digits after it stays. */
function unescapeBytes(bytes: Uint8Array): Uint8Array {
  let written = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    const high = byte === 0x25 ? hex(bytes[at + 1]) : -1;
    const low = high < 0 ? -1 : hex(bytes[at + 2]);
    bytes[written++] = low < 0 ? byte : (high << 4) | low;
    if (low >= 0) at += 2;
  }
  return bytes.subarray(0, written);
}

function hex(byte = 0): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const upper = byte & ~0x20;
  return upper >= 0x41 && upper <= 0x46 ? upper - 0x37 : -1;
}
