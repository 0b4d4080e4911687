import { UNAVAILABLE } from '../../http/limits.js';
import type { HttpRequest, HttpResponse } from '../../sdk/http.js';

const MIB = 1_048_576;
/** Bytes of bodies that the host may be reading for one listener; where the client does not say a length, the longest that is allowed counts. */
const MAX_READING = 64 * MIB;
/** Bytes of bodies that one listener's module may be answering: it holds each of them several times, in a heap with a limit. */
const MAX_HANDED_OVER = 8 * MIB;

/** Hands a request over with its body. */
type HandOverWhole = (request: HttpRequest, body: Uint8Array) => Promise<HttpResponse>;

/**
 * Reads bodies on the host before their requests are handed over: clients that send slowly, or too much, cost the module nothing. What both sides hold of
 * them is bounded.
 */
export class WholeBodies {
  readonly #maxBodyBytes: number;
  readonly #handOver: HandOverWhole;
  /** Requests that were read and wait until the module has answered others. */
  readonly #waiting: (() => void)[] = [];
  #reading = 0;
  #handedOver = 0;

  constructor(maxBodyBytes: number, handOver: HandOverWhole) {
    this.#maxBodyBytes = maxBodyBytes;
    this.#handOver = handOver;
  }

  /** Rejects with PHLOW_INPUT_TOO_LARGE and PHLOW_STREAM_BROKEN, as reading the body does. */
  async answer(request: HttpRequest): Promise<HttpResponse> {
    const reserved = request.length ?? this.#maxBodyBytes;
    // Most requests have none.
    if (reserved === 0) return this.#handOver(request, new Uint8Array());
    if (this.#reading > 0 && this.#reading + reserved > MAX_READING) return UNAVAILABLE;
    this.#reading += reserved;
    let body: Uint8Array;
    try {
      body = await request.bytes();
      await this.#takeRoom(body.byteLength);
    } finally {
      this.#reading -= reserved;
    }
    try {
      return await this.#handOver(request, body);
    } finally {
      this.#handedOver -= body.byteLength;
      for (const wake of this.#waiting.splice(0)) wake();
    }
  }

  /** Waits until so many bytes more may be with the module, and counts them. */
  async #takeRoom(bytes: number): Promise<void> {
    while (this.#handedOver > 0 && this.#handedOver + bytes > MAX_HANDED_OVER)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#handedOver += bytes;
  }
}
