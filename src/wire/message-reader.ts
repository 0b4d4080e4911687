import { types } from 'node:util';
import { cloneCodec } from './clone-codec.js';
import type { Batch } from './protocol.js';
import { RecordReader } from './records/record-reader.js';

const NOTHING: Batch = Object.freeze([]);

/** Reads what the other end of one data port posts: batches, and those that stand in memory that both ends share. */
export class MessageReader {
  #records: RecordReader | undefined;

  /** The packages of a message, none where it only says how later ones are to be read. Throws PHLOW_WIRE_VIOLATION for what is no message. */
  read(message: unknown): Batch {
    if (Array.isArray(message)) return cloneCodec.decode(message);
    const records = (this.#records ??= new RecordReader());
    if (typeof message === 'number') return records.read(message);
    if (types.isSharedArrayBuffer(message)) records.use(message);
    else records.learn(message);
    return NOTHING;
  }
}
