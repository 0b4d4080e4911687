import { isMap } from '../../values.js';
import { denied } from './denied.js';

/** The second argument of `net.fetch`, checked. */
export interface FetchRequest {
  readonly method: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
  readonly redirect: Redirect;
  /** Milliseconds for all of the exchange; undefined: the broker's own limit. */
  readonly timeoutMs: number | undefined;
  /** Bytes of the body, no more than the broker's own limit; undefined: that limit. */
  readonly maxBytes: number | undefined;
  /** False: a certificate that nobody has signed is good enough. */
  readonly verifyTls: boolean;
  /** The URL of the proxy that passes the request on. */
  readonly proxy: string | undefined;
}

type Redirect = 'follow' | 'manual' | 'error';

const METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];
const MEMBERS: readonly string[] = [
  'method',
  'headers',
  'body',
  'isBase64',
  'redirect',
  'timeoutMs',
  'maxBytes',
  'verifyTls',
  'proxy',
];
/** An hour: a request without an end would hold its place for good. */
const MAX_TIMEOUT_MS = 3_600_000;
const MAX_HEADERS = 64;

/** Headers that belong to the connection, not to the module: with them a request could be split, upgraded or sent to another host. */
const OWN_HEADERS = new Set(
  'host connection content-length transfer-encoding upgrade te trailer keep-alive expect proxy-authorization proxy-connection accept-encoding'.split(
    ' ',
  ),
);

/** Reads what a module passed as fetch options. Throws PHLOW_PERMISSION_DENIED for anything that is not plainly allowed. */
export function fetchRequest(attempt: string, options: unknown): FetchRequest {
  if (options === undefined || options === null) return fetchRequest(attempt, {});
  if (!isMap(options)) throw denied(attempt, 'the options are not an object');
  const unknown = Object.keys(options).find((key) => !MEMBERS.includes(key));
  if (unknown !== undefined)
    throw denied(
      attempt,
      `the option "${unknown.slice(0, 40)}" is not brokered; known are ${MEMBERS.join(', ')}`,
    );
  const method = options['method'] ?? 'GET';
  if (typeof method !== 'string' || !METHODS.includes(method.toUpperCase()))
    throw denied(attempt, `the method is none of ${METHODS.join(', ')}`);
  return {
    method: method.toUpperCase(),
    headers: headersOf(attempt, options['headers']),
    body: bodyOf(attempt, options),
    redirect: redirectOf(attempt, options['redirect'] ?? 'follow'),
    timeoutMs: timeoutOf(attempt, options['timeoutMs']),
    maxBytes: countOf(attempt, 'maxBytes', options['maxBytes']),
    verifyTls: options['verifyTls'] !== false,
    proxy: proxyOf(attempt, options['proxy']),
  };
}

function timeoutOf(attempt: string, value: unknown): number | undefined {
  const ms = countOf(attempt, 'timeoutMs', value);
  return ms === undefined ? undefined : Math.min(ms, MAX_TIMEOUT_MS);
}

function countOf(attempt: string, name: string, value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && value > 0) return value;
  throw denied(attempt, `${name} is not a number above 0`);
}

function proxyOf(attempt: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw denied(attempt, 'the proxy is not a URL');
}

function redirectOf(attempt: string, redirect: unknown): Redirect {
  if (redirect === 'follow' || redirect === 'manual' || redirect === 'error') return redirect;
  throw denied(attempt, 'the redirect mode is none of follow, manual, error');
}

function headersOf(attempt: string, headers: unknown): Readonly<Record<string, string>> {
  if (headers === undefined || headers === null) return {};
  if (!isMap(headers)) throw denied(attempt, 'the headers are not an object');
  const pairs = Object.entries(headers);
  if (pairs.length > MAX_HEADERS) throw denied(attempt, `there are more than ${MAX_HEADERS} headers`);
  // Not imported, as in request.ts.
  const { validateHeaderName, validateHeaderValue } = process.getBuiltinModule('node:http');
  const checked = pairs.map(([name, value]) => {
    const lower = name.toLowerCase();
    if (OWN_HEADERS.has(lower)) throw denied(attempt, `the header "${lower}" is the connection's own`);
    if (typeof value !== 'string') throw denied(attempt, `the header "${lower.slice(0, 40)}" is not text`);
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch (error) {
      throw denied(attempt, `the header ${JSON.stringify(lower.slice(0, 40))} is not well formed`, {
        reason: error instanceof Error ? error.name : 'error',
      });
    }
    return [lower, value] as const;
  });
  return Object.fromEntries(checked);
}

function bodyOf(attempt: string, options: Record<string, unknown>): Uint8Array | undefined {
  const { body, isBase64 } = options;
  if (body === undefined || body === null) return undefined;
  if (typeof body !== 'string')
    throw denied(attempt, 'the body is not text; pass bytes as base64 with isBase64');
  return Buffer.from(body, isBase64 === true ? 'base64' : 'utf8');
}
