/** The head of a request as it came over the connection. Plain data: it crosses to a module as it is. */
export interface RequestHead {
  readonly method: string;
  /** What stands behind the method: a path with its query, as a rule; an absolute URL where the client sent one. */
  readonly target: string;
  /** Names and values in turn, as they were sent: names repeat, and their case is the client's. */
  readonly rawHeaders: readonly string[];
  /** The address of the client, without the port. */
  readonly remoteAddress: string;
  readonly remotePort: number;
}

/** A request. Its body is read once, by one of the two. */
export interface HttpRequest extends RequestHead {
  /** The bytes of the body, as far as the client has said so before: 0 where there is none, undefined where it sends what it has in chunks. */
  readonly length: number | undefined;
  /** The whole body. Rejects with PHLOW_INPUT_TOO_LARGE beyond the limit of the listener, and with PHLOW_STREAM_BROKEN when the client has gone. */
  bytes(): Promise<Uint8Array>;
  /** The body as it comes in; rejects as `bytes` does. */
  chunks(): AsyncIterable<Uint8Array>;
  /** Calls back once when the request is over: answered, or given up by the client. */
  onClose(call: () => void): void;
}

/** What a body may be: all of it, or what comes piece by piece. */
export type ResponseBody = string | Uint8Array | AsyncIterable<string | Uint8Array> | undefined;

/** A response. `content-length`, `date` and `connection` are the listener's. */
export interface HttpResponse {
  /** 200 to 599. */
  readonly status: number;
  /** A name may stand there several times, as `set-cookie` does. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Absent: there is none. Text is sent as UTF-8. */
  readonly body?: ResponseBody;
  /** The bytes of a body that comes piece by piece, where they are known; a body of another length breaks the connection. */
  readonly length?: number | undefined;
}

/** Answers requests. What it throws is answered with status 500. */
export type RequestHandler = (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;

/** How much a listener takes from clients. Bytes, milliseconds, counts. */
export interface ListenLimits {
  /** The request line and all headers together. Beyond: 431. */
  readonly maxHeaderBytes: number;
  /** Beyond: 413. */
  readonly maxBodyBytes: number;
  /** From the first byte, or from the connection, to the end of the headers. Beyond: 408, and the connection is closed. */
  readonly headersTimeoutMs: number;
  /** From the first byte to the end of the body. Beyond: as above. */
  readonly requestTimeoutMs: number;
  /** How long a connection may be idle between requests. */
  readonly keepAliveTimeoutMs: number;
  /** How long a client may take nothing of a response that waits for it; then the connection is closed. */
  readonly writeTimeoutMs: number;
  /** Further connections are closed at once. */
  readonly maxConnections: number;
  /** Requests on one connection; then it is closed in order. 0: any number. */
  readonly maxRequestsPerConnection: number;
  /** Requests that are answered at the same time, on all connections. Further ones get 503 at once. */
  readonly maxRequests: number;
}

/** Where a listener waits for connections, and with what limits. */
export interface ListenOptions {
  /** A name or an address. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly limits?: Partial<ListenLimits> | undefined;
  /** True: bodies are compressed for clients that ask for it. */
  readonly compress?: boolean | undefined;
  /**
   * True: a request is handed over once its body has come. A client that sends slowly or too much then costs the module nothing, and `chunks()` gives all
   * of it at once. Default: long bodies are handed over as they come.
   */
  readonly wholeBodies?: boolean | undefined;
}

/** What a listener has done since it was opened. */
export interface ListenFigures {
  readonly connections: number;
  /** Requests that are being answered. */
  readonly inFlight: number;
  /** Requests that were handed to the handler. */
  readonly handled: number;
  /** Connections and requests that were refused: too many, too large, too slow, or not HTTP. */
  readonly refused: number;
}

/** An open listener. */
export interface HttpListener {
  readonly host: string;
  /** The port that it was given. */
  readonly port: number;
  figures(): Promise<ListenFigures>;
  /** Takes no new connections, answers what has come in, and resolves when all connections have ended. */
  drain(): Promise<void>;
  /** Ends all connections at once. */
  close(): Promise<void>;
}
