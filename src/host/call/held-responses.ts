import type { HttpRequest } from '../../sdk/http.js';

/** Bytes of whole responses that the host holds for one module until clients have taken them. */
const MAX_HELD = 64 * 1_048_576;

/**
 * The responses that a module has answered whole and clients have not yet taken. The host holds them, not the module: clients that read slowly, or not at all,
 * would fill its heap.
 */
export class HeldResponses {
  #bytes = 0;

  /** True for a response that is short enough to be held. */
  fits(length: number): boolean {
    return length <= MAX_HELD;
  }

  /** Reads a body of that length; undefined where there is no room for it. Throws for a body of another length. */
  async take(
    body: AsyncIterable<string | Uint8Array>,
    length: number,
    onClose: HttpRequest['onClose'],
  ): Promise<Uint8Array | undefined> {
    if (this.#bytes + length > MAX_HELD) return undefined;
    this.#bytes += length;
    onClose(() => (this.#bytes -= length));
    const bytes = Buffer.allocUnsafe(length);
    let at = 0;
    for await (const piece of body) {
      const part = typeof piece === 'string' ? Buffer.from(piece) : piece;
      if (at + part.byteLength > length) throw new RangeError('the body is longer than was said');
      bytes.set(part, at);
      at += part.byteLength;
    }
    if (at < length) throw new RangeError('the body is shorter than was said');
    return bytes;
  }
}
