import type { IncomingMessage } from 'node:http';
import type { Value } from '../../values.js';
import type { NetGrant } from '../effective.js';
import { denied, failed, failedWith } from './denied.js';
import { fetchRequest, type FetchRequest } from './fetch-options.js';
import type { BrokerLimits } from './limits.js';
import { linkAbort, type LinkedAbort } from './linked-abort.js';
import { Lookups } from './lookups.js';
import { netTarget, urlOf, type NetTarget } from './net-target.js';
import { proxyTarget } from './proxy.js';
import { sendHop } from './request.js';

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
/** Never taken along to another origin. */
const SECRETS: readonly string[] = ['authorization', 'cookie'];

/** A response whose body is read bit by bit. */
interface OpenResponse {
  readonly chunks: AsyncIterator<Buffer>;
  readonly attempt: string;
  readonly timeoutMs: number;
  readonly limited: LinkedAbort;
  readonly response: IncomingMessage;
}

/** The head of a response, and where it came from. */
interface Answer {
  readonly target: NetTarget;
  readonly response: IncomingMessage;
}

/** Does requests in the place of one module instance, to where it was granted, and counts what they bring back. */
export class Network {
  readonly #grants: readonly NetGrant[];
  readonly #limits: BrokerLimits;
  readonly #lookups: Lookups;
  /** Responses that are being read, by the numbers that the module knows them by. */
  readonly #open = new Map<number, OpenResponse>();
  #lastOpened = 0;
  #receivedBytes = 0;

  constructor(
    grants: readonly NetGrant[],
    limits: BrokerLimits,
    lookup?: (host: string) => Promise<readonly string[]>,
  ) {
    this.#grants = grants;
    this.#limits = limits;
    this.#lookups = new Lookups(lookup);
  }

  async fetch(url: string, options: unknown, signal: AbortSignal): Promise<Value> {
    const attempt = `fetch ${url.slice(0, 200)}`;
    const request = fetchRequest(attempt, options);
    const timeoutMs = request.timeoutMs ?? this.#limits.requestMs;
    const limited = linkAbort([signal], timeoutMs);
    try {
      const answer = await this.#follow(attempt, url, request, limited.signal);
      const body = await this.#readAll(attempt, answer.response, request.maxBytes);
      return { ...headOf(answer), body: body.toString('base64') };
    } catch (error) {
      throw reasonFor(error, attempt, timeoutMs, limited.signal, signal);
    } finally {
      limited.release();
    }
  }

