import { fileURLToPath } from 'node:url';

/** A place that a stack names. Lines and columns count from 1. */
export interface StackPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A line of code and a caret below it, as Node puts them before the stack of an error that it found while it read the file. */
const HEAD = /^((?:file:\/\/|\/|[A-Za-z]:[\\/])[^\n]*):(\d+)\n[^\n]*\n(\s*)\^/;
const FRAME = /^\s+at (?:.*\()?((?:file:\/\/|\/|[A-Za-z]:[\\/])[^\n]*?):(\d+):(\d+)\)?$/m;

/** Where an error came from: the place that Node's reader complains about, or else the innermost frame that lies in a file. */
export function placeInStack(stack: string | undefined): StackPlace | undefined {
  if (stack === undefined) return undefined;
  const head = HEAD.exec(stack);
  if (head !== null) return placeOf(head[1], Number(head[2]), (head[3] ?? '').length + 1);
  const frame = FRAME.exec(stack);
  return frame === null ? undefined : placeOf(frame[1], Number(frame[2]), Number(frame[3]));
}

function placeOf(file = '', line: number, column: number): StackPlace | undefined {
  try {
    return { file: file.startsWith('file:') ? fileURLToPath(file) : file, line, column };
  } catch {
    // A module can write into its stack whatever it likes.
    return undefined;
  }
}
