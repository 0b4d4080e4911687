import { fileURLToPath } from 'node:url';
import { boundedStack } from '../../wire/fault.js';

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

const THREAD_CODE = new URL('../../../workers/runtime/', import.meta.url);

/** Stacks name files by URL or by path. */
const THREAD_FOLDERS = [THREAD_CODE.href, fileURLToPath(THREAD_CODE)];

/**
 * True for Node's own code and for the code that every module's thread runs: a frame there says nothing about the module. The modules
 * that ship with phlow lie in a folder of their own and are modules like any other.
 */
export function isThreadCode(file: string): boolean {
  if (file === '' || file.startsWith('node:')) return true;
  return THREAD_FOLDERS.some((folder) => file.startsWith(folder));
}

/** A stack without the frames that say nothing about the module. */
export function ownStack(stack: string): string {
  return boundedStack(stack)
    .split('\n')
    .filter(
      (line) =>
        line.trim() !== 'at new Promise (<anonymous>)' && !isThreadCode(readFrame(line)?.source ?? line),
    )
    .join('\n');
}

/** A place that a stack names. Lines and columns count from 1. */
export interface StackPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What files are named by in a stack: URLs and absolute paths. */
const FILE = /^(?:file:\/\/|\/|[A-Za-z]:[\\/])/;

/** Where an error came from: the place that Node's reader complains about, or else the innermost frame that lies in a file. */
export function placeInStack(stack: string | undefined): StackPlace | undefined {
  if (stack === undefined) return undefined;
  const lines = boundedStack(stack).split('\n');
  const head = placeInHead(lines);
  if (head !== undefined) return head;
  for (const line of lines) {
    const frame = readFrame(line, (source) => FILE.test(source));
    if (frame !== undefined) return placeOf(frame.source, frame.line, frame.column);
  }
  return undefined;
}

/** A line of code and a caret below it, as Node puts them before the stack of an error that it found while it read the file. */
function placeInHead([first = '', , caret = '']: readonly string[]): StackPlace | undefined {
  const colon = first.lastIndexOf(':');
  const line = first.slice(colon + 1);
  const column = caret.indexOf('^');
  if (!FILE.test(first) || !/^\d{1,9}$/.test(line) || column < 0 || caret.slice(0, column).trim() !== '')
    return undefined;
  return placeOf(first.slice(0, colon), Number(line), column + 1);
}

function placeOf(file: string, line: number, column: number): StackPlace | undefined {
  try {
    return { file: file.startsWith('file:') ? fileURLToPath(file) : file, line, column };
  } catch {
    // A module can write into its stack whatever it likes.
    return undefined;
  }
}
