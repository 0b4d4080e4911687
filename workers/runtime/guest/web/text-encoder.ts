import { bytesOf, typedArrayName } from './buffer-source.js';
import { encodeUtf8, encodeUtf8Into } from './utf8.js';
import { asInterface, needArguments, toDomString } from './webidl.js';

/** Text to UTF-8. */
class TextEncoder {
  get encoding(): string {
    return this.#own('utf-8');
  }

  encode(text?: unknown): Uint8Array {
    return this.#own(encodeUtf8(text === undefined ? '' : toDomString(text)));
  }

  encodeInto(text: unknown, target: unknown): { read: number; written: number } {
    needArguments(arguments.length, 2, 'TextEncoder.encodeInto()');
    const source = toDomString(text);
    const bytes = typedArrayName(target) === 'Uint8Array' ? bytesOf(target) : undefined;
    if (bytes === undefined) throw new TypeError('Cannot encode text: the target is not a Uint8Array');
    return this.#own(encodeUtf8Into(source, bytes));
  }

  /** There is nothing to keep: a private method, which other objects do not have, distinguishes ours from them. */
  #own<T>(result: T): T {
    return result;
  }
}

asInterface(TextEncoder, 'TextEncoder');

export { TextEncoder };
