import { bytesOf } from './buffer-source.js';
import { decodeUtf8, encodeUtf8 } from './utf8.js';
import { asInterface, toDictionary, toUsvString } from './webidl.js';

let bytesOfBlob: (value: object) => Uint8Array | undefined;

/** Bytes with a type, as a whole in memory. */
class Blob {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #type: string;

  static {
    bytesOfBlob = (value) => (#bytes in value ? value.#bytes : undefined);
  }

  constructor(parts?: unknown, options?: unknown) {
    const { type } = toDictionary(options, 'new Blob()');
    this.#type = typeOf(type);
    this.#bytes = parts === undefined ? new Uint8Array() : joined(parts);
  }

  get size(): number {
    return this.#bytes.length;
  }
  get type(): string {
    return this.#type;
  }

  slice(start?: unknown, end?: unknown, type?: unknown): Blob {
    const from = start === undefined ? 0 : Number(start);
    const to = end === undefined ? this.#bytes.length : Number(end);
    // A whole array of its own: the part of a large blob does not keep the rest.
    return new Blob([this.#bytes.slice(from, to)], { type: type === undefined ? '' : type });
  }
  text(): Promise<string> {
    const bytes = this.#bytes;
    return Promise.resolve().then(() => decodeUtf8(bytes));
  }
  arrayBuffer(): Promise<ArrayBuffer> {
    return Promise.resolve(this.#bytes.slice().buffer);
  }
  bytes(): Promise<Uint8Array> {
    return Promise.resolve(this.#bytes.slice());
  }
}

asInterface(Blob, 'Blob');

/** A blob with a name. */
class File extends Blob {
  readonly #name: string;
  readonly #lastModified: number;

  constructor(parts: unknown, name: unknown, options?: unknown) {
    const { lastModified } = toDictionary(options, 'new File()');
    super(parts, options);
    this.#name = toUsvString(name);
    // The time is a capability that not every module has.
    this.#lastModified = lastModified === undefined ? 0 : Math.trunc(Number(lastModified)) || 0;
  }

  get name(): string {
    return this.#name;
  }
  get lastModified(): number {
    return this.#lastModified;
  }
}

asInterface(File, 'File');

function typeOf(value: unknown): string {
  const type = value === undefined ? '' : toUsvString(value);
  return /^[\x20-\x7e]*$/.test(type) ? type.toLowerCase() : '';
}

function joined(parts: unknown): Uint8Array<ArrayBuffer> {
  if (typeof parts !== 'object' || parts === null)
    throw new TypeError('Cannot make a Blob: its parts must be a list');
  const pieces = Array.from(parts as Iterable<unknown>, (part) => {
    const known =
      typeof part === 'object' && part !== null ? (bytesOfBlob(part) ?? bytesOf(part)) : undefined;
    // A copy at once: reading the next part may run code of the module.
    return known === undefined ? encodeUtf8(toUsvString(part)) : new Uint8Array(known);
  });
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

export { Blob, bytesOfBlob, File };
