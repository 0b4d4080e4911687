import { fileURLToPath } from 'node:url';
import { boundedStack } from '../../wire/fault.js';
import { readFrame } from './stack-frame.js';

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
