import type { Batch } from './protocol.js';

/** How a batch becomes what is posted, and back. `decode` throws PHLOW_WIRE_VIOLATION on anything that is not a well-formed batch. */
export interface Codec {
  readonly name: 'clone' | 'text';
  encode(batch: Batch): unknown;
  decode(frame: unknown): Batch;
}
