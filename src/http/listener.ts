import type * as Http from 'node:http';
import type * as Net from 'node:net';
import { PhlowError, errorCode } from '../errors.js';
import { Timer } from '../timer.js';
import type {
  HttpListener,
  HttpRequest,
  HttpResponse,
  ListenFigures,
  ListenLimits,
  ListenOptions,
  RequestHandler,
} from '../sdk/http.js';
import { isStream } from '../wire/stream-writer.js';
import { FALLBACK, LISTEN_LIMITS, TOO_LARGE, UNAVAILABLE } from './limits.js';
import { Connection, type OpenExchange } from './connection.js';
import { headFault } from './head-fault.js';
import { bodyChunks, declaredLength, discard, hasBody, readBody } from './request-body.js';
import { sendResponse, watchTurn } from './send-response.js';

/** How long connections that have nothing to be answered stay open once the listener takes no more: a request may be on its way. */
const LINGER_MS = 250;
/** Requests that a client may send on one connection before the first of them is answered. */
const MAX_PIPELINED = 64;
/** How often timeouts of requests are looked at. */
const CHECK_MS = 1_000;

/** Opens a listener; resolves once connections are accepted. Throws PHLOW_LISTEN_FAILED. */
export async function listen(options: ListenOptions, handler: RequestHandler): Promise<HttpListener> {
  const listener = new Listener(options, handler);
  await listener.open();
  return listener;
}

/** An HTTP/1.1 server on Node's own parser, with limits on everything that a client decides about. */
class Listener implements HttpListener {
  readonly #options: ListenOptions;
  readonly #limits: ListenLimits;
  readonly #handler: RequestHandler;
  readonly #server: Http.Server;
  readonly #connections = new Map<Net.Socket, Connection>();
  #inFlight = 0;
  #handled = 0;
  #refused = 0;
  #draining: Promise<void> | undefined;
  /** True: nobody is accepted any more, and connections end with their answers. */
  #isDraining = false;
  #port = 0;

