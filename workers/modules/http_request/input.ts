import type { Log } from '../../../src/sdk/index.js';
import { isMap, textOf } from '../../../src/values.js';
import { toBase64 } from '../../../src/wire/base64.js';
import { bodyOf, type Body } from './body.js';
import type { Config } from './config.js';

/** What a call carries; the manifest has seen that it is an object. */
export interface HttpInput {
  readonly method?: unknown;
  readonly url?: unknown;
  readonly headers?: unknown;
  readonly body?: unknown;
  readonly form?: Readonly<Record<string, unknown>>;
  readonly multipart?: Readonly<Record<string, unknown>>;
  readonly stream?: unknown;
}

/** A request that can be sent. */
export interface Request {
  readonly method: string;
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
}

const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE'];

/** Headers of the connection: the host writes them, by what it really sends. */
const OF_THE_CONNECTION = new Set(
  'host connection content-length transfer-encoding upgrade te trailer keep-alive expect proxy-authorization proxy-connection accept-encoding'.split(
    ' ',
  ),
);

/** Reads a call's input. Throws with the message of the answer for what cannot be sent. */
export function requestOf(
  input: HttpInput,
  config: Config,
  log: Log,
  traceparent: string | undefined,
): Request {
  const method = methodOf(input.method);
  const url = urlOf(input.url);
  // The trace that the call belongs to goes on where the request goes, unless the flow says otherwise.
  const trace: Record<string, string> = traceparent === undefined ? {} : { traceparent };
  const given = { ...trace, ...headersOf(input.headers, log) };
  const body = bodyOf(input);
  return { method, url, headers: withDefaults(given, url, body, config), body: body?.bytes };
}

function methodOf(given: unknown): string {
  if (given === undefined || given === null) return 'GET';
  const method = textOf(given).toUpperCase();
  if (METHODS.includes(method)) return method;
  throw new Error(`Invalid method '${textOf(given)}'. Must be one of: ${METHODS.join(', ')}`);
}

function urlOf(given: unknown): URL {
  if (given === undefined || given === null) throw new Error("Missing 'url'");
  const text = textOf(given);
  // The message does not show it: it may hold a secret.
  if (!URL.canParse(text)) throw new Error('Request error: the URL is not valid');
  return new URL(text);
}

function headersOf(given: unknown, log: Log): Record<string, string> {
  const headers: Record<string, string> = {};
  if (!isMap(given)) return headers;
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null) continue;
    const lower = name.toLowerCase();
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) log.error(`Invalid header name: ${name}`);
    else if (OF_THE_CONNECTION.has(lower)) log.error(`Invalid header name: ${name} is the connection's own`);
    // The value is not named: it may be a secret.
    else if (/[^\t\x20-\x7e\x80-\xff]/.test(textOf(value))) log.error(`Invalid header value: of ${name}`);
    else headers[lower] = textOf(value);
  }
  return headers;
}

function withDefaults(
  given: Readonly<Record<string, string>>,
  url: URL,
  body: Body | undefined,
  config: Config,
): Readonly<Record<string, string>> {
  const { username, password } = url;
  url.username = '';
  url.password = '';
  return {
    accept: '*/*',
    ...(config.userAgent === undefined ? {} : { 'user-agent': config.userAgent }),
    ...(body?.type === undefined ? {} : { 'content-type': body.type }),
    ...(username === '' && password === '' ? {} : { authorization: basicOf(username, password) }),
    ...given,
  };
}

function basicOf(username: string, password: string): string {
  const bytes = new TextEncoder().encode(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
  return `Basic ${toBase64(bytes)}`;
}
