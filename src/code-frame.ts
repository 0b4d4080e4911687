import { REDACTED } from './redaction.js';
import { visibleText } from './visible-text.js';

/** A place in a text file. `line` and `column` count from 1; columns count code points. */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The lines around the place with a caret under it, ready to print. */
  readonly frame: string;
}

/** Characters of a line that are not to be shown: from, and up to. */
export type Hidden = readonly [start: number, end: number];

/** Says what of a line must stay hidden, by its number from 1 on. */
export type HiddenInLine = (lineAt: (line: number) => string, line: number) => readonly Hidden[];

const CONTEXT_LINES = 2;
const WIDEST_LINE = 160;
const MAX_LINE_READ = 20_000;

/**
 * Describes the place at `offset` (UTF-16 units) of `text`, with a code frame.
 *
 * @param length how many characters the caret line underlines; cut at the end of the line.
 */
export function placeAt(
  file: string,
  text: string,
  offset: number,
  length = 1,
  hidden?: HiddenInLine,
): SourceLocation {
  const at = Math.max(0, Math.min(offset, text.length));
  const starts = lineStartsOf(text);
  const line = lineOf(starts, at);
  const column = codePoints(text, starts[line - 1] ?? 0, at) + 1;
  return { file, line, column, frame: codeFrame(text, line, column, length, hidden) };
}

/** Draws the lines around `line`, a gutter with line numbers, and carets below `column`. */
export function codeFrame(
  text: string,
  line: number,
  column: number,
  length = 1,
  hidden?: HiddenInLine,
): string {
  const starts = lineStartsOf(text);
  const first = Math.max(1, line - CONTEXT_LINES);
  const last = Math.min(starts.length, line + CONTEXT_LINES);
  const gutter = String(last).length;
  const lineAt = (n: number): string => lineText(text, starts, n);
  const drawn: string[] = [];
  for (let n = first; n <= last; n++) {
    // A very long line is shown as a window around the place, or the frame would be unreadable.
    const from = n === line && column > WIDEST_LINE - 20 ? column - Math.floor(WIDEST_LINE / 2) : 0;
    const start = starts[n - 1] ?? 0;
    const begin = skipCodePoints(text, start, starts[n] ?? text.length + 1, from);
    const shown = window(text, begin, starts[n] ?? text.length + 1);
    const at = n === line ? Math.max(0, column - 1 - from) : 0;
    const secrets = hidden?.(lineAt, n) ?? [];
    const masked = (part: readonly string[], offset: number): string =>
      visibleText(withoutHidden(part, begin - start + offset, secrets));
    const before = masked(shown.slice(0, at), 0);
    const drawnLine = before + masked(shown.slice(at), shown.slice(0, at).join('').length);
    drawn.push(`${n === line ? '>' : ' '} ${String(n).padStart(gutter)} | ${drawnLine}`.trimEnd());
    if (n === line) {
      const room = Math.max(
        1,
        Math.min(length, shown.length - at, [...drawnLine].length - [...before].length),
      );
      // Characters that are shown by their codes take more room than they have in the file.
      drawn.push(`  ${' '.repeat(gutter)} | ${' '.repeat([...before].length)}${'^'.repeat(room)}`);
    }
  }
  return drawn.join('\n');
}

/** Code points of a line, from an offset in it on, with a word in the place of what is hidden. */
function withoutHidden(part: readonly string[], offset: number, secrets: readonly Hidden[]): string {
  if (secrets.length === 0) return part.join('');
  let text = '';
  let at = offset;
  let last: Hidden | undefined;
  for (const character of part) {
    const here = at;
    const secret = secrets.find(([start, end]) => start <= here && here < end);
    if (secret === undefined) text += character;
    else if (secret !== last) text += REDACTED;
    last = secret;
    at += character.length;
  }
  return text;
}

/** A line without its end; of a very long one its beginning, a window of which may be shown. */
function lineText(text: string, starts: readonly number[], n: number): string {
  const start = starts[n - 1] ?? text.length;
  const end = Math.min(starts[n] ?? text.length, start + MAX_LINE_READ);
  return text.slice(start, end).replace(/\r?\n$/, '');
}

/** `WIDEST_LINE` code points from an offset on, to the end of the line, which is before `next`; tabs as blanks. */
function window(text: string, begin: number, next: number): readonly string[] {
  const end = Math.min(skipCodePoints(text, begin, next, WIDEST_LINE), next);
  const line = text.slice(begin, end).replace(/\r?\n$/, '');
  return [...line.replaceAll('\t', ' ')].slice(0, WIDEST_LINE);
}

/** Where the offset is after this many code points, or at `end`. */
function skipCodePoints(text: string, start: number, end: number, count: number): number {
  let at = start;
  for (let n = 0; n < count && at < end; n++) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return at;
}

function codePoints(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; count++) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return count;
}

/** The lines of the text that was asked about last: a report with many places of one text reads it once. */
let known: { readonly text: string; readonly starts: readonly number[] } = { text: '', starts: [0] };

function lineStartsOf(text: string): readonly number[] {
  if (known.text !== text) {
    const starts = [0];
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    known = { text, starts };
  }
  return known.starts;
}

/** The line, from 1 on, that holds the offset. */
function lineOf(starts: readonly number[], at: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