  constructor(options: ListenOptions, handler: RequestHandler) {
    const limits = { ...LISTEN_LIMITS, ...options.limits };
    this.#limits = limits;
    // Not imported: to name what `node:http` exports, Node loads all that `fetch` is made of.
    const { createServer } = process.getBuiltinModule('node:http');
    this.#options = options;
    this.#handler = handler;
    this.#server = createServer({
      maxHeaderSize: limits.maxHeaderBytes,
      // Node takes none that is longer than the time for all of the request.
      headersTimeout: Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs),
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      connectionsCheckingInterval: CHECK_MS,
      insecureHTTPParser: false,
      requireHostHeader: true,
      noDelay: true,
    });
    this.#server.maxConnections = limits.maxConnections;
    // Their size is bounded already, and headers beyond a count would be dropped without a word.
    this.#server.maxHeadersCount = 0;
    this.#server.maxRequestsPerSocket = limits.maxRequestsPerConnection;
    this.#server.on('connection', (socket: Net.Socket) => this.#onConnection(socket));
    this.#server.on('drop', () => this.#refused++);
    this.#server.on('request', (message, response) => this.#onRequest(message, response));
    this.#server.on('checkContinue', (message, response) => this.#onRequest(message, response, true));
    // Without a listener Node closes the connection without a word.
    this.#server.on('connect', (_, socket) => {
      socket.on('error', () => undefined);
      this.#refuse(socket as Net.Socket, this.#connections.get(socket as Net.Socket), '501 Not Implemented');
    });
    this.#server.on('clientError', (error, socket) => this.#onClientError(error, socket as Net.Socket));
  }

  get host(): string {
    return this.#options.host;
  }
  get port(): number {
    return this.#port;
  }

  figures(): Promise<ListenFigures> {
    return Promise.resolve({
      connections: this.#connections.size,
      inFlight: this.#inFlight,
      handled: this.#handled,
      refused: this.#refused,
    });
  }

  open(): Promise<void> {
    const { host, port } = this.#options;
    const place = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error) => reject(listenError(place, error)));
      this.#server.listen({ host, port, backlog: BACKLOG }, () => {
        const address = this.#server.address();
        this.#port = typeof address === 'object' && address !== null ? address.port : port;
        this.#server.removeAllListeners('error');
        // Too many open files, say: the others go on.
        this.#server.on('error', () => this.#refused++);
        resolve();
      });
    });
  }

  drain(): Promise<void> {
    this.#draining ??= new Promise((resolve) => {
      const { Server } = process.getBuiltinModule('node:net');
      // What has come into the queue of the system is accepted first; closing would cut it off.
      setImmediate(() => {
        // Not the method of `http`, which ends idle connections: requests may be on their way on them.
        Server.prototype.close.call(this.#server, () => {
          // Not before: it also ends the look at timeouts, and an upload that stands still would never end.
          this.#server.close();
          resolve();
        });
        // Not before: clients that hear that their connection ends open another one, which would wait to be accepted and be cut off.
        this.#isDraining = true;
        new Timer(LINGER_MS, () => this.#endIdle());
      });
    });
    return this.#draining;
  }

  async close(): Promise<void> {
    const drained = this.drain();
    // In a turn of its own, after the one in which the server stops.
    await new Promise((resolve) => setImmediate(resolve));
    for (const socket of this.#connections.keys()) socket.destroy();
    await drained;
  }

  /** Connections with something to be answered end with that answer. */
  #endIdle(): void {
    for (const { socket, size } of this.#connections.values()) if (size === 0) socket.destroySoon();
  }

  #onConnection(socket: Net.Socket): void {
    this.#connections.set(
      socket,
      new Connection(socket, () => {
        if (this.#isDraining) socket.destroySoon();
      }),
    );
    socket.once('close', () => this.#connections.delete(socket));
  }

  #onRequest(message: Http.IncomingMessage, response: Http.ServerResponse, isExpecting = false): void {
    const connection = this.#connections.get(message.socket);
    // Of itself a client could grow as many answers as it sends requests without reading them.
    if (connection === undefined || connection.isRefused || connection.size >= MAX_PIPELINED) {
      this.#refused++;
      message.socket.destroy();
      return;
    }
    const fault = headFault(message);
    if (fault !== undefined) {
      message.on('error', () => undefined).resume();
      this.#refuse(message.socket, connection, fault);
      return;
    }
    const exchange = connection.begin(message, response, isExpecting);
    const { maxBodyBytes, maxRequests, writeTimeoutMs } = this.#limits;
    watchTurn(response, writeTimeoutMs);
    // What comes behind it on the connection would be of another protocol, which the parser drops.
    if (message.headers.upgrade !== undefined) response.shouldKeepAlive = false;
    // A response may break at any time; its reader has gone then.
    response.on('error', () => undefined);
    message.on('error', () => undefined);
    const refusal =
      (declaredLength(message) ?? 0) > maxBodyBytes
        ? TOO_LARGE
        : this.#inFlight >= maxRequests
          ? UNAVAILABLE
          : undefined;
    if (refusal !== undefined) {
      this.#refused++;
      void this.#answer(message, connection, exchange, refusal);
      return;
    }
    this.#handled++;
    this.#inFlight++;
    exchange.onClose(() => this.#inFlight--);
    void this.#handle(message, connection, exchange);
  }

  async #handle(
    message: Http.IncomingMessage,
    connection: Connection,
    exchange: OpenExchange,
  ): Promise<void> {
    let answer: HttpResponse;
    try {
      answer = await this.#handler(requestOf(message, exchange, this.#limits.maxBodyBytes));
    } catch (error) {
      answer = errorCode(error) === 'PHLOW_INPUT_TOO_LARGE' ? TOO_LARGE : FALLBACK;
    }
    await this.#answer(message, connection, exchange, answer);
  }

  async #answer(
    message: Http.IncomingMessage,
    connection: Connection,
    exchange: OpenExchange,
    answer: HttpResponse,
  ): Promise<void> {
    const { compress = false } = this.#options;
    const { writeTimeoutMs } = this.#limits;
    // What makes the body piece by piece may be reading the request still.
    if (!message.complete && hasBody(message) && !isStream(answer.body)) discard(message);
    // Of several on one connection the others are still to be answered there. A client that holds its body back may send it or not, so nothing can come
    // behind it.
    const isLast = exchange.isHolding || (this.#isDraining && connection.size <= 1);
    // The answer to what did not come whole is that it is no HTTP.
    const isRefused = connection.isRefused && !message.complete;
    await sendResponse(message, exchange.response, answer, { writeTimeoutMs, compress, isLast, isRefused });
  }

  /** What is no HTTP, is too large, or takes too long. */
  #onClientError(error: Error, socket: Net.Socket): void {
    const connection = this.#connections.get(socket);
    if (connection?.isRefused === true) return;
    const status = STATUS_OF[errorCode(error)] ?? '400 Bad Request';
    this.#refuse(socket, connection, errorCode(error) === 'ECONNRESET' ? undefined : status);
  }

  /** Ends a connection, once what came whole on it is answered. */
  #refuse(socket: Net.Socket, connection: Connection | undefined, status: string | undefined): void {
    this.#refused++;
    const end = (): void => {
      if (status !== undefined && connection?.isQuiet === true && socket.writable)
        socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      // It may go on sending: a client that does not read the answer does not get to keep the connection.
      new Timer(LINGER_MS, () => socket.destroy()).unref();
    };
    if (connection === undefined) end();
    else connection.refuse(end);
  }
}

/** Connections that the system keeps until they are accepted. */
const BACKLOG = 1_024;

const STATUS_OF: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

function requestOf(message: Http.IncomingMessage, exchange: OpenExchange, maxBodyBytes: number): HttpRequest {
  const { remoteAddress = '', remotePort = 0 } = message.socket;
  return {
    method: message.method ?? 'GET',
    target: message.url ?? '/',
    rawHeaders: message.rawHeaders,
    // What listens for both families names addresses of the older one so.
    remoteAddress: remoteAddress.replace(/^::ffff:(?=\d+\.)/, ''),
    remotePort,
    length: hasBody(message) ? declaredLength(message) : 0,
    bytes: () => {
      exchange.proceed();
      return readBody(message, maxBodyBytes);
    },
    chunks: () => {
      exchange.proceed();
      return bodyChunks(message, maxBodyBytes);
    },
    onClose: (call) => exchange.onClose(call),
  };
}

function listenError(place: string, error: Error): PhlowError {
  const code = errorCode(error);
  const reason = REASONS[code] ?? (code === '' ? 'the system refused' : code);
  return new PhlowError('PHLOW_LISTEN_FAILED', `Cannot listen on ${place}: ${reason}`, {
    cause: error,
    details: { place, code },
  });
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'Address already in use',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'the system does not allow it; ports below 1024 need a privilege',
  ENOTFOUND: 'the name has no address',
  EAI_AGAIN: 'the name could not be resolved',
};
