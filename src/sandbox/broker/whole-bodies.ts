import { UNAVAILABLE } from '../../http/limits.js';
import { appended } from '../../http/request-body.js';
import type { HttpRequest, HttpResponse } from '../../sdk/http.js';

const MIB = 1_048_576;
/** Bytes of bodies that the host may hold for one listener while it reads them. */
const MAX_READING = 64 * MIB;
/** Of a body up to this length all is counted before it comes. Of a longer one counts what has come: a client that only claims to send much takes no room. */
const MAX_CLAIMED = 65_536;
/** Bytes of bodies that one listener's module may be answering: it holds each of them several times, in a heap with a limit. */
const MAX_HANDED_OVER = 8 * MIB;

/** Hands a request over with its body. */
type HandOverWhole = (request: HttpRequest, body: Uint8Array) => Promise<HttpResponse>;

/**
 * Reads bodies on the host before their requests are handed over: clients that send slowly, or too much, cost the module nothing. What both sides hold of
 * them is bounded.
 */
export class WholeBodies {
  readonly #handOver: HandOverWhole;
  /** Requests that were read and wait until the module has answered others. */
  readonly #waiting: (() => void)[] = [];
  #reading = 0;
  #handedOver = 0;

  constructor(handOver: HandOverWhole) {
    this.#handOver = handOver;
  }

  /** Rejects with PHLOW_INPUT_TOO_LARGE and PHLOW_STREAM_BROKEN, as reading the body does. */
  async answer(request: HttpRequest): Promise<HttpResponse> {
    // Most requests have none.
    if (request.length === 0) return this.#handOver(request, new Uint8Array());
    const counter = { counted: 0 };
    let body: Uint8Array | undefined;
    try {
      body = await this.#read(request, counter);
      if (body === undefined) return UNAVAILABLE;
      await this.#takeRoom(body.byteLength);
    } finally {
      this.#reading -= counter.counted;
    }
    try {
      return await this.#handOver(request, body);
    } finally {
      this.#handedOver -= body.byteLength;
      for (const wake of this.#waiting.splice(0)) wake();
    }
  }

  /** The body of a request; undefined when there is no room for it. `counter` says what was counted for it, also after a failure. */
  async #read(request: HttpRequest, counter: { counted: number }): Promise<Uint8Array | undefined> {
    const takes = (bytes: number): boolean => {
      if (this.#reading + bytes > MAX_READING) return false;
      this.#reading += bytes;
      counter.counted += bytes;
      return true;
    };
    const { length = Infinity } = request;
    if (length <= MAX_CLAIMED) return takes(length) ? request.bytes() : undefined;
    let held: Uint8Array = new Uint8Array();
    let read = 0;
    for await (const chunk of request.chunks()) {
      if (!takes(chunk.byteLength)) return undefined;
      held = appended(held, read, chunk);
      read += chunk.byteLength;
    }
    return held.subarray(0, read);
  }

  /** Waits until the module may have this many more bytes, and counts them. */
  async #takeRoom(bytes: number): Promise<void> {
    while (this.#handedOver > 0 && this.#handedOver + bytes > MAX_HANDED_OVER)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#handedOver += bytes;
  }
}
