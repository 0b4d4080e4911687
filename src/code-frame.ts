import { visibleText } from './visible-text.js';

/** A place in a text file. `line` and `column` count from 1; columns count code points. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The lines around the place with a caret under it, ready to print. */
  readonly frame: string;
}

const CONTEXT_LINES = 2;
const WIDEST_LINE = 160;

/**
 * Describes the place at `offset` (UTF-16 units) of `text`, with a code frame.
 *
 * @param length how many characters the caret line underlines; cut at the end of the line.
 */
export function placeAt(file: string, text: string, offset: number, length = 1): SourcePlace {
  const at = Math.max(0, Math.min(offset, text.length));
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  let line = 1;
  for (let i = text.indexOf('\n'); i !== -1 && i < lineStart; i = text.indexOf('\n', i + 1)) line++;
  const column = [...text.slice(lineStart, at)].length + 1;
  return { file, line, column, frame: codeFrame(text, line, column, length) };
}

/** Draws the lines around `line`, a gutter with line numbers, and carets below `column`. */
export function codeFrame(text: string, line: number, column: number, length = 1): string {
  const lines = text.split(/\r?\n/);
  const first = Math.max(1, line - CONTEXT_LINES);
  const last = Math.min(lines.length, line + CONTEXT_LINES);
  const gutter = String(last).length;
  const drawn: string[] = [];
  for (let n = first; n <= last; n++) {
    const full = [...(lines[n - 1] ?? '').replaceAll('\t', ' ')];
    // A very long line is shown as a window around the place, or the frame would be unreadable.
    const from = n === line && column > WIDEST_LINE - 20 ? column - Math.floor(WIDEST_LINE / 2) : 0;
    const at = n === line ? column - 1 : 0;
    const before = visibleText(full.slice(from, at).join(''));
    const shown = before + visibleText(full.slice(Math.max(from, at), from + WIDEST_LINE).join(''));
    drawn.push(`${n === line ? '>' : ' '} ${String(n).padStart(gutter)} | ${shown}`.trimEnd());
    if (n === line) {
      const room = Math.max(1, Math.min(length, full.length - column + 1, WIDEST_LINE));
      // Characters that are shown by their codes take more room than they have in the file.
      drawn.push(`  ${' '.repeat(gutter)} | ${' '.repeat([...before].length)}${'^'.repeat(room)}`);
    }
  }
  return drawn.join('\n');
}
