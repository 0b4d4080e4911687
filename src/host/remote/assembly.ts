import { MAX_MESSAGE_BYTES, violation, type Chunk } from './messages.js';

/** Bytes of messages that are not whole yet. */
const MAX_OPEN_BYTES = 4 * MAX_MESSAGE_BYTES;

interface Transfer {
  readonly count: number;
  readonly parts: Uint8Array[];
  bytes: number;
  lastAt: number;
}

/** Puts messages together that came in chunks. */
export class Assembly {
  readonly #transfers = new Map<string, Transfer>();
  #bytes = 0;

  /** Takes a chunk; returns the message once it is whole. Throws PHLOW_WIRE_VIOLATION, and forgets the message then. */
  add({ transfer: name, place, count, bytes }: Chunk, now: number): Uint8Array | undefined {
    const transfer = this.#transfers.get(name) ?? { count, parts: [], bytes: 0, lastAt: now };
    // The server hands them on in the order in which they were sent.
    if (transfer.count !== count || transfer.parts.length !== place) {
      this.forget(name);
      throw violation(`part ${place} of a message in the place of part ${transfer.parts.length}`);
    }
    this.#transfers.set(name, transfer);
    transfer.lastAt = now;
    // The client reuses what it reads into.
    transfer.parts.push(Uint8Array.prototype.slice.call(bytes));
    transfer.bytes += bytes.length;
    this.#bytes += bytes.length;
    if (transfer.bytes > MAX_MESSAGE_BYTES || this.#bytes > MAX_OPEN_BYTES) {
      this.forget(name);
      throw violation(`more than ${MAX_MESSAGE_BYTES} bytes in one message, or ${MAX_OPEN_BYTES} in several`);
    }
    if (transfer.parts.length < count) return undefined;
    this.forget(name);
    return Buffer.concat(transfer.parts);
  }

  forget(name: string): void {
    this.#bytes -= this.#transfers.get(name)?.bytes ?? 0;
    this.#transfers.delete(name);
  }

  /** Forgets messages whose next chunk has not come since then. */
  forgetOlder(since: number): void {
    for (const [name, { lastAt }] of this.#transfers) if (lastAt < since) this.forget(name);
  }
}
