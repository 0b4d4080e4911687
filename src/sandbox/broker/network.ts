import type { IncomingMessage } from 'node:http';
import type { Value } from '../../values.js';
import type { NetGrant } from '../effective.js';
import { denied, failed, failedWith } from './denied.js';
import { fetchRequest, type FetchRequest } from './fetch-options.js';
import type { BrokerLimits } from './limits.js';
import { linkAbort } from './linked-abort.js';
import { Lookups } from './lookups.js';
import { netTarget, urlOf, type NetTarget } from './net-target.js';
import { sendHop } from './request.js';

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
/** Never taken along to another origin. */
const SECRETS: readonly string[] = ['authorization', 'cookie'];

/** Does requests in the place of one module instance, to where it was granted, and counts what they bring back. */
export class Network {
  readonly #grants: readonly NetGrant[];
  readonly #limits: BrokerLimits;
  readonly #lookups: Lookups;
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
    const limited = linkAbort([signal], this.#limits.requestMs);
    try {
      return await this.#follow(attempt, url, request, limited.signal);
    } catch (error) {
      if (signal.aborted) throw failed(attempt, 'the call was cancelled', error);
      if (limited.signal.aborted)
        throw failed(attempt, `it took longer than ${this.#limits.requestMs} ms`, error);
      throw failedWith(attempt, error);
    } finally {
      limited.release();
    }
  }

  async #follow(attempt: string, url: string, first: FetchRequest, signal: AbortSignal): Promise<Value> {
    let request = first;
    let next = url;
    for (let hops = 0; hops <= this.#limits.maxRedirects; hops++) {
      // Each hop is held to the grants like the first one.
      const target = await netTarget(next, this.#grants, (host) => this.#lookups.find(host, signal));
      const response = await sendHop({ target, ...request, signal });
      const status = response.statusCode ?? 0;
      const { location } = response.headers;
      if (!REDIRECTS.includes(status) || location === undefined || request.redirect === 'manual')
        return await this.#read(attempt, target, response);
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

  async #read(attempt: string, target: NetTarget, response: IncomingMessage): Promise<Value> {
    const chunks: Buffer[] = [];
    let total = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      total += chunk.length;
      this.#receivedBytes += chunk.length;
      if (total > this.#limits.maxResponseBytes)
        throw failed(attempt, `the response has more than ${this.#limits.maxResponseBytes} bytes`);
      if (this.#receivedBytes > this.#limits.maxReceivedBytes)
        throw denied(attempt, `the module may receive ${this.#limits.maxReceivedBytes} bytes in all`);
      chunks.push(chunk);
    }
    return {
      status: response.statusCode ?? 0,
      statusText: response.statusMessage ?? '',
      url: target.url.href,
      headers: headersOf(response),
      body: Buffer.concat(chunks, total).toString('base64'),
    };
  }
}

/** What a browser does, too: 303, and a POST after 301 or 302, becomes a GET; secrets stay with their origin. */
function redirected(request: FetchRequest, status: number, isSameOrigin: boolean): FetchRequest {
  const becomesGet =
    (status === 303 && request.method !== 'HEAD') || (status < 303 && request.method === 'POST');
  const dropped = (name: string): boolean =>
    (!isSameOrigin && SECRETS.includes(name)) || (becomesGet && name.startsWith('content-'));
  return {
    method: becomesGet ? 'GET' : request.method,
    headers: Object.fromEntries(Object.entries(request.headers).filter(([name]) => !dropped(name))),
    body: becomesGet ? undefined : request.body,
    redirect: request.redirect,
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
