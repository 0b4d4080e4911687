import { placeAt, type SourceLocation } from '../../code-frame.js';

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

/** Line, column and code frame of a range. */
export function placeOf(range: SourceRange | undefined): SourceLocation | undefined {
  return range === undefined
    ? undefined
    : placeAt(range.file.path, range.file.text, range.offset, Math.max(1, range.length));
}
