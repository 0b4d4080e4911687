import { newMap, setEntry } from './entries.js';
import { float, intOf, type PhsValue } from './value.js';

/** Why a text is no JSON. */
export class JsonError extends Error {
  /** Where reading stopped, in UTF-16 units. */
  readonly offset: number;

  constructor(message: string, offset: number, cause?: unknown) {
    super(message, { cause });
    this.offset = offset;
  }
}

/** What reading JSON may use up: deeper nesting is an error of the text. */
const DEEPEST = 500;

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const LARGEST = 2n ** 63n - 1n;
/** A 64-bit int has at most this many characters, sign included; longer ones are floats without further ado. */
const MAX_INT_LENGTH = 20;

/** The words of JSON. */
const WORDS: readonly (readonly [string, PhsValue])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

/** What a reader asks before it makes a container bigger. */
export type Room = (what: 'array' | 'map', size: number) => void;

/**
 * Reads a JSON text as RFC 8259 has it: whole numbers are ints where they fit 64 bits, numbers with fraction or exponent are
 * floats, of equal keys the last one wins.
 *
 * @throws JsonError when it is no JSON.
 */
export function readJson(text: string, room: Room): PhsValue {
  const reader = new Reader(text, room);
  const value = reader.value(0);
  reader.end();
  return value;
}

class Reader {
  readonly #text: string;
  readonly #room: Room;
  #at = 0;

  constructor(text: string, room: Room) {
    this.#text = text;
    this.#room = room;
  }

  value(depth: number): PhsValue {
    if (depth > DEEPEST) throw this.#error(`nested deeper than ${String(DEEPEST)}`);
    switch (this.#next()) {
      case '{':
        return this.#map(depth);
      case '[':
        return this.#array(depth);
      case '"':
        return this.#string();
      default:
        return this.#scalar();
    }
  }

  end(): void {
    if (this.#next() !== '') throw this.#error('expected the end');
  }

  /** The next character that is no white space; empty at the end. */
  #next(): string {
    SPACE.lastIndex = this.#at;
    SPACE.exec(this.#text);
    this.#at = SPACE.lastIndex;
    return this.#text.charAt(this.#at);
  }

  #take(expected: string): void {
    if (this.#next() !== expected) throw this.#error(`expected ${expected}`);
    this.#at++;
  }

  /** True after a comma, false after the closing bracket. */
  #more(close: string): boolean {
    const found = this.#next();
    if (found !== ',' && found !== close) throw this.#error(`expected , or ${close}`);
    this.#at++;
    return found === ',';
  }

  #array(depth: number): PhsValue {
    const items: PhsValue[] = [];
    this.#take('[');
    if (this.#next() === ']') {
      this.#at++;
      return items;
    }
    do {
      this.#room('array', items.length + 1);
      items.push(this.value(depth + 1));
    } while (this.#more(']'));
    return items;
  }

  #map(depth: number): PhsValue {
    const map = newMap<PhsValue>();
    let size = 0;
    this.#take('{');
    if (this.#next() === '}') {
      this.#at++;
      return map;
    }
    do {
      this.#room('map', ++size);
      if (this.#next() !== '"') throw this.#error('expected a key in double quotes');
      const key = this.#string();
      this.#take(':');
      setEntry(map, key, this.value(depth + 1));
    } while (this.#more('}'));
    return map;
  }

  #string(): string {
    const start = this.#at;
    let end = start + 1;
    for (;;) {
      end = this.#text.indexOf('"', end);
      if (end === -1) throw this.#error('the string has no end');
      let slashes = 0;
      while (this.#text.charCodeAt(end - 1 - slashes) === 92) slashes++;
      end++;
      if (slashes % 2 === 0) break;
    }
    this.#at = end;
    const literal = this.#text.slice(start, end);
    try {
      return String(JSON.parse(literal));
    } catch (cause) {
      throw new JsonError(`invalid string at character ${String(start + 1)}`, start, cause);
    }
  }

  #scalar(): PhsValue {
    NUMBER.lastIndex = this.#at;
    const found = NUMBER.exec(this.#text);
    if (found !== null) {
      this.#at += found[0].length;
      return numberOf(found[0], found[1] === undefined && found[2] === undefined);
    }
    for (const [word, value] of WORDS) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return value;
    }
    throw this.#error('expected a value');
  }

  #error(what: string): JsonError {
    const found = this.#at < this.#text.length ? `found ${this.#text.charAt(this.#at)}` : 'found the end';
    return new JsonError(`${what}, ${found} at character ${String(this.#at + 1)}`, this.#at);
  }
}

function numberOf(text: string, isWhole: boolean): PhsValue {
  if (!isWhole || text.length > MAX_INT_LENGTH) return float(Number(text));
  // The only int with a sign that would be lost.
  const value = BigInt(text);
  return value > LARGEST || value < -LARGEST - 1n ? float(Number(text)) : intOf(value);
}
