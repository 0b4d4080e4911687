// Imported, not global: a guest reads frames where the globals are gone.
import { Buffer } from 'node:buffer';
import type { Writable } from 'node:stream';

/** A frame on a byte stream: its length as four bytes, little end first, then UTF-8 text or raw bytes. */
const HEAD = 4;

/** Cuts a byte stream into frames. A frame is refused before any of it is kept when its length is above the limit. */
export class FrameReader {
  #maxBytes: number;
  readonly #take: (frame: Buffer) => void;
  readonly #refuse: (bytes: number) => void;
  #parts: Buffer[] = [];
  #have = 0;
  #need = HEAD;
  #isHead = true;
  #isClosed = false;

  constructor(
    maxBytes: number,
    take: (frame: Buffer) => void,
    refuse: (bytes: number) => void = () => undefined,
  ) {
    this.#maxBytes = maxBytes;
    this.#take = take;
    this.#refuse = refuse;
  }

  /** Takes the next bytes of the stream; frames are handed on as soon as they are whole. */
  push(chunk: Buffer): void {
    if (this.#isClosed) return;
    this.#parts.push(chunk);
    this.#have += chunk.length;
    while (this.#have >= this.#need) this.#next();
  }

  /** Frames above so many bytes are refused from now on. */
  limit(maxBytes: number): void {
    this.#maxBytes = maxBytes;
  }

  /** Stops for good: what comes later is ignored. */
  close(): void {
    this.#isClosed = true;
    this.#parts = [];
    this.#have = 0;
    this.#need = HEAD;
  }

  #next(): void {
    const whole = this.#parts.length === 1 ? (this.#parts[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#parts);
    const piece = whole.subarray(0, this.#need);
    const rest = whole.subarray(this.#need);
    this.#parts = rest.length === 0 ? [] : [rest];
    this.#have = rest.length;
    if (!this.#isHead) {
      this.#isHead = true;
      this.#need = HEAD;
      // Whoever takes it may close the reader.
      this.#take(piece);
      return;
    }
    const length = piece.readUInt32LE(0);
    if (length > this.#maxBytes) {
      this.close();
      this.#refuse(length);
      return;
    }
    this.#isHead = false;
    this.#need = length;
  }
}

/** Writes one frame. */
export function writeFrame(stream: Writable, frame: string | Uint8Array): void {
  const bytes = typeof frame === 'string' ? Buffer.from(frame) : frame;
  const head = Buffer.allocUnsafeSlow(HEAD);
  head.writeUInt32LE(bytes.length);
  stream.cork();
  stream.write(head);
  stream.write(bytes);
  stream.uncork();
}
