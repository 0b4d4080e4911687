// Imported, not global: a guest reads frames where the globals are gone.
import { Buffer } from 'node:buffer';
import { readSync } from 'node:fs';
import type { Writable } from 'node:stream';

/**
 * A frame on a byte stream: its length in four bytes of seven bits each, low end first, then UTF-8 text or raw bytes. A head of seven-bit
 * bytes is text too, so that a text and its head leave in one write without a buffer in between.
 */
const HEAD = 4;
const DIGIT_BITS = 7;
const DIGIT = 0x7f;

/** The most bytes that a head can announce. */
export const MAX_FRAME_BYTES = 2 ** (HEAD * DIGIT_BITS) - 1;

/**
 * Cuts a byte stream into frames. A frame is refused before any of it is kept when its length is above the limit. What `take` is given may
 * be a part of the chunk that came: it is to be read before `take` returns.
 */
export class FrameReader {
  #maxBytes: number;
  readonly #take: (frame: Buffer) => void;
  readonly #refuse: (found: string) => void;
  readonly #head = Buffer.alloc(HEAD);
  #headBytes = 0;
  /** The frame that has begun and is not whole yet; undefined between frames. */
  #body: Buffer | undefined;
  #bodyBytes = 0;
  #isClosed = false;

  constructor(
    maxBytes: number,
    take: (frame: Buffer) => void,
    refuse: (found: string) => void = () => undefined,
  ) {
    this.#maxBytes = maxBytes;
    this.#take = take;
    this.#refuse = refuse;
  }

  /** Takes the next bytes of the stream; frames are handed on as soon as they are whole. The chunk may be used again afterwards. */
  push(chunk: Buffer): void {
    let at = 0;
    // The listener may close the reader when it gets a frame.
    while (at < chunk.length && !this.#isClosed) {
      at = this.#body === undefined ? this.#begin(chunk, at) : this.#goOn(this.#body, chunk, at);
    }
  }

  /** Frames above this many bytes are refused from now on. */
  limit(maxBytes: number): void {
    this.#maxBytes = maxBytes;
  }

  /** Stops for good: what comes later is ignored. */
  close(): void {
    this.#isClosed = true;
    this.#body = undefined;
  }

  /** Reads a head, and the frame behind it when the chunk has the whole of it, which most have; says where the chunk goes on. */
  #begin(chunk: Buffer, at: number): number {
    let from = at;
    while (this.#headBytes < HEAD) {
      if (from === chunk.length) return from;
      this.#head[this.#headBytes++] = chunk[from++] ?? 0;
    }
    this.#headBytes = 0;
    const length = lengthIn(this.#head);
    if (length === undefined) return this.#stop('bytes that are no frame', from);
    if (length > this.#maxBytes)
      return this.#stop(`a frame of ${length} bytes, more than the limit of ${this.#maxBytes}`, from);
    const end = from + length;
    if (end <= chunk.length) {
      this.#take(chunk.subarray(from, end));
      return end;
    }
    // Not from the pool, and not touched before bytes come: a length that is only claimed costs no memory.
    this.#body = Buffer.allocUnsafeSlow(length);
    this.#bodyBytes = 0;
    return from;
  }

  #goOn(body: Buffer, chunk: Buffer, at: number): number {
    const taken = chunk.copy(body, this.#bodyBytes, at);
    this.#bodyBytes += taken;
    if (this.#bodyBytes === body.length) {
      this.#body = undefined;
      this.#take(body);
    }
    return at + taken;
  }

  #stop(found: string, at: number): number {
    this.close();
    this.#refuse(found);
    return at;
  }
}

/**
 * Reads one frame from a file descriptor and waits for it; undefined when the stream ends before. For a time when there is nothing else to do:
 * the sender must be trusted to send the whole of it.
 */
export function readFrameSync(fd: number): Buffer | undefined {
  const head = readExactly(fd, HEAD);
  const length = head && lengthIn(head);
  return length === undefined ? undefined : readExactly(fd, length);
}

function readExactly(fd: number, length: number): Buffer | undefined {
  const buffer = Buffer.allocUnsafeSlow(length);
  for (let at = 0; at < length;) {
    const read = readSync(fd, buffer, at, length - at, null);
    if (read === 0) return undefined;
    at += read;
  }
  return buffer;
}

/** The length that a head announces; undefined when it is no head. */
function lengthIn(head: Buffer): number | undefined {
  let length = 0;
  for (let i = HEAD - 1; i >= 0; i--) {
    const digit = head[i] ?? 0;
    if (digit > DIGIT) return undefined;
    length = (length << DIGIT_BITS) | digit;
  }
  return length;
}

/** Writes one frame. Throws a RangeError on more than {@link MAX_FRAME_BYTES}. */
export function writeFrame(stream: Writable, frame: string | Uint8Array): void {
  if (typeof frame === 'string') {
    const { text, isLatin1 } = frameText(frame);
    stream.write(text, isLatin1 ? 'latin1' : 'utf8');
  } else {
    stream.write(headOf(frame.length), 'latin1');
    stream.write(frame);
  }
}

/** A text and its head as one text, and whether that is Latin-1. Throws a RangeError on more than {@link MAX_FRAME_BYTES}. */
export function frameText(frame: string): { readonly text: string; readonly isLatin1: boolean } {
  const bytes = Buffer.byteLength(frame);
  // Text of one byte per character is ASCII: written as such, it needs no room for what UTF-8 might make of it.
  return { text: headOf(bytes) + frame, isLatin1: bytes === frame.length };
}

function headOf(bytes: number): string {
  if (bytes > MAX_FRAME_BYTES) throw new RangeError(`Cannot send a frame of ${bytes} bytes: too large`);
  return String.fromCharCode(
    bytes & DIGIT,
    (bytes >>> DIGIT_BITS) & DIGIT,
    (bytes >>> (2 * DIGIT_BITS)) & DIGIT,
    bytes >>> (3 * DIGIT_BITS),
  );
}
