import { bytesOf } from './buffer-source.js';
import { isStateful, pendingBytes } from './multibyte.js';
import { outside } from './outside.js';
import { TextBuilder, Utf8Reader } from './utf8.js';
import { Utf16Reader } from './utf16.js';
import { asInterface, toDictionary, toDomString } from './webidl.js';

/** Reads bytes in pieces; undefined when they are malformed and must not be. */
interface Reader {
  read(bytes: Uint8Array, isFatal: boolean, isLast: boolean): string | undefined;
}

/** Names for which the other side need not be asked. */
const COMMON_LABELS: Readonly<Record<string, string | undefined>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'utf-16le': 'utf-16le',
  'utf-16be': 'utf-16be',
  // Node does not know it.
  'x-user-defined': 'x-user-defined',
};

/** From here on a whole text is read faster on the other side than here. */
const MIN_LONG_BYTES = 1024;

/** What 0x80 to 0x9F are in windows-1252, which is also what the web means by latin1 and ascii. */
const WINDOWS_1252 =
  '\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f' +
  '\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178';

/** Bytes to text. */
class TextDecoder {
  readonly #encoding: string;
  readonly #isFatal: boolean;
  readonly #keepsMark: boolean;
  #reader: Reader | undefined;
  #isAtStart = true;

  constructor(label: unknown = 'utf-8', options?: unknown) {
    const text = toDomString(label);
    const { fatal, ignoreBOM } = toDictionary(options, 'new TextDecoder()');
    const encoding = nameOf(text);
    if (encoding === undefined || encoding === 'replacement')
      throw Object.assign(
        new RangeError(`Cannot decode text: the encoding ${JSON.stringify(text.slice(0, 40))} is not known`),
        { code: 'ERR_ENCODING_NOT_SUPPORTED' },
      );
    this.#encoding = encoding;
    this.#isFatal = Boolean(fatal);
    this.#keepsMark = Boolean(ignoreBOM);
  }

  get encoding(): string {
    return this.#encoding;
  }
  get fatal(): boolean {
    return this.#isFatal;
  }
  get ignoreBOM(): boolean {
    return this.#keepsMark;
  }

  decode(input?: unknown, options?: unknown): string {
    const isLast = !toDictionary(options, 'TextDecoder.decode()')['stream'];
    // After the options: reading them may run code of the module, which may move the bytes.
    const bytes = input === undefined ? new Uint8Array() : bytesOf(input);
    if (bytes === undefined)
      throw new TypeError('Cannot decode text: the input is neither an ArrayBuffer nor a view of one');
    const text = this.#read(bytes, isLast);
    if (text === undefined) {
      this.#restart();
      throw Object.assign(
        new TypeError(`Cannot decode text: the bytes are not well-formed ${this.#encoding}`),
        {
          code: 'ERR_ENCODING_INVALID_ENCODED_DATA',
        },
      );
    }
    const whole = this.#isAtStart ? this.#withoutMark(text) : text;
    if (text !== '') this.#isAtStart = false;
    if (isLast) this.#restart();
    return whole;
  }

  #read(bytes: Uint8Array, isLast: boolean): string | undefined {
    if (this.#reader === undefined && isLast && this.#encoding === 'utf-8' && bytes.length >= MIN_LONG_BYTES)
      return outside().natives.decode('utf-8', this.#isFatal, true, bytes);
    this.#reader ??= readerFor(this.#encoding);
    return this.#reader.read(bytes, this.#isFatal, isLast);
  }

  #withoutMark(text: string): string {
    return !this.#keepsMark && this.#encoding.startsWith('utf-') && text.startsWith('\uFEFF')
      ? text.slice(1)
      : text;
  }

  #restart(): void {
    this.#reader = undefined;
    this.#isAtStart = true;
  }
}

asInterface(TextDecoder, 'TextDecoder');

function nameOf(label: string): string | undefined {
  const trimmed = label
    .replace(/^[\t\n\f\r ]+/, '')
    .replace(/[\t\n\f\r ]+$/, '')
    .toLowerCase();
  return Object.hasOwn(COMMON_LABELS, trimmed)
    ? COMMON_LABELS[trimmed]
    : outside().natives.encodingName(trimmed);
}

/** Encodings beyond UTF and the two trivial ones are read on the other side. */
function readerFor(encoding: string): Reader {
  switch (encoding) {
    case 'utf-8':
      return new Utf8Reader();
    case 'utf-16le':
    case 'utf-16be':
      return new Utf16Reader(encoding === 'utf-16be');
    case 'windows-1252':
      return bytewise((byte) => (byte < 0xa0 ? WINDOWS_1252.charCodeAt(byte - 0x80) : byte));
    case 'x-user-defined':
      return bytewise((byte) => 0xf780 + byte - 0x80);
    default:
      return legacyReader(encoding);
  }
}

/** For encodings in which each byte is a character, and none is malformed. */
function bytewise(pointOf: (byte: number) => number): Reader {
  return {
    read: (bytes) => {
      const text = new TextBuilder(bytes.length);
      for (const byte of bytes) text.add(byte < 0x80 ? byte : pointOf(byte));
      return text.take();
    },
  };
}

function legacyReader(encoding: string): Reader {
  let waiting = new Uint8Array();
  return {
    read(bytes, isFatal, isLast) {
      const all = joined(waiting, bytes);
      const pending = isLast ? 0 : isStateful(encoding) ? all.length : pendingBytes(encoding, all);
      const end = all.length - pending;
      waiting = all.slice(end);
      return end === 0 ? '' : outside().natives.decode(encoding, isFatal, true, all.slice(0, end));
    },
  };
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

export { TextDecoder };
