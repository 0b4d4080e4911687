import type { IncomingMessage } from 'node:http';
import { PhlowError } from '../errors.js';

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
    const chunks: Buffer[] = [];
    let length = 0;
    const fail = (error: PhlowError): void => {
      message.off('data', onData);
      reject(error);
    };
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length > maxBytes) fail(tooLarge(maxBytes));
      else chunks.push(chunk);
    };
    message.on('data', onData);
    message.once('end', () =>
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length)),
    );
    message.once('error', () => fail(broken()));
    message.once('close', () => fail(broken()));
  });
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
