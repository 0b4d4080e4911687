import { errorCode, type PhlowErrorCode } from '../../errors.js';
import { FALLBACK, UNAVAILABLE } from '../../http/limits.js';
import type { HttpRequest, HttpResponse } from '../../sdk/http.js';
import { isMap, type Value } from '../../values.js';
import type { PackageOptions } from './call-contexts.js';
import type { HeldResponses } from './held-responses.js';

/** Sends packages whose replies are read as a stream. */
interface Packages {
  stream(input: Value, options: PackageOptions): AsyncIterableIterator<Value, undefined>;
}

/** A body up to this length crosses with its head, once all of it has come: a slow client costs the module nothing. */
const MAX_WHOLE_BODY = 65_536;

/** Headers of a response, and the length of all of them; more than any client takes. */
const MAX_HEADERS = 2_000;
const MAX_HEADER_LENGTH = 262_144;

/** What a request fails with whose module has ended. */
const GONE: ReadonlySet<string> = new Set<PhlowErrorCode>([
  'PHLOW_MODULE_DOWN',
  'PHLOW_MODULE_CRASHED',
  'PHLOW_MODULE_HUNG',
]);

/**
 * Hands a request that a listener has taken to its module as a package, and reads what it answers: a head, which is checked, then the body as far as that
 * comes piece by piece. Answers with the fallback where that is no response, and with 503 where the module has ended.
 */
export async function handOver(
  packages: Packages,
  held: HeldResponses,
  listener: number,
  request: HttpRequest,
  read?: Uint8Array,
): Promise<HttpResponse> {
  const { method, target, rawHeaders, remoteAddress, remotePort, length } = request;
  const head = { method, target, rawHeaders, remoteAddress, remotePort, length };
  const isShort = length !== undefined && length <= MAX_WHOLE_BODY;
  const body = read ?? (isShort && length > 0 ? await request.bytes() : undefined);
  const input = body === undefined || body.byteLength === 0 ? head : { ...head, body };
  const items =
    isShort || read !== undefined
      ? {}
      : { items: request.chunks() as AsyncIterable<unknown> as AsyncIterable<Value> };
  const replies = packages.stream(input as unknown as Value, { listener, ...items });
  // A client that has gone wants nothing more.
  request.onClose(() => void replies.return?.());
  let first: IteratorResult<Value, undefined>;
  try {
    first = await replies.next();
  } catch (error) {
    return GONE.has(errorCode(error)) ? UNAVAILABLE : FALLBACK;
  }
  return first.done === true ? FALLBACK : responseFrom(first.value, replies, held, request);
}

/** Reads what a module has sent as the head of a response, whatever it is. */
async function responseFrom(
  head: Value,
  replies: AsyncIterableIterator<Value>,
  held: HeldResponses,
  request: HttpRequest,
): Promise<HttpResponse> {
  const { status, headers, body, isStream, isWhole, length } = isMap(head) ? head : {};
  if (typeof status !== 'number' || !areHeaders(headers)) return FALLBACK;
  if (isStream === true) {
    const chunks = chunksOf(replies);
    const isLength = typeof length === 'number' && Number.isSafeInteger(length) && length >= 0;
    if (!isLength) return { status, headers, body: chunks };
    if (isWhole !== true || !held.fits(length)) return { status, headers, body: chunks, length };
    try {
      const bytes = await held.take(chunks, length, (call) => request.onClose(call));
      if (bytes !== undefined) return { status, headers, body: bytes };
    } catch {
      return FALLBACK;
    }
    void replies.return?.();
    return UNAVAILABLE;
  }
  const isBody = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
  return isBody ? { status, headers, body } : FALLBACK;
}

/** What a module sends is written by the host, in one go. */
function areHeaders(headers: unknown): headers is HttpResponse['headers'] {
  if (!Array.isArray(headers) || headers.length > MAX_HEADERS || !headers.every(isHeader)) return false;
  return headers.reduce((sum, [name, value]) => sum + name.length + value.length, 0) <= MAX_HEADER_LENGTH;
}

function isHeader(pair: unknown): pair is readonly [string, string] {
  return Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === 'string');
}

async function* chunksOf(
  replies: AsyncIterable<Value>,
): AsyncGenerator<string | Uint8Array, void, undefined> {
  for await (const chunk of replies as AsyncIterable<unknown>) {
    if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) throw new TypeError('no part of a body');
    yield chunk;
  }
}
