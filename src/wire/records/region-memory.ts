import { Buffer } from 'node:buffer';
import { MAX_BYTES, MEMORY_HEAD } from './region.js';

/** Bytes of the memory at first. */
const MIN_BYTES = 32_768;
/** Regions that may wait for the reader. A power of two. */
const MAX_WAITING = 256;
/** Words that a region has at least. */
const MIN_ROOM = 128;

/** The memory that a writer shares with its reader, and what of it is free: a ring of regions, each taken again once it has been read. */
export class RegionMemory {
  readonly #share: (memory: SharedArrayBuffer) => void;
  words = new Int32Array(new SharedArrayBuffer(0));
  bytes = Buffer.from(this.words.buffer);
  /** The region that can be written: its first word, and the first one behind it. */
  start = 0;
  end = 0;
  /** Where each region begins that may not have been read, by the low bits of its number. */
  readonly #starts = new Int32Array(MAX_WAITING);
  #posted = 0;
  /** The first word behind the last region. */
  #head = MEMORY_HEAD;

  constructor(share: (memory: SharedArrayBuffer) => void) {
    this.#share = share;
  }

  /** Finds room for a region, in the larger part of what is free; false where there is none. */
  open(): boolean {
    const capacity = this.words.length;
    if (capacity === 0) return this.grow();
    const waiting = (this.#posted - Atomics.load(this.words, 0)) | 0;
    if (waiting === MAX_WAITING) return false;
    const oldest = waiting === 0 ? MEMORY_HEAD : this.#starts[(this.#posted - waiting) & (MAX_WAITING - 1)];
    this.#place(waiting === 0 ? MEMORY_HEAD : this.#head, oldest ?? MEMORY_HEAD, capacity);
    return this.end - this.start >= MIN_ROOM || this.grow();
  }

  /** `oldest` is where the first region begins that has not been read: up to there the memory is free when `head` lies before it. */
  #place(head: number, oldest: number, capacity: number): void {
    const isBehind = head <= oldest && head !== MEMORY_HEAD;
    const isWrapped = !isBehind && oldest - MEMORY_HEAD > capacity - head;
    this.start = isWrapped ? MEMORY_HEAD : head;
    this.end = isBehind || isWrapped ? oldest : capacity;
  }

  /** Goes on in memory of twice the size, all of which is free; false where it has its full size, or there is no memory. What waits in the one before is read there. */
  grow(): boolean {
    const bytes = Math.max(MIN_BYTES, this.words.length * 8);
    if (bytes > MAX_BYTES) return false;
    let memory: SharedArrayBuffer;
    try {
      memory = new SharedArrayBuffer(bytes);
      this.#share(memory);
    } catch {
      // The system has no memory left, or the stack no room for a message.
      return false;
    }
    this.words = new Int32Array(memory);
    this.bytes = Buffer.from(memory);
    this.#posted = 0;
    this.start = MEMORY_HEAD;
    this.end = this.words.length;
    return true;
  }

  /** The region is posted; the next one begins at `head`. */
  posted(head: number): void {
    this.#head = head;
    this.#starts[this.#posted & (MAX_WAITING - 1)] = this.start;
    this.#posted = (this.#posted + 1) | 0;
  }
}
