import { codeFrame, placeAt, type HiddenInLine, type SourceLocation } from '../../code-frame.js';
import { secretsInLine } from './secret-lines.js';

/** A text file as it was read. Every place in a flow points into one of these. */
export interface SourceFile {
  /** As shown in messages. */
  readonly path: string;
  readonly text: string;
}

/** A stretch of a file, cheap to keep for every value of a flow: the place is worked out when somebody asks. */
export interface SourceRange {
  readonly file: SourceFile;
  /** UTF-16 units from the start of the file. */
  readonly offset: number;
  readonly length: number;
}

/**
 * Line, column and code frame of a range. What is written under names of secrets is not shown.
 *
 * @param isSecret it is about a secret, whatever its name is: no value in the lines around is shown.
 */
export function placeOf(range: SourceRange | undefined, isSecret = false): SourceLocation | undefined {
  if (range === undefined) return undefined;
  const { file, offset, length } = range;
  return placeAt(file.path, file.text, offset, Math.max(1, length), hiddenBy(isSecret));
}

/** The code frame of a place in a flow's file, as {@link placeOf} makes it. */
export function frameOf(
  text: string,
  line: number,
  column: number,
  length: number,
  isSecret = false,
): string {
  return codeFrame(text, line, column, length, hiddenBy(isSecret));
}

function hiddenBy(isSecret: boolean): HiddenInLine {
  return (lineAt, line) => secretsInLine(lineAt, line, isSecret);
}
