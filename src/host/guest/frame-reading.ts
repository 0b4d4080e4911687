import { StringDecoder } from 'node:string_decoder';
import { SlicedParse } from '../../wire/sliced-parse.js';
import type { FrameBody, Reading } from './inbox.js';

/** Bytes that are decoded in one step. */
const PIECE_BYTES = 256 * 1024;

/** What a long frame is read for. */
export interface FrameUse {
  readonly maxDepth: number;
  /** Looks at the text before it is parsed, beside the host's thread; resolves with the text to parse. */
  readonly examine: ((text: string) => Promise<string>) | undefined;
  /** Takes what was read. */
  take(value: unknown, heapBytes: number): void;
}

/** The reading of one long frame in steps: its bytes are decoded, its text is parsed, what came of it is handed on. */
export class FrameReading implements Reading {
  readonly #use: FrameUse;
  readonly #decoded: string[] = [];
  readonly #decoder = new StringDecoder('utf8');
  #bytes: Buffer | undefined;
  #text: string | undefined;
  #isExamined = false;
  #parse: SlicedParse | undefined;

  constructor(body: FrameBody, use: FrameUse) {
    this.#use = use;
    if (typeof body === 'string') this.#text = body;
    else this.#bytes = body;
  }

  step(): boolean | Promise<void> {
    const { examine, maxDepth } = this.#use;
    if (this.#text === undefined) {
      this.#text = this.#decode();
      return false;
    }
    if (examine !== undefined && !this.#isExamined) {
      this.#isExamined = true;
      return examine(this.#text).then((text) => {
        this.#text = text;
      });
    }
    this.#parse ??= new SlicedParse(this.#text, maxDepth);
    if (!this.#parse.step()) return false;
    this.#use.take(this.#parse.value, this.#parse.heapBytes);
    return true;
  }

  /** Decodes some of the bytes; the text once there are none left. */
  #decode(): string | undefined {
    const bytes = this.#bytes ?? Buffer.alloc(0);
    this.#decoded.push(this.#decoder.write(bytes.subarray(0, PIECE_BYTES)));
    this.#bytes = bytes.subarray(PIECE_BYTES);
    if (this.#bytes.length > 0) return undefined;
    this.#decoded.push(this.#decoder.end());
    // Not added up: text that is put together only when it is read would be put together in one piece, and twice.
    return this.#decoded.join('');
  }
}
