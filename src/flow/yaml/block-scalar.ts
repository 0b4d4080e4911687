/** A block scalar that was read. */
export interface BlockScalar {
  readonly value: string;
  /** Just behind the last line that belongs to it. */
  readonly end: number;
}

/** `|` or `>`, and what is to become of the line ends at its end; an indentation in figures and a comment are rare. */
const HEADER = /([|>])(-?) *(?=\n)/y;
/** What a line of it may not hold: nothing that cannot be seen may decide how a text is read. */
const ODD = /\p{Cc}/u;

/**
 * Reads the block scalar whose header stands at `at` and that belongs to a key or dash at `column`. Undefined when it is not a simple
 * one: all lines of it hold text indented alike, or, behind `|`, deeper; or nothing.
 */
export function readBlockScalar(text: string, at: number, column: number): BlockScalar | undefined {
  HEADER.lastIndex = at;
  const header = HEADER.exec(text);
  if (header === null) return undefined;
  const isFolded = header[1] === '>';
  const lines: string[] = [];
  let indent = -1;
  let end = -1;
  let pendingBlanks = 0;
  for (let start = HEADER.lastIndex + 1; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const lineEnd = newline === -1 ? text.length : newline;
    let from = start;
    while (text[from] === ' ') from++;
    if (from >= lineEnd) {
      // Blanks that reach further than the text are part of it, or a mistake.
      if (indent === -1 ? from > start : from - start > indent) return undefined;
      pendingBlanks++;
    } else {
      const own = from - start;
      if (own <= column) break;
      if (indent === -1) indent = own;
      if (own < indent || (isFolded && own > indent)) return undefined;
      const line = text.slice(start + indent, lineEnd);
      if (ODD.test(line)) return undefined;
      for (; pendingBlanks > 0; pendingBlanks--) lines.push('');
      lines.push(line);
      end = lineEnd;
    }
    start = lineEnd + 1;
  }
  if (end === -1) return undefined;
  const body = isFolded ? folded(lines) : lines.join('\n');
  return { value: header[2] === '-' ? body : `${body}\n`, end };
}

/** One line end between two lines is a blank, each further one a line end. */
function folded(lines: readonly string[]): string {
  let text = '';
  let breaks = 0;
  for (const [index, line] of lines.entries()) {
    if (line === '') {
      breaks++;
      continue;
    }
    if (breaks > 0) text += '\n'.repeat(breaks);
    else if (index > 0) text += ' ';
    breaks = 0;
    text += line;
  }
  return text;
}
