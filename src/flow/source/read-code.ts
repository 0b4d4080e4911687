import { scanCodeLine, type Open } from './code-scan.js';
import { indentOf, isIdle, lineShape } from './line-shape.js';
import { TracedText } from './traced-text.js';

/** A piece of code, taken out of the lines. */
export interface CodeBlock {
  readonly code: TracedText;
  /** The number of lines it takes up. */
  readonly count: number;
}

/**
 * Reads code from `at` of line `index` to the end of the line, or further while brackets or a template string are open. A YAML
 * comment behind it is cut off. Undefined when something stays open to the end of the file.
 */
export function readCodeLine(lines: readonly TracedText[], index: number, at: number): CodeBlock | undefined {
  const open: Open[] = [];
  const pieces: Piece[] = [];
  for (let next = index; next < lines.length; next++) {
    const line = lines[next];
    if (line === undefined) break;
    if (next > index && isComment(line.text, open)) continue;
    const from = next === index ? at : indentOf(line.text);
    const { end } = scanCodeLine(line.text, from, open);
    pieces.push({ text: line.slice(from, end).trim(), inTemplate: open.includes('`') });
    if (open.length === 0) return { code: joinLines(pieces), count: next - index + 1 };
  }
  return undefined;
}

/** Only what stands on this line, whatever it leaves open. */
export function readSingleLine(line: TracedText, at: number): CodeBlock {
  const { end } = scanCodeLine(line.text, at, []);
  return { code: line.slice(at, end).trim(), count: 1 };
}

/**
 * Reads the code between a brace that opens just before `at` and the brace that closes it; what follows that is dropped. Lines are kept
 * as they are. Undefined when the brace is never closed.
 */
export function readBraces(lines: readonly TracedText[], index: number, at: number): CodeBlock | undefined {
  const open: Open[] = ['${'];
  const pieces: TracedText[] = [];
  for (let next = index; next < lines.length; next++) {
    const line = lines[next];
    if (line === undefined) break;
    if (next > index && isComment(line.text, open)) continue;
    const from = next === index ? at : 0;
    const { end, closedAt } = scanCodeLine(line.text, from, open, true);
    if (closedAt !== undefined) {
      pieces.push(line.slice(from, closedAt - 1));
      return { code: TracedText.join(pieces, '\n'), count: next - index + 1 };
    }
    pieces.push(line.slice(from, end));
  }
  return undefined;
}

/**
 * Reads the indented lines below line `index`, whose key (or first character) stands at `column`. Undefined when there are none.
 */
export function readIndented(
  lines: readonly TracedText[],
  index: number,
  column: number,
): CodeBlock | undefined {
  const own = indentOf(lines[index]?.text ?? '');
  const open: Open[] = [];
  const pieces: Piece[] = [];
  let base: number | undefined;
  let next = index + 1;
  let count = 1;
  for (; next < lines.length; next++) {
    const line = lines[next];
    if (line === undefined) break;
    if (line.text.trim() === '') continue;
    const indent = indentOf(line.text);
    // Code below a dash may stand at the column of the key, where only a further key would end it.
    base ??= indent > column || lineShape(line.text).key !== undefined ? column : own;
    if (indent <= base) break;
    count = next - index + 1;
    if (isComment(line.text, open)) continue;
    const { end } = scanCodeLine(line.text, indent, open);
    pieces.push({ text: line.slice(indent, end).trim(), inTemplate: open.includes('`') });
  }
  return pieces.length === 0 ? undefined : { code: joinLines(pieces), count };
}

interface Piece {
  readonly text: TracedText;
  /** The line ends inside a template string. */
  readonly inTemplate: boolean;
}

/**
 * Lines of code as one text. The original joins them with one blank, which only shows inside a template string; elsewhere a line end is
 * kept, or a `//` comment would swallow the rest.
 */
function joinLines(pieces: readonly Piece[]): TracedText {
  const parts: TracedText[] = [];
  for (const [index, { text, inTemplate }] of pieces.entries()) {
    parts.push(text);
    if (index < pieces.length - 1) {
      parts.push(TracedText.made(inTemplate ? ' ' : '\n', text.rangeAt(text.text.length)));
    }
  }
  return TracedText.join(parts);
}

/** A line that is nothing but a YAML comment, unless it stands inside a template string. `#{` starts a map. */
function isComment(line: string, open: readonly Open[]): boolean {
  return open.at(-1) !== '`' && isIdle(line) && !line.trimStart().startsWith('#{') && line.trim() !== '';
}
