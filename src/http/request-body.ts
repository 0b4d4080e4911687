import type { IncomingMessage } from 'node:http';
import { PhlowError } from '../errors.js';

/** Bytes of a body that nobody wants which are still read, so that the client gets to read why. */
const MAX_DISCARDED_BYTES = 4 * 1_048_576;

/** The length that the client says its body has; undefined when it sends it in chunks, or none. */
export function declaredLength(message: IncomingMessage): number | undefined {
  const header = message.headers['content-length'];
  return header === undefined ? undefined : Number(header);
}

/** Whether a body follows the head. */
export function hasBody(message: IncomingMessage): boolean {
  return message.headers['transfer-encoding'] !== undefined || (declaredLength(message) ?? 0) > 0;
}

/** The whole body of a request. */
export function readBody(message: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  if (!hasBody(message)) return Promise.resolve(new Uint8Array());
  // The client has gone before: nothing more comes, not even that.
  if (message.destroyed) return Promise.reject(broken());
  return new Promise((resolve, reject) => {
    let held: Uint8Array | undefined;
    let length = 0;
    const fail = (error: PhlowError): void => {
      message.off('data', onData);
      reject(error);
    };
    const onData = (chunk: Buffer): void => {
      if (length + chunk.length > maxBytes) {
        fail(tooLarge(maxBytes));
        return;
      }
      // Most bodies come in one piece, which is not copied.
      held = held === undefined ? chunk : appended(held, length, chunk);
      length += chunk.length;
    };
    message.on('data', onData);
    message.once('end', () => resolve(held?.subarray(0, length) ?? new Uint8Array()));
    message.once('error', () => fail(broken()));
    message.once('close', () => fail(broken()));
  });
}

/** What is held with one more piece behind its first `length` bytes. Copied: a list of pieces of a byte each would take hundreds of times the memory of what they hold. */
export function appended(held: Uint8Array, length: number, piece: Uint8Array): Uint8Array {
  let room = held;
  if (length + piece.length > held.length) {
    room = Buffer.allocUnsafe(Math.max(2 * length, length + piece.length));
    room.set(held.subarray(0, length));
  }
  room.set(piece, length);
  return room;
}

/** The body of a request as it comes in. */
export async function* bodyChunks(
  message: IncomingMessage,
  maxBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let length = 0;
  try {
    for await (const chunk of message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > maxBytes) throw tooLarge(maxBytes);
      yield chunk;
    }
  } catch (error) {
    throw error instanceof PhlowError ? error : broken();
  }
}

/** Reads on for a while what nobody wants: a client that is cut off while it sends does not read the answer. */
export function discard(message: IncomingMessage): void {
  let left = MAX_DISCARDED_BYTES;
  message.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) message.socket.destroy();
  });
}

/** The error of a body that is too long. */
export function tooLarge(maxBytes: number): PhlowError {
  return new PhlowError(
    'PHLOW_INPUT_TOO_LARGE',
    `Cannot read the body of the request: it has more than ${maxBytes} bytes`,
  );
}

function broken(): PhlowError {
  return new PhlowError(
    'PHLOW_STREAM_BROKEN',
    'Cannot read the body of the request: the client has closed the connection',
  );
}
