import type { IncomingMessage } from 'node:http';
import type { Value } from '../../values.js';
import type { Effective } from '../effective.js';
import {
  BYTES_PER_BASE64_CHARACTER,
  REQUEST_MS,
  TLS_REQUEST_MS,
  UNCOUNTED_BYTES,
  type Answer,
} from './answer.js';
import { denied, failed, failedWith } from './denied.js';
import { fetchRequest, type FetchRequest } from './fetch-options.js';
import type { BrokerLimits } from './limits.js';
import { linkAbort, type LinkedAbort } from './linked-abort.js';
import { Lookups } from './lookups.js';
import { covers, netTarget, urlOf, type NetTarget } from './net-target.js';
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
interface Received {
  readonly target: NetTarget;
  readonly response: IncomingMessage;
}

/** Does requests in the place of one module instance, to where it was granted, and counts what they bring back. */
export class Network {
  readonly #granted: Pick<Effective, 'net' | 'insecureTls'>;
  readonly #limits: BrokerLimits;
  readonly #lookups: Lookups;
  /** Responses that are being read, by the numbers that the module knows them by. */
  readonly #open = new Map<number, OpenResponse>();
  #lastOpened = 0;
  #opening = 0;
  #receivedBytes = 0;

  constructor(
    granted: Pick<Effective, 'net' | 'insecureTls'>,
    limits: BrokerLimits,
    lookup?: (host: string) => Promise<readonly string[]>,
  ) {
    this.#granted = granted;
    this.#limits = limits;
    this.#lookups = new Lookups(lookup);
  }

  async fetch(url: string, options: unknown, answer: Answer): Promise<Value> {
    const { signal } = answer;
    const attempt = `fetch ${url.slice(0, 200)}`;
    const request = fetchRequest(attempt, options);
    const timeoutMs = request.timeoutMs ?? this.#limits.requestMs;
    const limited = linkAbort([signal], timeoutMs);
    try {
      const received = await this.#follow(attempt, url, request, answer, limited.signal);
      const body = await this.#readAll(attempt, received.response, request.maxBytes, answer, limited.signal);
      return { ...headOf(received), body: body.toString('base64') };
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
    answer: Answer,
    endings: readonly (AbortSignal | undefined)[],
  ): Promise<Value> {
    const attempt = `fetch ${url.slice(0, 200)}`;
    const request = fetchRequest(attempt, options);
    // Those that are being opened count: none of them is in the table yet.
    if (this.#open.size + this.#opening >= this.#limits.maxInFlight)
      throw denied(attempt, `${this.#limits.maxInFlight} responses are open already; close some of them`);
    const timeoutMs = request.timeoutMs ?? this.#limits.requestMs;
    const limited = linkAbort(endings, timeoutMs);
    this.#opening++;
    try {
      const received = await this.#follow(attempt, url, request, answer, limited.signal);
      const { response } = received;
      // An error between two reads is reported by the next one.
      response.on('error', () => undefined);
      const chunks = (response as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
      this.#open.set(++this.#lastOpened, { chunks, attempt, timeoutMs, limited, response });
      return { ...headOf(received), id: this.#lastOpened };
    } catch (error) {
      limited.release();
      throw reasonFor(error, attempt, timeoutMs, limited.signal, answer.signal);
    } finally {
      this.#opening--;
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

  async #follow(
    attempt: string,
    url: string,
    first: FetchRequest,
    answer: Answer,
    signal: AbortSignal,
  ): Promise<Received> {
    let request = first;
    let next = url;
    const lookup = (host: string): Promise<readonly string[]> => this.#lookups.find(host, signal);
    const proxy =
      first.proxy === undefined ? undefined : await proxyTarget(first.proxy, this.#granted.net, lookup);
    for (let hops = 0; hops <= this.#limits.maxRedirects; hops++) {
      // Each hop is held to the grants like the first one.
      const target = await netTarget(next, this.#granted.net, proxy === undefined ? lookup : undefined);
      this.#assertVerified(attempt, target, request);
      await answer.spend(target.url.protocol === 'https:' ? TLS_REQUEST_MS : REQUEST_MS);
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

  /** Where any certificate is good enough, a machine in between can take the host's place: only the owner can accept that. */
  #assertVerified(attempt: string, { url, host, port }: NetTarget, { verifyTls }: FetchRequest): void {
    if (verifyTls || url.protocol !== 'https:') return;
    if (this.#granted.insecureTls.some((grant) => covers(grant, host, port))) return;
    const place = `${host}:${port}`;
    const reason = `to leave the certificate of ${place} unchecked was not granted; the module's phlow.yaml must ask for it under permissions.net.insecureTls and the owner grant it`;
    throw denied(attempt, reason, { permission: 'net.insecureTls', target: place });
  }

  async #readAll(
    attempt: string,
    response: IncomingMessage,
    asked: number | undefined,
    answer: Answer,
    signal: AbortSignal,
  ): Promise<Buffer> {
    const { maxResponseBytes, maxAnswerBytes, maxAnswerLength } = this.#limits;
    const fitting = Math.floor(maxAnswerLength * BYTES_PER_BASE64_CHARACTER);
    const most = Math.min(asked ?? Infinity, maxResponseBytes, maxAnswerBytes, fitting);
    const declared = Number(response.headers['content-length'] ?? Infinity);
    const chunks: Buffer[] = [];
    let total = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      const isCounted = total > UNCOUNTED_BYTES;
      total += chunk.length;
      if (total > most)
        throw failed(
          attempt,
          `the response has more than ${most} bytes${most === fitting ? ', which are all that fit into an answer (limits.reply); use net.open' : ''}`,
        );
      // The rest stays with the server meanwhile.
      if (!isCounted && total > UNCOUNTED_BYTES) await answer.reserve(Math.min(declared, most), signal);
      this.#count(attempt, chunk);
      chunks.push(chunk);
    }
    await answer.convert(total);
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

function headOf({ target, response }: Received): Readonly<Record<string, Value>> {
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
