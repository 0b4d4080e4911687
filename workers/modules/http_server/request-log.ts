import type { HttpResponse, RequestHead } from '../../../src/sdk/index.js';
import type { ValueMap } from '../../../src/values.js';
import type { Headers, Target } from './event.js';

/** Request headers whose values are secrets. */
const SECRET: ReadonlySet<string> = new Set(['cookie', 'proxy-authorization', 'x-api-key']);

/** What is logged of a request: its attributes by the names of OpenTelemetry's conventions for HTTP. */
export function requestLine(
  { method, remoteAddress }: RequestHead,
  { path, query }: Target,
  headers: Headers,
  route: string | undefined,
  { status }: HttpResponse,
  tookMs: number,
  authorizationMode: string | undefined,
): { readonly message: string; readonly fields: ValueMap } {
  const shown = Object.entries(headers)
    .filter(([name]) => !SECRET.has(name))
    .map(([name, value]): [string, string] => [
      `http.request.header.${name}`,
      name === 'authorization' ? authorizationText(value, authorizationMode) : value,
    ]);
  return {
    message: `${method} ${path} ${status}`,
    fields: {
      'http.request.method': method,
      'url.path': path,
      ...(query === '' ? {} : { 'url.query': query }),
      ...(route === undefined ? {} : { 'http.route': route }),
      'http.response.status_code': status,
      'client.address': remoteAddress,
      'http.server.request.duration': tookMs / 1_000,
      ...Object.fromEntries(shown),
    },
  };
}

/** How much of the header `Authorization` is shown, by PHLOW_AUTHORIZATION_SPAN_MODE. */
export function authorizationText(value: string, mode = 'prefix'): string {
  switch (mode) {
    case 'all':
      return value;
    case 'hidden':
      return 'x'.repeat(value.length);
    case 'prefix':
      return `${value.slice(0, 12)}...`;
    case 'suffix':
      return `...${value.slice(-6)}`;
    default:
      return '';
  }
}
