/** What is open at some point of a code text: brackets, template strings, block comments. */
export type Open = '(' | '[' | '{' | '${' | '`' | '/*';

const CLOSES: Readonly<Record<string, readonly Open[]>> = {
  ')': ['('],
  ']': ['['],
  '}': ['{', '${'],
};

/** How far a line of code goes. */
export interface LineScan {
  /** Where a YAML comment starts, else the end of the line. */
  readonly end: number;
  /** Just behind the character that closed the last thing open; undefined while something is open. */
  readonly closedAt: number | undefined;
}

/**
 * Walks over one line of code and keeps `open` up to date. Quotes, templates and comments are understood, so that a brace inside
 * them counts for nothing. Stops at the first point where nothing is open any more if `untilClosed` is set.
 */
export function scanCodeLine(line: string, from: number, open: Open[], untilClosed = false): LineScan {
  let closedAt: number | undefined;
  for (let at = from; at < line.length; at++) {
    const char = line[at] ?? '';
    const inside = open.at(-1);
    if (inside === '`') {
      if (char === '\\') at++;
      else if (char === '`') open.pop();
      else if (char === '$' && line[at + 1] === '{') {
        open.push('${');
        at++;
      }
    } else if (inside === '/*') {
      if (char === '*' && line[at + 1] === '/') {
        open.pop();
        at++;
      }
    } else if (char === '"' || char === "'") {
      at = stringEnd(line, at);
    } else if (char === '/' && line[at + 1] === '/') {
      return { end: line.length, closedAt };
    } else if (char === '/' && line[at + 1] === '*') {
      open.push('/*');
      at++;
    } else if (char === '#' && startsComment(line, at)) {
      return { end: at, closedAt };
    } else if (char === '`' || char === '(' || char === '[' || char === '{') {
      open.push(char);
    } else if (inside !== undefined && CLOSES[char]?.includes(inside) === true) {
      open.pop();
    } else {
      continue;
    }
    if (open.length > 0) closedAt = undefined;
    else if (inside !== undefined) {
      closedAt = at + 1;
      if (untilClosed) return { end: line.length, closedAt };
    }
  }
  return { end: line.length, closedAt };
}

/** `#` after a blank starts a YAML comment; `#{` is the original's way to write a map. */
function startsComment(line: string, at: number): boolean {
  if (line[at + 1] === '{') return false;
  return at === 0 || line[at - 1] === ' ' || line[at - 1] === '\t';
}

/** The closing quote of a string, or the end of the line: strings do not span lines. */
function stringEnd(line: string, from: number): number {
  for (let at = from + 1; at < line.length; at++) {
    if (line[at] === '\\') at++;
    else if (line[at] === line[from]) return at;
  }
  return line.length;
}

/** Where a YAML comment starts in a line, else its end: `#` after a blank, outside quotes. */
export function commentStart(line: string, from = 0): number {
  for (let at = from; at < line.length; at++) {
    const char = line[at];
    // A quote opens a string only where a value could start; `it's` is just a word.
    if ((char === '"' || char === "'" || char === '`') && opensQuote(line, at, from)) {
      at = stringEnd(line, at);
    } else if (char === '#' && startsComment(line, at)) {
      return at;
    }
  }
  return line.length;
}

function opensQuote(line: string, at: number, from: number): boolean {
  return at === from || /[\s([{,:+=!?&|<>*/%-]/.test(line[at - 1] ?? '');
}
