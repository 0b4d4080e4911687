import { commentStart } from './code-scan.js';

/** A directive found in a line. */
export interface Directive {
  /** Where its `!` stands. */
  readonly at: number;
  /** The path it names, without quotes. */
  readonly path: string;
  /** Just behind the path. */
  readonly end: number;
}

/** The first `!NAME PATH` of a line from `from` on that stands outside quotes and comments. */
export function findDirective(line: string, name: 'include' | 'import', from = 0): Directive | undefined {
  const mark = `!${name}`;
  for (let at = line.indexOf(mark, from); at !== -1; at = line.indexOf(mark, at + 1)) {
    const blank = line[at + mark.length];
    if (blank !== ' ' && blank !== '\t') continue;
    if (isQuoted(line, at) || commentStart(line) < at) continue;
    const match = /^\s+(?:"([^"]*)"|'([^']*)'|(\S+))/.exec(line.slice(at + mark.length));
    if (match === null) continue;
    const path = match[1] ?? match[2] ?? match[3] ?? '';
    return { at, path, end: at + mark.length + match[0].length };
  }
  return undefined;
}

/** Whether the place is inside a pair of quotes that a value of the line has opened. */
function isQuoted(line: string, at: number): boolean {
  let quote: string | undefined;
  for (let i = 0; i < at; i++) {
    const char = line[i] ?? '';
    if (quote === undefined) {
      if ((char === '"' || char === "'") && (i === 0 || /[\s([{,:]/.test(line[i - 1] ?? ''))) quote = char;
    } else if (char === '\\' && quote === '"') i++;
    else if (char === quote) quote = undefined;
  }
  return quote !== undefined;
}
