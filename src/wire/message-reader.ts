import { types } from 'node:util';
import { PhlowError } from '../errors.js';
import { cloneCodec } from './clone-codec.js';
import type { Batch } from './protocol.js';
import { RecordReader } from './records/record-reader.js';

const NOTHING: Batch = Object.freeze([]);

/** Reads what the other end of one data port posts: batches, and those that stand in memory that both ends share. */
export class MessageReader {
  readonly #mayShare: boolean;
  #records: RecordReader | undefined;

  /** @param mayShare False where the other end is not trusted to write what is read without a copy. */
  constructor(mayShare = true) {
    this.#mayShare = mayShare;
  }

  /** The packages of a message, none where it only says how later ones are to be read. Throws PHLOW_WIRE_VIOLATION for what is no message. */
  read(message: unknown): Batch {
    if (Array.isArray(message)) return cloneCodec.decode(message);
    if (!this.#mayShare)
      throw new PhlowError('PHLOW_WIRE_VIOLATION', 'Cannot read a message of the module: found no batch');
    const records = (this.#records ??= new RecordReader());
    if (typeof message === 'number') return records.read(message);
    if (types.isSharedArrayBuffer(message)) records.use(message);
    else records.learn(message);
    return NOTHING;
  }
}
