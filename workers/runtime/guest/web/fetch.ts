import { abortStateOf, type AbortState } from './abort-state.js';
import { headersRecord } from './headers.js';
import { Request, requestState, type Redirect, type RequestState } from './request.js';
import { networkResponse, type Response } from './response.js';
import { needArguments } from './webidl.js';

/** Makes requests in the module's place: the host's `net.fetch`. */
export type NetFetch = (
  url: string,
  options: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly redirect: Redirect;
    readonly body?: Uint8Array;
  },
) => Promise<{
  readonly status: number;
  readonly statusText: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  bytes(): Promise<Uint8Array>;
}>;

/** The `fetch` of a module that was granted `net`. Giving up ends the wait; what the host has begun, it may finish. */
export function createFetch(netFetch: NetFetch): (input: unknown, init?: unknown) => Promise<Response> {
  return async function fetch(input: unknown, init?: unknown): Promise<Response> {
    needArguments(arguments.length, 1, 'fetch()');
    const state = requestState(new Request(input, init));
    const aborts = state && abortStateOf(state.signal);
    if (state === undefined || aborts === undefined) throw new TypeError('Cannot fetch: there is no request');
    if (aborts.isAborted) throw reasonOf(aborts);
    return new Promise((resolve, reject) => {
      const giveUp = (): void => reject(reasonOf(aborts));
      aborts.add(giveUp);
      send(netFetch, state).then(
        (response) => {
          aborts.remove(giveUp);
          resolve(response);
        },
        (error: unknown) => {
          aborts.remove(giveUp);
          reject(failure(state.url, error));
        },
      );
    });
  };
}

async function send(
  netFetch: NetFetch,
  { method, url, headers, body, redirect }: RequestState,
): Promise<Response> {
  const { bytes } = body;
  body.isUsed = bytes !== undefined;
  const [address = url] = url.split('#');
  const answer = await netFetch(address, {
    method,
    headers: headersRecord(headers) ?? {},
    redirect,
    ...(bytes === undefined ? {} : { body: bytes }),
  });
  const isRedirected = answer.url !== address;
  const { status, statusText } = answer;
  const content = await answer.bytes();
  return networkResponse({ status, statusText, url: answer.url, isRedirected }, answer.headers, content);
}

/** Whatever the module gave as the reason; errors are the usual. */
function reasonOf({ reason }: AbortState): Error {
  return reason as Error;
}

/** What callers of `fetch` expect, with what went wrong in it. */
function failure(url: string, cause: unknown): TypeError {
  const why = cause instanceof Error ? cause.message : 'the host could not do it';
  const error = new TypeError(`Cannot fetch ${url.slice(0, 200)}: ${why}`, { cause });
  const code: unknown = (cause as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? Object.assign(error, { code }) : error;
}
