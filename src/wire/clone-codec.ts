import { PhlowError } from '../errors.js';
import { type Batch, isTag } from './protocol.js';

/** Batches are posted as they are, by structured clone, at levels whose thread is trusted to speak the protocol: this reads what comes. */
export const cloneCodec = {
  /** Throws PHLOW_WIRE_VIOLATION for what is not a well-formed batch. */
  decode(frame: unknown): Batch {
    if (!Array.isArray(frame) || frame.length % 2 !== 0) throw violation('a message that is not a batch');
    for (let i = 0; i < frame.length; i += 2) {
      if (!isTag(frame[i])) throw violation('a batch with a tag that is not a number');
    }
    return frame as readonly unknown[];
  },
};

function violation(found: string): PhlowError {
  return new PhlowError('PHLOW_WIRE_VIOLATION', `Cannot read a message of the module: found ${found}`);
}
