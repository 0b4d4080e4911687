import { isLead, isTrail, utf8Length } from '../../../../src/wire/utf8-length.js';

const CHUNK = 0x2000;

/** Text as UTF-8; halves of surrogate pairs become U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8Length(text));
  encodeUtf8Into(text, bytes);
  return bytes;
}

/** Writes whole characters for as long as they fit. */
export function encodeUtf8Into(
  text: string,
  bytes: Uint8Array,
): { readonly read: number; readonly written: number } {
  const room = bytes.length;
  let at = 0;
  let written = 0;
  while (at < text.length) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) {
      if (written >= room) break;
      bytes[written++] = unit;
    } else if (unit < 0x800) {
      if (written + 2 > room) break;
      bytes[written++] = 0xc0 | (unit >> 6);
      bytes[written++] = 0x80 | (unit & 0x3f);
    } else if (isLead(unit) && isTrail(text.charCodeAt(at + 1))) {
      if (written + 4 > room) break;
      const point = 0x10000 + ((unit - 0xd800) << 10) + (text.charCodeAt(++at) - 0xdc00);
      bytes[written++] = 0xf0 | (point >> 18);
      bytes[written++] = 0x80 | ((point >> 12) & 0x3f);
      bytes[written++] = 0x80 | ((point >> 6) & 0x3f);
      bytes[written++] = 0x80 | (point & 0x3f);
    } else {
      if (written + 3 > room) break;
      const whole = isLead(unit) || isTrail(unit) ? 0xfffd : unit;
      bytes[written++] = 0xe0 | (whole >> 12);
      bytes[written++] = 0x80 | ((whole >> 6) & 0x3f);
      bytes[written++] = 0x80 | (whole & 0x3f);
    }
    at++;
  }
  return { read: at, written };
}

/** Code units on their way to a string, in pieces that a call can take as arguments. */
export class TextBuilder {
  readonly #parts: string[] = [];
  readonly #units: Uint16Array;
  #count = 0;

  /** `expected` is how many units come at most, as far as it is known: a short text needs little room. */
  constructor(expected: number) {
    // Room for a pair in any case.
    this.#units = new Uint16Array(Math.min(CHUNK, expected + 2));
  }

  /** `unit` is any code point. */
  add(point: number): void {
    if (this.#count + 2 > this.#units.length) this.#flush();
    if (point < 0x10000) this.#units[this.#count++] = point;
    else {
      this.#units[this.#count++] = 0xd7c0 + (point >> 10);
      this.#units[this.#count++] = 0xdc00 + (point & 0x3ff);
    }
  }

  /** Adds bytes as they are, up to the first that is not ASCII; returns where that is. */
  addAscii(bytes: Uint8Array, from: number): number {
    let at = from;
    while (at < bytes.length) {
      if (this.#count === this.#units.length) this.#flush();
      const end = Math.min(bytes.length, at + this.#units.length - this.#count);
      for (; at < end; at++) {
        const byte = bytes[at] ?? 0;
        if (byte > 0x7f) return at;
        this.#units[this.#count++] = byte;
      }
    }
    return at;
  }

  take(): string {
    this.#flush();
    const text = this.#parts.length === 1 ? (this.#parts[0] ?? '') : this.#parts.join('');
    this.#parts.length = 0;
    return text;
  }

  #flush(): void {
    if (this.#count === 0) return;
    const units = this.#units.subarray(0, this.#count);
    this.#parts.push(String.fromCharCode.apply(undefined, units as unknown as number[]));
    this.#count = 0;
  }
}

/** Reads UTF-8 in pieces, as the Encoding standard has it. */
export class Utf8Reader {
  #point = 0;
  #needed = 0;
  #lower = 0x80;
  #upper = 0xbf;

  /** Undefined when `isFatal` and the bytes are malformed. */
  read(bytes: Uint8Array, isFatal: boolean, isLast: boolean): string | undefined {
    const text = new TextBuilder(bytes.length);
    let at = 0;
    while (at < bytes.length) {
      if (this.#needed === 0) {
        at = text.addAscii(bytes, at);
        if (at >= bytes.length) break;
        if (!this.#begin(bytes[at++] ?? 0)) {
          if (isFatal) return undefined;
          text.add(0xfffd);
        }
        continue;
      }
      const byte = bytes[at] ?? 0;
      if (byte < this.#lower || byte > this.#upper) {
        // The byte begins something else: it is read again.
        this.#reset();
        if (isFatal) return undefined;
        text.add(0xfffd);
        continue;
      }
      at++;
      this.#lower = 0x80;
      this.#upper = 0xbf;
      this.#point = (this.#point << 6) | (byte & 0x3f);
      if (--this.#needed === 0) text.add(this.#point);
    }
    if (isLast && this.#needed > 0) {
      this.#reset();
      if (isFatal) return undefined;
      text.add(0xfffd);
    }
    return text.take();
  }

  #begin(byte: number): boolean {
    if (byte >= 0xc2 && byte <= 0xdf) this.#expect(1, byte & 0x1f);
    else if (byte >= 0xe0 && byte <= 0xef) {
      if (byte === 0xe0) this.#lower = 0xa0;
      if (byte === 0xed) this.#upper = 0x9f;
      this.#expect(2, byte & 0x0f);
    } else if (byte >= 0xf0 && byte <= 0xf4) {
      if (byte === 0xf0) this.#lower = 0x90;
      if (byte === 0xf4) this.#upper = 0x8f;
      this.#expect(3, byte & 0x07);
    } else return false;
    return true;
  }

  #expect(needed: number, point: number): void {
    this.#needed = needed;
    this.#point = point;
  }

  #reset(): void {
    this.#needed = 0;
    this.#lower = 0x80;
    this.#upper = 0xbf;
  }
}

/** Bytes as the characters of the same numbers. */
export function textOfBytes(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK) {
    const part = bytes.subarray(at, at + CHUNK);
    parts.push(String.fromCharCode.apply(undefined, part as unknown as number[]));
  }
  return parts.join('');
}

/** Whole UTF-8 text; malformed bytes become U+FFFD, a byte order mark stays. */
export function decodeUtf8(bytes: Uint8Array): string {
  return new Utf8Reader().read(bytes, false, true) ?? '';
}
