import type { HttpListener, HttpRequest, ListenOptions, RequestHandler } from '../../src/sdk/http.js';
import { isMap, type Value } from '../../src/values.js';
import { Deferred } from '../../src/wire/deferred.js';
import { endIterator, isStream } from '../../src/wire/stream-writer.js';
import { utf8Length } from '../../src/wire/utf8-length.js';
import type { RequestHost } from './capabilities.js';

/** Bodies beyond this many bytes or characters cross in pieces: one message has a limit. */
const PIECE = 131_072;

/** The listeners that the host holds open for a module, and the handlers of the module's own that answer what they take. */
export class Listening {
  readonly #handlers = new Map<number, Deferred<RequestHandler>>();

  /** Has the host listen. */
  async open(request: RequestHost, options: ListenOptions, handler: RequestHandler): Promise<HttpListener> {
    const { host, port, limits, compress, wholeBodies } = options;
    const opened = await request('net.listen', [
      { host, port, limits: limits && { ...limits }, compress, wholeBodies },
    ]);
    const { listener, port: given } = (isMap(opened) ? opened : {}) as { listener: number; port: number };
    this.#handlerOf(listener).resolve(handler);
    const ask = (what: string): Promise<Value> => request('net.listener', [listener, what]);
    return {
      host,
      port: given,
      figures: async () => (await ask('figures')) as unknown as Awaited<ReturnType<HttpListener['figures']>>,
      drain: async () => {
        await ask('drain');
      },
      close: async () => {
        await ask('close');
        this.#handlers.delete(listener);
      },
    };
  }

  /** Answers a request that the host has taken: the head of the response, then its body where that does not stand in the head. */
  async *answer(
    listener: number,
    head: unknown,
    items: AsyncIterable<Value> | undefined,
    onClose: (call: () => void) => void,
  ): AsyncGenerator<unknown, void, undefined> {
    // The first one may come before the host's word that it listens was read.
    const handler = await this.#handlerOf(listener).promise;
    const { status, headers, body, length } = await handler(requestOf(head, items, onClose));
    const plain = headers.map(([name, value]) => [name, value]);
    if (body === undefined || (!isStream(body) && body.length <= PIECE)) {
      yield { status, headers: plain, body };
      return;
    }
    if (!isStream(body)) {
      // By its length the host knows that it may hold it in the place of this module.
      const bytes = typeof body === 'string' ? utf8Length(body) : body.length;
      yield { status, headers: plain, isStream: true, isWhole: true, length: bytes };
      yield* piecesOf(body);
      return;
    }
    yield { status, headers: plain, isStream: true, ...(length === undefined ? {} : { length }) };
    const source = body[Symbol.asyncIterator]();
    // Not only between two pieces: the source may wait for one that never comes.
    onClose(() => endIterator(source));
    for await (const chunk of { [Symbol.asyncIterator]: () => source }) yield* piecesOf(chunk);
  }

  #handlerOf(listener: number): Deferred<RequestHandler> {
    const known = this.#handlers.get(listener);
    if (known !== undefined) return known;
    const made = new Deferred<RequestHandler>();
    this.#handlers.set(listener, made);
    return made;
  }
}

/** The pieces in which a body, or a chunk of one, crosses. */
function* piecesOf(chunk: unknown): Generator<unknown, void, undefined> {
  if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) {
    yield chunk;
    return;
  }
  for (let at = 0; at < chunk.length;) {
    const end = at + PIECE;
    // A sign of two units stays whole: each piece becomes UTF-8 by itself.
    const isInside = typeof chunk === 'string' && /[\ud800-\udbff]/.test(chunk.charAt(end - 1));
    const piece = chunk.slice(at, isInside ? end - 1 : end);
    yield piece;
    at += piece.length;
  }
}

/** What the host sends is of its own making: nothing of it needs to be checked. */
function requestOf(
  head: unknown,
  items: AsyncIterable<Value> | undefined,
  onClose: HttpRequest['onClose'],
): HttpRequest {
  const { body, ...rest } = head as Omit<HttpRequest, 'bytes' | 'chunks' | 'onClose'> & { body?: Uint8Array };
  const chunks = items as AsyncIterable<unknown> as AsyncIterable<Uint8Array> | undefined;
  return {
    ...rest,
    bytes: async () => body ?? (chunks === undefined ? new Uint8Array() : joined(chunks)),
    chunks: () => chunks ?? whole(Promise.resolve(body)),
    onClose,
  };
}

async function* whole(body: Promise<Uint8Array | undefined>): AsyncGenerator<Uint8Array, void, undefined> {
  const bytes = await body;
  if (bytes !== undefined) yield bytes;
}

async function joined(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of chunks) {
    parts.push(part);
    length += part.length;
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
