import { Buffer } from 'node:buffer';
import { PhlowError } from '../../errors.js';
import { isTag, type Batch } from '../protocol.js';
import {
  KIND,
  KIND_BITS,
  KIND_MASK,
  MAX_BYTES,
  MAX_KEY,
  MAX_MEMBERS,
  MAX_REMEMBERED,
  MAX_SHAPES,
  MEMORY_HEAD,
  REGION_HEAD,
  WORD,
  type ShapesMessage,
} from './region.js';

/** Objects of a shape that are made member by member before code is made for it. */
const USES_BEFORE_CODE = 128;
/** A longer text is read by itself: a part of another one would keep the whole of it. */
const MAX_PART = 12;

const double = new Float64Array(1);
const halves = new Int32Array(double.buffer);

/** One shape, as it is read. */
interface Shape {
  readonly keys: readonly string[];
  /** The cell of the last text of each member. */
  readonly cells: readonly number[];
  /** An object with all members. */
  readonly template: Readonly<Record<string, unknown>>;
  uses: number;
  make: (() => object) | undefined;
}

type Make = (value: (cell: number) => unknown) => () => object;

/** A place in the tree of shapes, as the writer has it: members after the same members share a cell. */
interface Place {
  readonly cell: number;
  readonly after: Map<string, Place>;
}

/** Reads what a `RecordWriter` of the other thread has written. What stands there is held to the memory's bounds; the values are the other side's. */
export class RecordReader {
  #words = new Int32Array(new SharedArrayBuffer(0));
  #bytes = Buffer.from(new SharedArrayBuffer(0));
  #shapes: Shape[] = [];
  #root: Place = { cell: -1, after: new Map() };
  /** The last text at each member. */
  readonly #texts: string[] = [];
  #at = 0;
  #end = 0;
  #text = '';
  #textAt = 0;
  #textStart = 0;
  #isWide = false;

  /** Goes on with other memory. */
  use(memory: SharedArrayBuffer): void {
    if (memory.byteLength > MAX_BYTES || memory.byteLength % 4 !== 0)
      throw violation('memory of a size that cannot be');
    this.#words = new Int32Array(memory);
    this.#bytes = Buffer.from(memory);
  }

