import { StringDecoder } from 'node:string_decoder';
import { SlicedParse } from '../../../wire/sliced-parse.js';
import type { FrameBody, Reading } from './inbox.js';
import { youngGeneration } from './young-generation.js';

/** Bytes that are decoded in one step. */
const PIECE_BYTES = 256 * 1024;
/** Pieces that are put together in the turn in which the last one was decoded. */
const MAX_PIECES_AT_ONCE = 16;

/** What is done beside the host's thread before a frame is taken. */
export interface Examined {
  /** The text to parse in the place of the frame's; undefined for the same. */
  readonly text: string | undefined;
  /** What it took. */
  readonly ms: number;
}

/** What a long frame is read for. */
export interface FrameUse<Found extends Examined> {
  readonly maxDepth: number;
  /** Prepares what was parsed, in steps: true when that was the last one. */
  prepare(value: unknown): () => boolean;
  /** Looks at what was read; a promise where that takes long. */
  examine(value: unknown, text: string): Promise<Found> | undefined;
  /** Takes what was read, in steps: true when that was the last one. */
  take(value: unknown, heapBytes: number, found: Found | undefined): () => boolean;
}

/** The reading of one long frame in steps: its bytes are decoded, its text is parsed, what came of it is looked at and handed on. */
export class FrameReading<Found extends Examined> implements Reading {
  readonly #use: FrameUse<Found>;
  readonly #decoded: string[] = [];
  readonly #decoder = new StringDecoder('utf8');
  #bytes: Buffer | undefined;
  #text: string | undefined;
  #parse: SlicedParse | undefined;
  #prepare: (() => boolean) | undefined;
  #isExamined = false;
  #found: Found | undefined;
  #take: (() => boolean) | undefined;
  /** It has waited for room, so it takes its next step whether or not there is room: others may have used it up. */
  #hasWaited = false;
  /** The bytes of new objects that are counted already. */
  #newBytes = 0;

  constructor(body: FrameBody, use: FrameUse<Found>) {
    this.#use = use;
    if (typeof body === 'string') this.#text = body;
    else this.#bytes = body;
  }

  step(): boolean | Promise<number> {
    if (this.#take !== undefined) return this.#take();
    if (this.#text === undefined) {
      if (this.#bytes !== undefined) return this.#decode();
      // Not added up: text that is put together only when it is read would be put together in one piece, and twice.
      this.#text = this.#decoded.splice(0).join('');
      return false;
    }
    const room = youngGeneration.makeRoom();
    if (room !== undefined && !this.#hasWaited) {
      this.#hasWaited = true;
      return room.then(() => 0);
    }
    this.#hasWaited = false;
    this.#parse ??= new SlicedParse(this.#text, this.#use.maxDepth);
    const isParsed = this.#parse.step();
    const { value, heapBytes, newBytes } = this.#parse;
    youngGeneration.add(newBytes - this.#newBytes);
    this.#newBytes = newBytes;
    if (!isParsed) return false;
    this.#prepare ??= this.#use.prepare(value);
    if (!this.#prepare()) return false;
    const examined = this.#isExamined ? undefined : this.#use.examine(value, this.#text);
    this.#isExamined = true;
    if (examined !== undefined) return examined.then((found) => this.#record(found));
    this.#take = this.#use.take(value, heapBytes, this.#found);
    return false;
  }

  #record(found: Found): number {
    this.#found = found;
    if (found.text !== undefined) {
      this.#text = found.text;
      this.#parse = undefined;
      this.#newBytes = 0;
      this.#prepare = undefined;
    }
    return found.ms;
  }

  /** Decodes some of the bytes. The text is put together in another turn: that is one piece, of more than thirty milliseconds for the longest. */
  #decode(): false | Promise<number> {
    const bytes = this.#bytes ?? Buffer.alloc(0);
    this.#decoded.push(this.#decoder.write(bytes.subarray(0, PIECE_BYTES)));
    this.#bytes = bytes.subarray(PIECE_BYTES);
    if (this.#bytes.length > 0) return false;
    this.#decoded.push(this.#decoder.end());
    this.#bytes = undefined;
    return this.#decoded.length > MAX_PIECES_AT_ONCE ? Promise.resolve(0) : false;
  }
}
