import { Buffer } from 'node:buffer';
import {
  KIND,
  KIND_BITS,
  MAX_AMOUNT,
  MAX_REMEMBERED,
  REGION_HEAD,
  tokenOf,
  WORD,
  type ShapesMessage,
} from './region.js';
import { ObjectsOfValue } from './objects-of-value.js';
import { hasAdditions, isBare, isPlain } from './plain-data.js';
import { RegionMemory } from './region-memory.js';
import { RepeatedTexts } from './repeated-texts.js';
import { ShapeTree, type ShapePlace } from './shape-tree.js';

/** Words that are left free for one value. */
const MARGIN = 8;
const MAX_DEPTH = 64;
/** Longer texts and lists are as fast in a message. */
const MAX_TEXT = 16_384;
const MAX_LIST = 65_536;
/** Words of a message from which on waiting for more keeps the reader waiting, too. */
const FULL_WORDS = 4_096;
/** Packages that are left to structured clone at first. */
const FIRST_PACKAGES = 32;
/** Packages after one that could not be written which are not tried, at most: it doubles each time. */
const MAX_SKIPPED = 64;

const double = new Float64Array(1);
const halves = new Int32Array(double.buffer);

const UNDEFINED = tokenOf(KIND.word, WORD.undefined);
const NULL = tokenOf(KIND.word, WORD.null);
const TRUE = tokenOf(KIND.word, WORD.true);
const FALSE = tokenOf(KIND.word, WORD.false);
const AGAIN = tokenOf(KIND.word, WORD.again);

/** Why a value was not written. */
const FAILURE = { none: 0, kind: 1, room: 2 } as const;

/**
 * Writes packages into memory that the other thread reads, without an object or a message for each: see `region`. Takes plain data: objects without
 * classes, lists, texts, numbers, true, false, null and undefined. All else, and what is too large, is left to structured clone.
 */
export class RecordWriter {
  readonly #post: (message: unknown) => void;
  readonly #memory: RegionMemory;
  readonly #tree = new ShapeTree();
  #words = new Int32Array(new SharedArrayBuffer(0));
  /** The open region, if there is one: its next word, and the first one that is not free. */
  #isOpen = false;
  #at = 0;
  #end = 0;
  /** Where its last whole package ends, while another one is written; its texts; the tags of its packages. */
  #isWriting = false;
  #wholeAt = 0;
  #wholeText = '';
  #text = '';
  #tags: number[] = [];
  #failure: number = FAILURE.none;
  /** A thread that sends little sends messages: neither memory nor shapes are made for it. */
  #toSkip = FIRST_PACKAGES;
  #skip = 1;
  /** Objects inside the value that is written. */
  readonly #objects = new ObjectsOfValue();
  readonly #repeated = new RepeatedTexts();

  constructor(post: (message: unknown) => void) {
    this.#post = post;
    this.#memory = new RegionMemory(post);
  }

  /** Of the packages that are written and not posted. */
  get tags(): readonly number[] {
    return this.#tags;
  }

  /** True when the reader should begin with them while more is written. */
  get isFull(): boolean {
    return this.#at - this.#memory.start + (this.#text.length >> 2) >= FULL_WORDS;
  }

  /** Writes a package as it is now. False: it is to be sent otherwise, after what has been written. */
  add(tag: number, value: unknown): boolean {
    if (this.#toSkip > 0) {
      this.#toSkip--;
      return false;
    }
    // A getter of the value that is written may send a package itself.
    if (this.#isWriting || hasAdditions() || (!this.#isOpen && !this.#open())) return false;
    this.#wholeAt = this.#at;
    this.#wholeText = this.#text;
    this.#isWriting = true;
    const isWritten = this.#isWritten(tag, value);
    this.#isWriting = false;
    this.#objects.clear();
    if (isWritten) {
      this.#skip = 1;
      this.#tags.push(tag);
      return true;
    }
    if (this.#isOpen) {
      this.#at = this.#wholeAt;
      this.#text = this.#wholeText;
      // The reader will not have the texts that this value has brought.
      this.#repeated.forget();
    }
    return this.#otherwise(tag, value);
  }

  #isWritten(tag: number, value: unknown): boolean {
    this.#failure = FAILURE.none;
    try {
      this.#number(tag);
      return this.#value(value, undefined, 0) && this.#hasRoom();
    } catch {
      // A getter or a proxy: what it throws is reported where the value is cloned.
      this.#failure = FAILURE.kind;
      return false;
    }
  }

  /** Posts what is written. */
  flush(): void {
    if (this.#tags.length === 0) return;
    const memory = this.#memory;
    const { start, words } = memory;
    const at = this.#isWriting ? this.#wholeAt : this.#at;
    const text = this.#isWriting ? this.#wholeText : this.#text;
    const { length } = text;
    const isWide = Buffer.byteLength(text) !== length;
    if (length > 0) memory.bytes.write(text, at * 4, isWide ? 'utf16le' : 'latin1');
    words[start] = at;
    words[start + 1] = length;
    words[start + 2] = isWide ? 1 : 0;
    this.#close();
    const shapes = this.#tree.undescribed;
    if (shapes !== undefined) this.#post(shapes satisfies ShapesMessage);
    // A message that could not be posted leaves all as it was.
    this.#tree.described();
    this.#post(start);
    memory.posted(at + ((isWide ? length + 1 : (length + 3) >> 1) >> 1));
  }

  #close(): void {
    this.#isOpen = false;
    // Ends a value that is being written.
    this.#end = 0;
    this.#text = '';
    this.#tags = [];
    this.#repeated.forget();
  }