  /** Takes note of the shapes of a message. */
  learn(message: unknown): void {
    const { from, shapes } = (message ?? {}) as Partial<ShapesMessage>;
    if (!Array.isArray(shapes) || from !== this.#shapes.length || from + shapes.length > MAX_SHAPES)
      throw violation('shapes out of order');
    for (const keys of shapes as readonly unknown[]) {
      if (!isShape(keys)) throw violation('a shape that cannot be');
      const template = Object.fromEntries(keys.map((key) => [key, undefined]));
      this.#shapes.push({ keys, cells: this.#cellsOf(keys), template, uses: 0, make: undefined });
    }
  }

  /** The packages of the region that begins at a word. */
  read(start: number): Batch {
    const words = this.#words;
    if (!(Number.isInteger(start) && start >= MEMORY_HEAD && start + REGION_HEAD <= words.length))
      throw violation('a region outside of its memory');
    const end = words[start] as number;
    const length = words[start + 1] as number;
    this.#isWide = words[start + 2] === 1;
    this.#at = start + REGION_HEAD;
    this.#end = end;
    this.#textAt = 0;
    this.#textStart = end * 4;
    const textEnd = this.#textStart + (this.#isWide ? 2 * length : length);
    if (end < this.#at || length < 0 || textEnd > this.#bytes.length)
      throw violation('a region outside of its memory');
    this.#text = length === 0 ? '' : this.#slice(this.#textStart, textEnd);
    const batch: unknown[] = [];
    while (this.#at < end) {
      const tag = this.#value(-1);
      if (!isTag(tag)) throw violation('a tag that is not a number');
      batch.push(tag, this.#value(-1));
    }
    this.#text = '';
    Atomics.add(words, 0, 1);
    return batch;
  }

  #cellsOf(keys: readonly string[]): number[] {
    let place = this.#root;
    return keys.map((key) => {
      let next = place.after.get(key);
      if (next === undefined) {
        next = { cell: this.#texts.push('') - 1, after: new Map() };
        place.after.set(key, next);
      }
      place = next;
      return next.cell;
    });
  }

  #slice(from: number, to: number): string {
    return this.#bytes.toString(this.#isWide ? 'utf16le' : 'latin1', from, to);
  }

  #next(): number {
    if (this.#at >= this.#end) throw violation('a region that ends within a value');
    return this.#words[this.#at++] as number;
  }

  #value(cell: number): unknown {
    const token = this.#next();
    const amount = token >> KIND_BITS;
    switch (token & KIND_MASK) {
      case KIND.integer:
        return amount;
      case KIND.text:
        return this.#string(amount, cell);
      case KIND.record:
        return this.#record(amount);
      case KIND.word:
        switch (amount) {
          case WORD.undefined:
            return undefined;
          case WORD.null:
            return null;
          case WORD.true:
            return true;
          case WORD.false:
            return false;
          case WORD.again:
            if (cell >= 0) return this.#texts[cell];
        }
        break;
      case KIND.list:
        return this.#list(amount);
      case KIND.double:
        halves[0] = this.#next();
        halves[1] = this.#next();
        return double[0];
    }
    throw violation('a word that means nothing');
  }

  #string(length: number, cell: number): string {
    const from = this.#textAt;
    this.#textAt = from + length;
    if (length < 0 || this.#textAt > this.#text.length) throw violation('a region that ends within a text');
    const width = this.#isWide ? 2 : 1;
    const text =
      length <= MAX_PART
        ? this.#text.slice(from, this.#textAt)
        : this.#slice(this.#textStart + width * from, this.#textStart + width * this.#textAt);
    if (cell >= 0 && length <= MAX_REMEMBERED) this.#texts[cell] = text;
    return text;
  }

  #list(length: number): unknown[] {
    if (length < 0 || length > this.#end - this.#at) throw violation('a region that ends within a list');
    const list: unknown[] = [];
    for (let i = 0; i < length; i++) list.push(this.#value(-1));
    return list;
  }

  #record(number: number): object {
    const shape = this.#shapes[number];
    if (shape === undefined) throw violation('a shape that nothing has described');
    if (shape.make !== undefined) return shape.make();
    if (++shape.uses === USES_BEFORE_CODE) shape.make = this.#codeFor(shape);
    const { keys, cells } = shape;
    // With members of its own already, whatever the prototype of all objects has: an assignment could be refused, or call a setter there.
    const record: Record<string, unknown> = { ...shape.template };
    for (let i = 0; i < keys.length; i++) record[keys[i] as string] = this.#value(cells[i] as number);
    return record;
  }

  /** A literal with the members in their order: the engine makes it in one go. */
  #codeFor({ keys, cells }: Shape): (() => object) | undefined {
    const members = keys.map((key, i) => `${JSON.stringify(key)}: value(${cells[i]})`);
    try {
      // eslint-disable-next-line @typescript-eslint/no-implied-eval -- of keys as JSON, which is all that is not ours
      const made = new Function('value', `return () => ({ ${members.join(', ')} });`) as Make;
      return made((cell) => this.#value(cell));
    } catch {
      // Node may have been started with --disallow-code-generation-from-strings.
      return undefined;
    }
  }
}

function isShape(keys: unknown): keys is readonly string[] {
  if (!Array.isArray(keys) || keys.length > MAX_MEMBERS) return false;
  return keys.every((key) => typeof key === 'string' && key !== '__proto__' && key.length <= MAX_KEY);
}

function violation(found: string): PhlowError {
  return new PhlowError('PHLOW_WIRE_VIOLATION', `Cannot read a message of the module: found ${found}`);
}
