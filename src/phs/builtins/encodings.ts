const PLAIN = /^[A-Za-z0-9\-_.~]$/;

/** How each byte is written in a form: unreserved characters as they are, a space as `+`, anything else as `%XX`. */
const FORM_BYTES: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  if (PLAIN.test(character)) return character;
  return byte === 32 ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
});

const PERCENT = 0x25;
const PLUS = 0x2b;
const SPACE = 0x20;

/** Form encoding of the text's UTF-8 bytes. */
export function toUrl(text: string): string {
  let out = '';
  for (const byte of Buffer.from(text)) out += FORM_BYTES[byte] ?? '';
  return out;
}

/**
 * Reads form encoding. A `%` without two hex digits after it stays, and so do the two characters after it, whatever they are
 * (docs/spec/phs.md 11.1). Bytes that are no UTF-8 make the result empty.
 */
export function fromUrl(text: string): string {
  const from = Buffer.from(text);
  const to = Buffer.alloc(from.length);
  let length = 0;
  for (let i = 0; i < from.length;) {
    const byte = from[i] ?? 0;
    const code = byte === PERCENT ? hexAt(from, i + 1) : undefined;
    if (code !== undefined) {
      to[length++] = code;
      i += 3;
      continue;
    }
    const end = byte === PERCENT ? characterEnd(from, characterEnd(from, i + 1)) : i + 1;
    if (byte === PLUS) to[length++] = SPACE;
    else for (let j = i; j < end; j++) to[length++] = from[j] ?? 0;
    i = end;
  }
  return utf8Text(to.subarray(0, length));
}

/** Base64 of the text's UTF-8 bytes, with padding. */
export function toBase64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** Reads base64, adding what padding is missing; empty when it is not base64, or not of UTF-8. */
export function fromBase64(text: string): string {
  const padded = text + '='.repeat((4 - (text.length % 4)) % 4);
  const bytes = Buffer.from(padded, 'base64');
  // The decoder skips what it does not know; only canonical base64 comes back the same.
  return bytes.toString('base64') === padded ? utf8Text(bytes) : '';
}

function hexAt(bytes: Buffer, at: number): number | undefined {
  const digits = bytes.toString('latin1', at, at + 2);
  return /^[0-9A-Fa-f]{2}$/.test(digits) ? parseInt(digits, 16) : undefined;
}

/** Where the UTF-8 character that starts at a byte ends. */
function characterEnd(bytes: Buffer, at: number): number {
  let end = Math.min(at + 1, bytes.length);
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end++;
  return end;
}

function utf8Text(bytes: Buffer): string {
  const text = bytes.toString();
  return text.includes('\ufffd') && !Buffer.from(text).equals(bytes) ? '' : text;
}
