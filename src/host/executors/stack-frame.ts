/** A place that a line of a stack names. Lines and columns count from 1. */
export interface StackFrame {
  /** A path, a URL or a name of Node's own, as it stands there. */
  readonly source: string;
  readonly line: number;
  readonly column: number;
}

const AT = 'at ';
/** Longer lines are no frames: paths end long before. */
const MAX_LENGTH = 8 * 1024;

/**
 * Reads `    at name (source:line:column)` or `    at source:line:column`; undefined for every other line. Written by hand, from the end: what a
 * module puts into its stack can keep a pattern busy that looks for the same.
 *
 * @param accepts whether a source may be meant: a name may hold brackets, and so may a path.
 */
export function readFrame(
  line: string,
  accepts: (source: string) => boolean = (source) => source !== '',
): StackFrame | undefined {
  if (line.length > MAX_LENGTH) return undefined;
  const text = line.trim();
  // Nothing but a frame is indented.
  if (text.length === line.trimEnd().length || !text.startsWith(AT)) return undefined;
  const end = text.endsWith(')') ? text.length - 1 : text.length;
  const column = numberBefore(text, end);
  const row = column && numberBefore(text, column.colon);
  if (row === undefined || column === undefined) return undefined;
  const from = sourceStart(text, row.colon, accepts);
  if (from === undefined) return undefined;
  return { source: text.slice(from, row.colon), line: row.value, column: column.value };
}

/** The number that ends at `end` and the colon in front of it. */
function numberBefore(text: string, end: number): { value: number; colon: number } | undefined {
  let at = end;
  while (at > 0 && isDigit(text.charCodeAt(at - 1))) at--;
  if (at === end || end - at > 9 || text[at - 1] !== ':') return undefined;
  return { value: Number(text.slice(at, end)), colon: at - 1 };
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

/** Brackets that are tried as the one before the source. */
const MAX_BRACKETS = 16;

/** Where the source begins: behind the last bracket with something acceptable behind it, or else behind `at`. */
function sourceStart(text: string, end: number, accepts: (source: string) => boolean): number | undefined {
  let bracket = text.lastIndexOf('(', end);
  for (let tries = 0; bracket >= 0 && tries < MAX_BRACKETS; tries++) {
    if (accepts(text.slice(bracket + 1, end))) return bracket + 1;
    bracket = bracket === 0 ? -1 : text.lastIndexOf('(', bracket - 1);
  }
  return accepts(text.slice(AT.length, end)) ? AT.length : undefined;
}