  /** As `fetch`, but answers once the head has arrived; the body is fetched by `read`. The time counts until `close`. */
  async open(
    url: string,
    options: unknown,
    signal: AbortSignal,
    endings: readonly (AbortSignal | undefined)[],
  ): Promise<Value> {
    const attempt = `fetch ${url.slice(0, 200)}`;
    const request = fetchRequest(attempt, options);
    if (this.#open.size >= this.#limits.maxInFlight)
      throw denied(attempt, `${this.#limits.maxInFlight} responses are open already; close some of them`);
    const timeoutMs = request.timeoutMs ?? this.#limits.requestMs;
    const limited = linkAbort(endings, timeoutMs);
    try {
      const answer = await this.#follow(attempt, url, request, limited.signal);
      const { response } = answer;
      // An error between two reads is reported by the next one.
      response.on('error', () => undefined);
      const chunks = (response as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
      this.#open.set(++this.#lastOpened, { chunks, attempt, timeoutMs, limited, response });
      return { ...headOf(answer), id: this.#lastOpened };
    } catch (error) {
      limited.release();
      throw reasonFor(error, attempt, timeoutMs, limited.signal, signal);
    }
  }

  /** The next bytes of an open response, null at its end, which closes it. */
  async read(id: number, signal: AbortSignal): Promise<Value> {
    const open = this.#open.get(id);
    if (open === undefined) throw denied('read a response', 'it is not open');
    const { chunks, attempt, timeoutMs, limited } = open;
    try {
      const next = await chunks.next();
      if (next.done !== true) {
        this.#count(attempt, next.value);
        return next.value.toString('base64');
      }
      this.closeResponse(id);
      return null;
    } catch (error) {
      this.closeResponse(id);
      throw reasonFor(error, attempt, timeoutMs, limited.signal, signal);
    }
  }

  /** Ends an open response, wherever its body is; one that has ended already is left alone. */
  closeResponse(id: number): void {
    const open = this.#open.get(id);
    this.#open.delete(id);
    open?.limited.release();
    open?.response.destroy();
  }

  /** Ends every response that is still open. */
  close(): void {
    for (const id of this.#open.keys()) this.closeResponse(id);
  }

  async #follow(attempt: string, url: string, first: FetchRequest, signal: AbortSignal): Promise<Answer> {
    let request = first;
    let next = url;
    const lookup = (host: string): Promise<readonly string[]> => this.#lookups.find(host, signal);
    const proxy =
      first.proxy === undefined ? undefined : await proxyTarget(first.proxy, this.#grants, lookup);
    for (let hops = 0; hops <= this.#limits.maxRedirects; hops++) {
      // Each hop is held to the grants like the first one.
      const target = await netTarget(next, this.#grants, proxy === undefined ? lookup : undefined);
      const response = await sendHop({ target, ...request, proxy, signal });
      const status = response.statusCode ?? 0;
      const { location } = response.headers;
      if (!REDIRECTS.includes(status) || location === undefined || request.redirect === 'manual')
        return { target, response };
      response.destroy();
      if (request.redirect === 'error')
        throw failed(attempt, 'the server redirects, and the request asks that this be an error');
      const to = urlOf(location, target.url);
      if (to === undefined) throw failed(attempt, 'the server redirects to something that is no URL');
      request = redirected(request, status, to.origin === target.url.origin);
      next = to.href;
    }
    throw failed(attempt, `there are more than ${this.#limits.maxRedirects} redirects`);
  }

  async #readAll(attempt: string, response: IncomingMessage, asked: number | undefined): Promise<Buffer> {
    const most = Math.min(asked ?? Infinity, this.#limits.maxResponseBytes);
    const chunks: Buffer[] = [];
    let total = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      total += chunk.length;
      if (total > most) throw failed(attempt, `the response has more than ${most} bytes`);
      this.#count(attempt, chunk);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks, total);
  }

  #count(attempt: string, chunk: Buffer): void {
    this.#receivedBytes += chunk.length;
    if (this.#receivedBytes > this.#limits.maxReceivedBytes)
      throw denied(attempt, `the module may receive ${this.#limits.maxReceivedBytes} bytes in all`);
  }
}

/** The error that the module gets for a request that failed. */
function reasonFor(
  error: unknown,
  attempt: string,
  timeoutMs: number,
  limited: AbortSignal,
  signal: AbortSignal,
): Error {
  if (signal.aborted) return failed(attempt, 'the call was cancelled', error);
  if (limited.aborted) return failed(attempt, `it took longer than ${timeoutMs} ms`, error);
  return failedWith(attempt, error);
}

/** What a browser does, too: 303, and a POST after 301 or 302, becomes a GET; secrets stay with their origin. */
function redirected(request: FetchRequest, status: number, isSameOrigin: boolean): FetchRequest {
  const becomesGet =
    (status === 303 && request.method !== 'HEAD') || (status < 303 && request.method === 'POST');
  const dropped = (name: string): boolean =>
    (!isSameOrigin && SECRETS.includes(name)) || (becomesGet && name.startsWith('content-'));
  return {
    ...request,
    method: becomesGet ? 'GET' : request.method,
    headers: Object.fromEntries(Object.entries(request.headers).filter(([name]) => !dropped(name))),
    body: becomesGet ? undefined : request.body,
  };
}

function headOf({ target, response }: Answer): Readonly<Record<string, Value>> {
  return {
    status: response.statusCode ?? 0,
    statusText: response.statusMessage ?? '',
    url: target.url.href,
    headers: headersOf(response),
    headerList: headerListOf(response),
  };
}

function headersOf(response: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}

/** Every header line of its own, names in lower case, in the order in which they came. */
function headerListOf({ rawHeaders }: IncomingMessage): readonly (readonly [string, string])[] {
  return rawHeaders.flatMap((name, i) =>
    i % 2 === 0 ? [[name.toLowerCase(), rawHeaders[i + 1] ?? '']] : [],
  );
}
