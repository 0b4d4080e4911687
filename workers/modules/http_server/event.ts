import type { RequestHead } from '../../../src/sdk/index.js';
import { toBase64 } from '../../../src/wire/base64.js';
import { textNestsAtMost } from '../../../src/wire/nesting.js';
import type { Value, ValueMap } from '../../../src/values.js';
import { mediaTypeOf } from './content-type.js';

/** The target of a request, taken apart. */
export interface Target {
  /** The path as it was sent, percent signs untouched. */
  readonly path: string;
  /** What stands behind the question mark; empty when there is nothing. */
  readonly query: string;
}

/** What the flow gets to know of the route. */
export interface Routed {
  /** The template, or the path itself where there is none. */
  readonly path: string;
  readonly params: ValueMap;
  /** The query, where a schema has made numbers of its texts. */
  readonly query?: ValueMap | undefined;
}

/** A body as the flow sees it. */
export interface Body {
  /** An object or an array that the text is as JSON, otherwise the trimmed text; undefined for what is no UTF-8. */
  readonly value: Value;
  /** Base64 of what is no UTF-8. */
  readonly base64: string | undefined;
  readonly bytes: number;
}

/** The headers of a request: names in lower case, the last of equal ones counts. */
export type Headers = Readonly<Record<string, string>>;

/** More levels of JSON than any honest client sends, and than a value may have on its way to the flow. */
const MAX_NESTING = 200;

/** Takes the target apart; a client may send an absolute URL in its place. */
export function targetOf(target: string): Target {
  const start = target.startsWith('/') ? 0 : pathStart(target);
  const end = target.indexOf('?', start);
  const path = end === -1 ? target.slice(start) : target.slice(start, end);
  return { path: path === '' ? '/' : path, query: end === -1 ? '' : target.slice(end + 1) };
}

/** Where the path begins behind `http://HOST`; 0 for what is no such URL, such as `*`. */
function pathStart(target: string): number {
  const scheme = /^https?:\/\//i.exec(target)?.[0].length;
  if (scheme === undefined) return 0;
  const at = target.slice(scheme).search(/[/?]/);
  return at === -1 ? target.length : scheme + at;
}

/** The headers; values with signs that are not of ASCII are left out. */
export function headersOf(rawHeaders: readonly string[]): Headers {
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const value = rawHeaders[i + 1] ?? '';
    if (/^[\t\x20-\x7e]*$/.test(value)) pairs.push([rawHeaders[i]?.toLowerCase() ?? '', value]);
  }
  return Object.fromEntries(pairs);
}

/** The cookies by their names; the first of equal ones counts, as browsers send the one of the narrowest path first. */
export function cookiesOf(header: string | undefined): Headers {
  const cookies = new Map<string, string>();
  for (const pair of (header ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at === -1) continue;
    const name = pair.slice(0, at).trim();
    const value = pair.slice(at + 1).trim();
    if (name !== '' && !cookies.has(name)) cookies.set(name, decoded(value.replace(/^"(.*)"$/, '$1')));
  }
  return Object.fromEntries(cookies);
}

/** Percent signs decoded; the text itself where they make no sense. */
export function decoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Pairs of a form or a query, decoded; the last of equal ones counts. */
export function formOf(text: string): Headers {
  return text === '' ? {} : Object.fromEntries(new URLSearchParams(text));
}

/** As `formOf`, but a name that is among `lists` and comes more than once has all its values. */
export function queryOf(text: string, lists: ReadonlySet<string>): ValueMap {
  if (lists.size === 0) return formOf(text);
  const values = new Map<string, string | string[]>();
  for (const [name, value] of new URLSearchParams(text)) {
    const before = lists.has(name) ? values.get(name) : undefined;
    if (Array.isArray(before)) before.push(value);
    else values.set(name, before === undefined ? value : [before, value]);
  }
  return Object.fromEntries(values);
}

const EMPTY: Body = Object.freeze({ value: '', base64: undefined, bytes: 0 });

/** Reads a body. Undefined for JSON that nests too deep to be handed on. */
export function bodyOf(bytes: Uint8Array): Body | undefined {
  if (bytes.byteLength === 0) return EMPTY;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).trim();
  } catch {
    return { value: undefined, base64: toBase64(bytes), bytes: bytes.byteLength };
  }
  if (!/^[[{]/.test(text)) return { value: text, base64: undefined, bytes: bytes.byteLength };
  if (!textNestsAtMost(text, MAX_NESTING)) return undefined;
  return { value: parsed(text), base64: undefined, bytes: bytes.byteLength };
}

function parsed(text: string): Value {
  try {
    // Members such as `__proto__` become the object's own: nothing is polluted by them.
    return JSON.parse(text) as Value;
  } catch {
    return text;
  }
}

/** What becomes `main` of the run. */
export function eventOf(
  head: RequestHead,
  target: Target,
  headers: Headers,
  routed: Routed,
  body: Body,
  requestId: string,
): ValueMap {
  const isForm = mediaTypeOf(headers['content-type']) === 'application/x-www-form-urlencoded';
  return {
    method: head.method,
    path: routed.path,
    resolved_path: target.path,
    uri: head.target,
    query_string: target.query,
    query_params: routed.query ?? formOf(target.query),
    path_params: routed.params,
    headers,
    cookies: cookiesOf(headers['cookie']),
    body: body.value ?? null,
    ...(isForm && typeof body.value === 'string' ? { form: formOf(body.value) } : {}),
    ...(body.base64 === undefined ? {} : { body_base64: body.base64 }),
    body_size: body.bytes,
    client_ip: head.remoteAddress,
    client_port: head.remotePort,
    request_id: requestId,
  };
}
