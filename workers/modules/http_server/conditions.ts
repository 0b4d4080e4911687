import type { Headers } from './event.js';

/** The file that a request is for, as far as its conditions ask. */
export interface Version {
  /** Its tag, a weak one. */
  readonly tag: string;
  readonly modifiedMs: number;
  readonly bytes: number;
}

/** What a request for a file gets: all of it, a part, word that the client has it already, or that what it asks for is not there. */
export type Outcome =
  | { readonly status: 200 | 304 | 412 | 416 }
  /** `end` is not part of it. */
  | { readonly status: 206; readonly start: number; readonly end: number };

/** Looks at the conditions of a request in the order of RFC 9110, 13.2.2. */
export function outcomeOf(method: string, headers: Headers, version: Version): Outcome {
  if (hasFailed(headers, version)) return { status: 412 };
  if (isKnown(headers, version)) return { status: 304 };
  const range =
    method === 'GET' && isSameAsIfRange(headers['if-range'], version) ? headers['range'] : undefined;
  return range === undefined ? { status: 200 } : partOf(range, version.bytes);
}

/** The client wants the file as it knows it, or an error. */
function hasFailed(headers: Headers, { modifiedMs }: Version): boolean {
  const match = headers['if-match'];
  // It takes strong tags only, and those of files are weak.
  if (match !== undefined) return match.trim() !== '*';
  const since = Date.parse(headers['if-unmodified-since'] ?? '');
  return seconds(modifiedMs) > since;
}

function isKnown(headers: Headers, { tag, modifiedMs }: Version): boolean {
  const match = headers['if-none-match'];
  if (match !== undefined)
    return match.split(',').some((one) => one.trim() === '*' || opaque(one.trim()) === opaque(tag));
  return Date.parse(headers['if-modified-since'] ?? '') >= seconds(modifiedMs);
}

/** What is compared weakly. */
function opaque(tag: string): string {
  return tag.replace(/^W\//, '');
}

/** A part goes with parts that the client has only where they are of the same file. */
function isSameAsIfRange(value: string | undefined, { modifiedMs }: Version): boolean {
  return value === undefined || Date.parse(value) === seconds(modifiedMs);
}

/** Dates in headers have no fractions of seconds. */
function seconds(ms: number): number {
  return Math.trunc(ms / 1_000) * 1_000;
}

/** The part that one range means; what is no range, and more than one, counts as none. */
function partOf(range: string, bytes: number): Outcome {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(range.trim()) ?? [];
  if (first === '' && last === '') return { status: 200 };
  if (first !== '' && last !== '' && Number(last) < Number(first)) return { status: 200 };
  const start = first === '' ? Math.max(0, bytes - Number(last)) : Number(first);
  const end = first === '' || last === '' ? bytes : Math.min(bytes, Number(last) + 1);
  return start < end ? { status: 206, start, end } : { status: 416 };
}
