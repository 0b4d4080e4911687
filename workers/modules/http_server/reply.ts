import { FALLBACK } from '../../../src/http/limits.js';
import type { HttpResponse } from '../../../src/sdk/index.js';
import { isMap, textOf, type Value } from '../../../src/values.js';

/** Headers that say how a message is sent over one connection: those of a flow may come from another server, and say nothing of this one. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What a name of a header is made of, and what its value may hold (RFC 9110, 5.1 and 5.5). */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const FIELD = /^[\t\x20-\x7e\x80-\xff]*$/;

const JSON_TYPE = /^application\/(?:json|x-ndjson|[\w.-]+\+json)\b/i;

/** The response that a flow's result stands for. What cannot be sent becomes the fallback answer. */
export function replyOf(result: Value): HttpResponse {
  if (result === null || result === undefined) return { status: 204, headers: [] };
  if (!isEnvelope(result))
    return { status: 200, headers: [['content-type', 'application/json']], body: json(result) };
  const status = statusOf(result['status_code']);
  const headers = headersOf(result['headers'], 'application/json');
  if (status === undefined || headers === undefined) return FALLBACK;
  const type = headers.get('content-type')?.[0] ?? '';
  return {
    status,
    headers: pairsOf(headers),
    body: bodyOf(result['body'], type),
  };
}

/** What comes of a head, before a body that comes item by item. */
export interface StreamHead extends Omit<HttpResponse, 'body' | 'length'> {
  /** Of the body. */
  readonly type: string;
}

/** The head of a response whose body comes item by item; undefined for one that cannot be sent. */
export function streamHeadOf(head: Value): StreamHead | undefined {
  const { status_code, headers: given } = isMap(head) ? head : {};
  const status = statusOf(status_code);
  const headers = headersOf(given, 'application/x-ndjson');
  if (status === undefined || headers === undefined) return undefined;
  return { status, headers: pairsOf(headers), type: headers.get('content-type')?.[0] ?? '' };
}

/** One item of a body: text and bytes as they are where the type is no JSON, all else as a line of JSON. */
export function pieceOf(item: Value, type: string): string | Uint8Array {
  if (ArrayBuffer.isView(item)) return item as unknown as Uint8Array;
  return typeof item === 'string' && !JSON_TYPE.test(type) ? item : `${json(item)}\n`;
}

/** A plain object; anything else is a body. */
function isEnvelope(result: Value): result is Readonly<Record<string, Value>> {
  return isMap(result) && !ArrayBuffer.isView(result) && !((result as unknown) instanceof Date);
}

/** Undefined for what is no status that a response can have. */
function statusOf(value: Value): number | undefined {
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number)) return 200;
  return number >= 200 && number <= 599 ? number : undefined;
}

function pairsOf(headers: ReadonlyMap<string, readonly string[]>): HttpResponse['headers'] {
  return [...headers].flatMap(([name, values]) => values.map((value) => [name, value] as const));
}

/** The headers over the default, by their names in lower case; undefined when one of them is none. */
function headersOf(value: Value, type: string): ReadonlyMap<string, readonly string[]> | undefined {
  const headers = new Map<string, readonly string[]>([['content-type', [type]]]);
  if (!isMap(value)) return headers;
  for (const [name, member] of Object.entries(value)) {
    if (member === null || member === undefined) continue;
    const values = (Array.isArray(member) ? member : [member]).filter(
      (one) => one !== null && one !== undefined,
    );
    const texts = values.map((one) => (typeof one === 'object' ? json(one as Value) : textOf(one)));
    if (!TOKEN.test(name) || !texts.every((text) => FIELD.test(text))) return undefined;
    if (!HOP_BY_HOP.has(name.toLowerCase())) headers.set(name.toLowerCase(), texts);
  }
  return headers;
}

function bodyOf(body: Value, type: string): HttpResponse['body'] {
  if (body === undefined) return undefined;
  if (ArrayBuffer.isView(body)) return body as unknown as Uint8Array;
  return typeof body === 'string' && !JSON_TYPE.test(type) ? body : json(body);
}

/** Compact JSON. An integer beyond what a number holds exactly is written as text. */
export function json(value: Value): string {
  const text = JSON.stringify(value, (_, member: unknown) => {
    if (typeof member !== 'bigint') return member;
    return Number.isSafeInteger(Number(member)) ? Number(member) : String(member);
  }) as string | undefined;
  return text ?? 'null';
}
