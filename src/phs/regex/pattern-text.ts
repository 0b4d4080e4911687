import { RegexError } from './syntax.js';

/** A pattern that is read character by character. */
export class PatternText {
  readonly #points: readonly string[];
  #at = 0;

  constructor(pattern: string) {
    this.#points = [...pattern];
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#points.length;
  }

  /** The character that comes next, or the one this many after it; empty behind the end. */
  peek(ahead = 0): string {
    return this.#points[this.#at + ahead] ?? '';
  }

  /** True when exactly this text comes next. */
  startsWith(text: string): boolean {
    return [...text].every((point, i) => this.peek(i) === point);
  }

  /** Takes the next character. */
  next(): string {
    if (this.isAtEnd) throw new RegexError('the pattern ends too early');
    return this.#points[this.#at++] ?? '';
  }

  /** Takes a text when it comes next. */
  accept(text: string): boolean {
    if (!this.startsWith(text)) return false;
    this.#at += [...text].length;
    return true;
  }

  /** Takes a text that must come next. */
  expect(text: string): void {
    if (!this.accept(text)) throw new RegexError(`expected ${text}`);
  }

  /** Takes everything before a text, and the text itself. */
  until(end: string): string {
    let taken = '';
    while (!this.accept(end)) taken += this.next();
    return taken;
  }

  /** Skips white space and comments, which mean nothing under the flag `x`. */
  skipBlank(): void {
    for (;;) {
      if (/^\p{Pattern_White_Space}$/u.test(this.peek())) this.#at++;
      else if (this.peek() === '#') while (!this.isAtEnd && this.next() !== '\n');
      else return;
    }
  }
}

const CONTROL: Readonly<Record<string, number>> = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 };
const HEX_LENGTH: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** The code point of an escape whose backslash is taken; undefined, with nothing taken, when it names no single character. */
export function escapedPoint(text: PatternText): number | undefined {
  const letter = text.peek();
  const control = Object.hasOwn(CONTROL, letter) ? CONTROL[letter] : undefined;
  if (control !== undefined) {
    text.next();
    return control;
  }
  const length = Object.hasOwn(HEX_LENGTH, letter) ? HEX_LENGTH[letter] : undefined;
  if (length !== undefined) {
    text.next();
    return hexPoint(text, length);
  }
  // Any sign of ASCII may be escaped but the two that mean boundaries of words.
  if (/^[ -/:-@[-`{-~]$/.test(letter) && letter !== '<' && letter !== '>') {
    return text.next().codePointAt(0);
  }
  return undefined;
}

function hexPoint(text: PatternText, length: number): number {
  const digits = text.accept('{') ? text.until('}') : Array.from({ length }, () => text.next()).join('');
  const point = /^[0-9A-Fa-f]{1,8}$/.test(digits) ? parseInt(digits, 16) : -1;
  if (point < 0 || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) {
    throw new RegexError(`no character ${digits}`);
  }
  return point;
}
