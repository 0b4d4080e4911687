import { placeAt, type SourcePlace } from '../../code-frame.js';

/** A text file as it was read. Every place in a flow points into one of these. */
export interface SourceFile {
  /** As shown in messages. */
  readonly path: string;
  readonly text: string;
}

/** A stretch of a file, cheap to keep for every value of a flow: the place is worked out when somebody asks. */
export interface Spot {
  readonly file: SourceFile;
  /** UTF-16 units from the start of the file. */
  readonly offset: number;
  readonly length: number;
}

/** Line, column and code frame of a spot. */
export function placeOf(spot: Spot | undefined): SourcePlace | undefined {
  return spot === undefined
    ? undefined
    : placeAt(spot.file.path, spot.file.text, spot.offset, Math.max(1, spot.length));
}
