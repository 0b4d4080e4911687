import { ScriptSyntaxError } from './syntax-error.js';
import { char, type PhsValue } from '../values/value.js';

const NAMED: Readonly<Record<string, string>> = { '\\': '\\', t: '\t', r: '\r', n: '\n' };
const TEXT_EDGE = /`|\$\{/g;
const CODED: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/**
 * Reads the quoted literal that begins at `start` (docs/spec/phs.md 2.4). One code point between single quotes is a char, anything else
 * a string.
 */
export function lexQuoted(code: string, start: number): { value: PhsValue; end: number } {
  const quote = code.charAt(start);
  const pieces: string[] = [];
  let at = start + 1;
  for (;;) {
    const next = code.charAt(at);
    if (next === '' || next === '\n') throw unterminated(start);
    if (next === quote) {
      if (quote === '"' && code.charAt(at + 1) === '"') {
        pieces.push('"');
        at += 2;
        continue;
      }
      break;
    }
    if (next === '\\') {
      const escape = readEscape(code, at, start, quote);
      pieces.push(escape.text);
      at = escape.end;
      continue;
    }
    let end = at + 1;
    while (end < code.length && !'\\\n"\''.includes(code.charAt(end))) end++;
    pieces.push(code.slice(at, end));
    at = end;
  }
  const text = pieces.join('');
  const isChar = quote === "'" && [...text].length === 1;
  return { value: isChar ? char(text) : text, end: at + 1 };
}

function readEscape(code: string, at: number, start: number, quote: string): { text: string; end: number } {
  const letter = code.charAt(at + 1);
  if (letter === quote) return { text: quote, end: at + 2 };
  const named = Object.hasOwn(NAMED, letter) ? NAMED[letter] : undefined;
  if (named !== undefined) return { text: named, end: at + 2 };
  const digits = Object.hasOwn(CODED, letter) ? CODED[letter] : undefined;
  if (digits !== undefined) {
    const hex = code.slice(at + 2, at + 2 + digits);
    const point = hex.length === digits && /^[0-9a-fA-F]+$/.test(hex) ? Number.parseInt(hex, 16) : Number.NaN;
    if (!(point <= 0x10ffff) || (point >= 0xd800 && point <= 0xdfff))
      throw invalidEscape(`\\${letter}${hex}`, at);
    return { text: String.fromCodePoint(point), end: at + 2 + digits };
  }
  const lineBreak = /^\r?\n/.exec(code.slice(at + 1, at + 3))?.[0];
  if (lineBreak !== undefined) return { text: '', end: continuation(code, at + 1 + lineBreak.length, start) };
  if (letter === '') throw unterminated(start);
  throw invalidEscape(`\\${letter}`, at);
}

/** A continued string skips white space on its next line, up to the column of its opening quote. */
function continuation(code: string, lineStart: number, start: number): number {
  const column = start - (code.lastIndexOf('\n', start - 1) + 1);
  let at = lineStart;
  // The text begins behind the column of the quote at the latest, so that deeper indentation is part of it.
  while (at - lineStart <= column && (code.charAt(at) === ' ' || code.charAt(at) === '\t')) at++;
  return at;
}

/** Reads `#"…"#`, with as many `#` behind as before. */
export function lexRaw(code: string, start: number): { value: PhsValue; end: number } {
  const open = /^#+/.exec(code.slice(start))?.[0] ?? '#';
  const from = start + open.length + 1;
  const to = code.indexOf(`"${open}`, from);
  if (to === -1) throw unterminated(start);
  return { value: code.slice(from, to), end: to + 1 + open.length };
}

/** Reads the text of a backtick string from `start` to its closing backtick or to `${`; two backticks stand for one. */
export function lexBacktickText(
  code: string,
  start: number,
  isFirst: boolean,
): { text: string; end: number; stop: '`' | '${' } {
  // A line break right behind the opening backtick is no part of the text.
  let at = start + (isFirst ? (/^\r?\n/.exec(code.slice(start, start + 2))?.[0].length ?? 0) : 0);
  let text = '';
  for (;;) {
    TEXT_EDGE.lastIndex = at;
    const edge = TEXT_EDGE.exec(code)?.index;
    if (edge === undefined) throw unterminated(start - 1);
    text += code.slice(at, edge);
    at = edge;
    if (code.startsWith('``', at)) {
      text += '`';
      at += 2;
      continue;
    }
    return { text, end: at, stop: code.charAt(at) === '`' ? '`' : '${' };
  }
}

function unterminated(at: number): ScriptSyntaxError {
  return new ScriptSyntaxError('Open string is not terminated', at);
}

function invalidEscape(sequence: string, at: number): ScriptSyntaxError {
  return new ScriptSyntaxError(`Invalid escape sequence: '${sequence}'`, at, sequence.length);
}
