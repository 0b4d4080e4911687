import { md5, sha1 } from '@noble/hashes/legacy.js';

/** What of `node:crypto` expressions use, where there is only the web's `crypto`. */
export function randomUUID(): string {
  return crypto.randomUUID();
}

/** Random bytes. */
export function randomBytes(length: number): Buffer {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(length)));
}

/** A hash of the two kinds that names become UUIDs with. */
export function createHash(name: 'md5' | 'sha1'): {
  update(data: string | Uint8Array): HashOf;
  digest(): Buffer;
} {
  return new HashOf(name);
}

class HashOf {
  readonly #parts: Buffer[] = [];
  readonly #name: 'md5' | 'sha1';

  constructor(name: 'md5' | 'sha1') {
    this.#name = name;
  }

  update(data: string | Uint8Array): this {
    this.#parts.push(typeof data === 'string' ? Buffer.from(data) : Buffer.from(data));
    return this;
  }

  digest(): Buffer {
    const all = Buffer.concat(this.#parts);
    return Buffer.from(this.#name === 'md5' ? md5(all) : sha1(all));
  }
}
