import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { endIterator, isStream } from '../wire/stream-writer.js';
import { compressed, compressedStream, encodingFor, type Encoding } from './compress.js';
import type { HttpResponse } from '../sdk/http.js';
import { FALLBACK, FALLBACK_BODY } from './limits.js';

/** How a response is sent. */
export interface SendOptions {
  readonly writeTimeoutMs: number;
  readonly compress: boolean;
  /** True: the client is to send no further request on this connection. */
  readonly isLast: boolean;
  /** True: the client has its last answer already: that what it sends is no HTTP. */
  readonly isRefused: boolean;
}

/** Headers that are about the connection: only the listener knows it. */
const OF_THE_CONNECTION: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Statuses without a body. */
const EMPTY: ReadonlySet<number> = new Set([204, 205, 304]);
/** Those that say no length either (RFC 9110, 8.6). */
const UNCOUNTED: ReadonlySet<number> = new Set([204, 304]);

/** Sends a response. What cannot be sent as it is becomes the fallback answer. Never rejects. */
export async function sendResponse(
  message: IncomingMessage,
  response: ServerResponse,
  answer: HttpResponse,
  options: SendOptions,
): Promise<void> {
  if (options.isRefused || response.destroyed || response.headersSent) {
    endSource(answer);
    return;
  }
  if (options.isLast) response.shouldKeepAlive = false;
  try {
    await send(message, response, answer, options);
  } catch {
    endSource(answer);
    // Once a part of it has left, a client only sees that it is not whole when the connection breaks.
    if (hasBegun(response)) breakOff(message, response, options.writeTimeoutMs);
    else sendWhole(response, FALLBACK, Buffer.from(FALLBACK_BODY), undefined, options);
  }
}

/** Ends a connection without ending the response: what was written before still leaves. */
function breakOff({ httpVersion }: IncomingMessage, response: ServerResponse, writeTimeoutMs: number): void {
  const { socket } = response;
  // In HTTP/1.0 an orderly end of the connection is the end of the response.
  if (socket === null || httpVersion === '1.0') {
    response.destroy();
    return;
  }
  socket.setTimeout(writeTimeoutMs);
  socket.destroySoon();
}

/** Of several responses on a connection, one that waits for those before it is looked after from its turn on. */
export function watchTurn(response: ServerResponse, writeTimeoutMs: number): void {
  if (response.socket !== null) return;
  response.once('socket', (socket: Socket) => {
    const isWaiting = response.writableEnded || response.writableNeedDrain;
    // Without one, that of the response before it would go on.
    socket.setTimeout(isWaiting ? writeTimeoutMs : 0);
  });
}

/** Asked again after a wait. */
function hasBegun(response: ServerResponse): boolean {
  return response.headersSent;
}

async function send(
  message: IncomingMessage,
  response: ServerResponse,
  answer: HttpResponse,
  options: SendOptions,
): Promise<void> {
  const { body } = answer;
  if (!Number.isInteger(answer.status) || answer.status < 200 || answer.status > 599)
    throw new RangeError(`no status: ${answer.status}`);
  if (isStream(body)) {
    await sendStream(message, response, answer, body, options);
    return;
  }
  const isEmpty = body === undefined || EMPTY.has(answer.status);
  const bytes = isEmpty ? undefined : typeof body === 'string' ? Buffer.from(body) : body;
  const encoding =
    options.compress && bytes !== undefined ? encodingFor(message, answer, bytes.byteLength) : undefined;
  if (encoding === undefined || bytes === undefined) sendWhole(response, answer, bytes, undefined, options);
  else sendWhole(response, answer, await compressed(bytes, encoding), encoding, options);
}

function sendWhole(
  response: ServerResponse,
  answer: HttpResponse,
  bytes: Uint8Array | undefined,
  encoding: Encoding | undefined,
  { writeTimeoutMs, compress }: SendOptions,
): void {
  const headers = flat(answer, encoding, compress);
  if (!UNCOUNTED.has(answer.status)) headers.push('content-length', String(bytes?.byteLength ?? 0));
  response.writeHead(answer.status, headers);
  response.end(bytes);
  const { socket } = response;
  // A client that does not read: from here on its silence counts.
  if (socket !== null && socket.writableLength > 0) socket.setTimeout(writeTimeoutMs);
}

/** Sends what comes piece by piece, no faster than the client takes it. */
async function sendStream(
  message: IncomingMessage,
  response: ServerResponse,
  answer: HttpResponse,
  body: AsyncIterable<string | Uint8Array>,
  { writeTimeoutMs, compress }: SendOptions,
): Promise<void> {
  const hasBody = message.method !== 'HEAD' && !EMPTY.has(answer.status);
  const encoding = compress && hasBody ? encodingFor(message, answer, answer.length ?? Infinity) : undefined;
  const headers = flat(answer, encoding, compress);
  const length = encoding === undefined && !EMPTY.has(answer.status) ? answer.length : undefined;
  if (length !== undefined) headers.push('content-length', String(length));
  response.writeHead(answer.status, headers);
  if (!hasBody) {
    endSource(answer);
    response.end();
    return;
  }
  response.flushHeaders();
  const source = body[Symbol.asyncIterator]();
  // Not only between two pieces: the source may wait for one that never comes.
  response.once('close', () => endIterator(source));
  const pieces = { [Symbol.asyncIterator]: () => source };
  const chunks = encoding === undefined ? pieces : compressedStream(pieces, encoding);
  let left = length ?? Infinity;
  for await (const chunk of chunks) {
    if (response.destroyed) break;
    left -= Buffer.byteLength(chunk);
    if (left < 0) throw new RangeError('the body is longer than was said');
    if (!response.write(chunk) && !(await isTaken(response, writeTimeoutMs))) break;
  }
  // A client that waits for the rest is not to take the next response for it.
  if (length !== undefined && left > 0) throw new RangeError('the body is shorter than was said');
  if (!response.destroyed) response.end();
}

/** Waits until the client has taken what was written; false when it has gone, or has taken nothing for so long that it is cut off. */
function isTaken(response: ServerResponse, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (isTaken: boolean): void => {
      response.off('drain', onDrain);
      response.off('close', onClose);
      response.socket?.setTimeout(0);
      resolve(isTaken);
    };
    const onDrain = (): void => done(true);
    const onClose = (): void => done(false);
    response.on('drain', onDrain);
    response.on('close', onClose);
    // Without a listener of ours Node ends a connection whose time is over.
    response.socket?.setTimeout(timeoutMs);
  });
}

/** The headers as Node takes them; it refuses names and values that are none. */
function flat(
  { headers, status }: HttpResponse,
  encoding: Encoding | undefined,
  compress: boolean,
): string[] {
  const list: string[] = [];
  let vary: string | undefined;
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (OF_THE_CONNECTION.has(lower)) continue;
    if (lower === 'vary' && compress) vary = vary === undefined ? value : `${vary}, ${value}`;
    // Of a body that was compressed on the way it is not true any more.
    else if (lower === 'etag' && encoding !== undefined && !value.startsWith('W/'))
      list.push(lower, `W/${value}`);
    else list.push(lower, value);
  }
  if (encoding !== undefined) list.push('content-encoding', encoding);
  // Of a resource, not of a body: 304 says what 200 would.
  if (compress && status !== 204) vary = vary === undefined ? 'accept-encoding' : `${vary}, accept-encoding`;
  if (vary !== undefined) list.push('vary', vary);
  return list;
}

/** Nobody reads the body: what makes it is to end. */
function endSource({ body }: HttpResponse): void {
  if (isStream(body)) endIterator(body[Symbol.asyncIterator]());
}