  /** After a package that could not be written. */
  #otherwise(tag: number, value: unknown): boolean {
    if (this.#failure === FAILURE.room && this.#isOpen) {
      if (this.#tags.length > 0) {
        this.flush();
        return this.add(tag, value);
      }
      if (this.#memory.grow()) {
        this.#begin();
        return this.add(tag, value);
      }
    }
    if (this.#tags.length === 0) this.#close();
    this.#toSkip = this.#skip - 1;
    this.#skip = Math.min(this.#skip * 2, MAX_SKIPPED);
    return false;
  }

  #open(): boolean {
    const memory = this.#memory;
    if (!memory.open()) return false;
    this.#begin();
    return true;
  }

  #begin(): void {
    const { words, start, end } = this.#memory;
    this.#words = words;
    this.#at = start + REGION_HEAD;
    this.#end = end;
    this.#isOpen = true;
  }

  /** True while the words and the texts, at two bytes for each character, have room, and a little more. */
  #hasRoom(): boolean {
    if (this.#at + (this.#text.length >> 1) + MARGIN <= this.#end) return true;
    return this.#hasNoRoom();
  }

  #hasNoRoom(): false {
    this.#failure = FAILURE.room;
    return false;
  }

  #isNoKind(): false {
    this.#failure = FAILURE.kind;
    return false;
  }

  #put(token: number): void {
    this.#words[this.#at++] = token;
  }

  #number(value: number): void {
    const small = value | 0;
    if (small === value && small <= MAX_AMOUNT && small >= -MAX_AMOUNT && (small !== 0 || 1 / value > 0)) {
      this.#words[this.#at++] = small << KIND_BITS;
      return;
    }
    double[0] = value;
    this.#put(KIND.double);
    this.#put(halves[0] as number);
    this.#put(halves[1] as number);
  }

  /** Writes a value that stands at a member of a shape, if it does. False where it cannot be written; the failure says why. */
  #value(value: unknown, place: ShapePlace | undefined, depth: number): boolean {
    if (!this.#hasRoom()) return false;
    switch (typeof value) {
      case 'number':
        this.#number(value);
        return true;
      case 'string':
        return this.#string(value, place);
      case 'boolean':
        this.#put(value ? TRUE : FALSE);
        return true;
      case 'undefined':
        this.#put(UNDEFINED);
        return true;
      case 'object':
        if (value !== null) return this.#object(value, depth);
        this.#put(NULL);
        return true;
      default:
        return this.#isNoKind();
    }
  }

  #string(value: string, place: ShapePlace | undefined): boolean {
    const { length } = value;
    if (place !== undefined && length <= MAX_REMEMBERED) {
      if (this.#repeated.has(place, value)) {
        this.#put(AGAIN);
        return true;
      }
    } else if (length > MAX_TEXT) return this.#isNoKind();
    this.#put((length << KIND_BITS) | KIND.text);
    this.#text += value;
    return true;
  }

  #object(value: object, depth: number): boolean {
    if (!isPlain(value) || depth === MAX_DEPTH || (depth > 0 && !this.#objects.add(value)))
      return this.#isNoKind();
    return Array.isArray(value) ? this.#list(value, depth + 1) : this.#record(value, depth + 1);
  }

  #record(value: object, depth: number): boolean {
    const tree = this.#tree;
    const start = this.#at++;
    let place: ShapePlace | undefined = tree.root;
    for (const key in value) {
      const next: ShapePlace | undefined = place.next;
      place = next !== undefined && next.key === key ? next : tree.after(place, key);
      if (place === undefined) return this.#isNoKind();
      if (!this.#value((value as Record<string, unknown>)[key], place, depth)) return false;
    }
    if (!this.#hasRoom()) return false;
    const shape = tree.shapeAt(place);
    if (shape === -1 || (place === tree.root && !isBare(value))) return this.#isNoKind();
    this.#words[start] = (shape << KIND_BITS) | KIND.record;
    return true;
  }

  #list(list: readonly unknown[], depth: number): boolean {
    const { length } = list;
    if (length > MAX_LIST) return this.#isNoKind();
    if (length > this.#end - this.#at) return this.#hasNoRoom();
    // Without empty places and without members that have names, the last key is that of the last place.
    const keys = Object.keys(list);
    if (keys.length !== length || (length > 0 && keys[length - 1] !== String(length - 1)))
      return this.#isNoKind();
    this.#put((length << KIND_BITS) | KIND.list);
    for (let i = 0; i < length; i++) {
      const item: unknown = list[i];
      // A getter may have taken the item away.
      if (item === undefined && !(i in list)) return this.#isNoKind();
      if (!this.#value(item, undefined, depth)) return false;
    }
    return true;
  }
}
