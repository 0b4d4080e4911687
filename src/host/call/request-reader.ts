import type { Value } from '../../values.js';
import { REQUEST_WINDOW, StreamReader } from '../../wire/stream-reader.js';

/** Bytes, or characters, of one piece of a body. The module's side sends half as many. */
const MAX_PIECE = 262_144;

/** The answer to a request of a listener's: few pieces are on their way at once, and none of them is large, whatever the module sends. */
export class RequestReader extends StreamReader<Value> {
  constructor(grant: (items: number) => void, onReturn: () => void) {
    super(grant, onReturn, REQUEST_WINDOW);
  }

  override push(item: Value): boolean {
    return lengthOf(item) <= MAX_PIECE && super.push(item);
  }
}

/** Of a piece; a head is read at once, and has no length. */
function lengthOf(item: unknown): number {
  return typeof item === 'string' || item instanceof Uint8Array ? item.length : 0;
}
