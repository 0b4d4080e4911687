import { COLON, ESCAPE, QUOTE } from './json-characters.js';
import { parseWithFewClasses } from './parse-json.js';
import { HASH_START, hashWith, leadingBits } from './text-hash.js';

/**
 * V8 keeps one copy of each text of up to ten characters that it meets in JSON, in a table of the whole thread. The table grows in one piece:
 * with a million texts in it, by 50 ms and more, at whatever text comes next. What a module sends may add this many of them a piece.
 */
const MAX_NEW = 128;
const MAX_SHARED_LENGTH = 10;
/** A piece of this length has room for that many of them, and not for many more. */
const MIN_LENGTH = 5 * MAX_NEW;
/**
 * Scanning a text costs a quarter of parsing it. Shorter texts than this are scanned at random, each with a probability in proportion to its
 * length, so that on average one text is scanned for this many characters; the sender cannot foresee which.
 */
const LOOKED_AT_EVERY = 65_536;
/** After one that held too many, all of this length together are looked through. */
const WATCHED_AFTERWARDS = 1_048_576;
/** Enough to tell apart what a piece holds. */
const HASH_BITS = 13;
/** In which text a short one of this hash was met last: nothing has to be cleared between texts. */
const metIn = new Float64Array(1 << HASH_BITS);
let round = 0;
let watched = 0;
/** Put before a text, makes it too long for the table. */
const MARK = '~'.repeat(MAX_SHARED_LENGTH + 1);

const TILDE = 0x7e;

/** As JSON.parse, but texts that are short, many and all different do not go into the table of V8's. Keys always do. */
export function parseUnshared(text: string): unknown {
  if (text.length < MIN_LENGTH || !isLookedAt(text.length) || !holdsMany(text))
    return parseWithFewClasses(text);
  watched = WATCHED_AFTERWARDS;
  let value: unknown;
  try {
    value = parseWithFewClasses(withMarks(text));
  } catch {
    // Its error is to be that of the text which came.
    return parseWithFewClasses(text);
  }
  const around = [value];
  withoutMarks(around);
  return around[0];
}

function isLookedAt(length: number): boolean {
  if (watched > 0) {
    watched -= length;
    return true;
  }
  return length >= LOOKED_AT_EVERY || Math.random() * LOOKED_AT_EVERY < length;
}

/** True for more short texts than may be added. It stands in the path of every package: one loop, and nothing is made. */
function holdsMany(text: string): boolean {
  round++;
  let count = 0;
  // A message may be megabytes of blanks.
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) {
    const from = at;
    let hash = HASH_START;
    let hasEscape = false;
    for (at++; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit === QUOTE) break;
      hash = hashWith(hash, unit);
      if (unit !== ESCAPE) continue;
      hasEscape = true;
      hash = hashWith(hash, text.charCodeAt(++at));
    }
    if (!mayBeShared(at - from - 1, hasEscape)) continue;
    const place = leadingBits(hash, HASH_BITS);
    if (metIn[place] === round) continue;
    metIn[place] = round;
    if (!isKey(text, at) && ++count > MAX_NEW) return true;
  }
  return false;
}

/** Texts that could be shared have the mark in front; so has every one that could seem to have it. */
function withMarks(text: string): string {
  let marked = '';
  let done = 0;
  for (let from = text.indexOf('"'), end: number; from >= 0; from = text.indexOf('"', end + 1)) {
    let hasEscape = false;
    // A text without its second quote ends with everything.
    for (end = from + 1; end < text.length && text.charCodeAt(end) !== QUOTE; end++) {
      if (text.charCodeAt(end) !== ESCAPE) continue;
      hasEscape = true;
      end++;
    }
    const mayNeedMark = mayBeShared(end - from - 1, hasEscape) || text.charCodeAt(from + 1) === TILDE;
    if (!mayNeedMark || isKey(text, end)) continue;
    marked += text.slice(done, from + 1) + MARK;
    done = from + 1;
  }
  return marked + text.slice(done);
}

/** Walks without recursion, as deep as the text nests. */
function withoutMarks(root: unknown[]): void {
  const queue: unknown[] = [root];
  while (queue.length > 0) {
    const at = queue.pop() as Record<string, unknown>;
    if (Array.isArray(at)) {
      for (let i = 0; i < at.length; i++) {
        const inner: unknown = at[i];
        if (typeof inner === 'string') at[i] = withoutMark(inner);
        else if (typeof inner === 'object' && inner !== null) queue.push(inner);
      }
      continue;
    }
    // What somebody has put on `Object.prototype` would be met too.
    for (const key in at) {
      if (!Object.hasOwn(at, key)) continue;
      const inner = at[key];
      if (typeof inner === 'string') at[key] = withoutMark(inner);
      else if (typeof inner === 'object' && inner !== null) queue.push(inner);
    }
  }
}

function withoutMark(text: string): string {
  if (!text.startsWith(MARK)) return text;
  const from = MARK.length;
  // A slice of two characters is looked for in the table.
  if (text.length === from + 2) return String.fromCharCode(text.charCodeAt(from), text.charCodeAt(from + 1));
  return text.slice(from);
}

/** One character has a place of its own in the engine; an escape takes up to six for one, and may stand for any. */
function mayBeShared(length: number, hasEscape: boolean): boolean {
  return hasEscape || (length > 1 && length <= MAX_SHARED_LENGTH);
}

function isKey(text: string, end: number): boolean {
  let at = end + 1;
  while (text.charCodeAt(at) === 0x20 || (text.charCodeAt(at) >= 0x09 && text.charCodeAt(at) <= 0x0d)) at++;
  return text.charCodeAt(at) === COLON;
}
