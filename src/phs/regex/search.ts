import type { CharSet } from './char-set.js';
import { MATCHED, type Instruction, type Program } from './program.js';

/** Stands for the character before the first and after the last. */
const NONE = -1;
const LF = 10;
const CR = 13;

/**
 * True when the pattern matches anywhere in the text. All ways to match are followed at once, one character at a time.
 *
 * @param charge - pays for the work, per character
 */
export function matches(program: Program, text: string, charge: (steps: number) => void): boolean {
  const walk = new Walk(program.instructions);
  let before = NONE;
  let at = 0;
  for (;;) {
    const point = at < text.length ? (text.codePointAt(at) ?? NONE) : NONE;
    if (walk.enter(program.start, before, point)) return true;
    charge(1 + (walk.takeWork() >> 1));
    if (point === NONE) return false;
    at += point > 0xffff ? 2 : 1;
    const after = at < text.length ? (text.codePointAt(at) ?? NONE) : NONE;
    if (walk.step(point, after)) return true;
    before = point;
  }
}

/** The instructions that wait for the next character. */
class Walk {
  readonly #instructions: readonly Instruction[];
  /** When an instruction was last reached, so that none is followed twice at one position. */
  readonly #reached: Int32Array;
  readonly #stack: number[] = [];
  #waiting: Instruction[] = [];
  #position = 1;
  #work = 0;

  constructor(instructions: readonly Instruction[]) {
    this.#instructions = instructions;
    this.#reached = new Int32Array(instructions.length);
  }

  /** How many instructions were followed since this was asked last. */
  takeWork(): number {
    const work = this.#work;
    this.#work = 0;
    return work;
  }

  /** Follows everything that takes no character; true when that ends in a match. */
  enter(start: number, before: number, after: number): boolean {
    this.#stack.push(start);
    for (;;) {
      const index = this.#stack.pop();
      if (index === undefined) return false;
      this.#work++;
      if (index === MATCHED) return true;
      const instruction = this.#instructions[index];
      if (instruction === undefined || this.#reached[index] === this.#position) continue;
      this.#reached[index] = this.#position;
      if (instruction.set !== undefined) {
        this.#waiting.push(instruction);
      } else if (instruction.assertion === undefined) {
        this.#stack.push(instruction.next, instruction.other);
      } else if (instruction.words !== undefined && holds(instruction, instruction.words, before, after)) {
        this.#stack.push(instruction.next);
      }
    }
  }

  /** Takes a character; true when that ends in a match. */
  step(point: number, after: number): boolean {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#position++;
    for (const { set, next } of waiting) {
      if (set?.has(point) === true && this.enter(next, point, after)) return true;
    }
    return false;
  }
}

function holds({ assertion }: Instruction, words: CharSet, before: number, after: number): boolean {
  const isWordBefore = before !== NONE && words.has(before);
  const isWordAfter = after !== NONE && words.has(after);
  switch (assertion) {
    case 'text-start':
      return before === NONE;
    case 'text-end':
      return after === NONE;
    case 'line-start':
      return before === NONE || before === LF;
    case 'line-end':
      return after === NONE || after === LF;
    case 'crlf-line-start':
      return before === NONE || before === LF || (before === CR && after !== LF);
    case 'crlf-line-end':
      return after === NONE || after === CR || (after === LF && before !== CR);
    case 'word-boundary':
      return isWordBefore !== isWordAfter;
    case 'no-word-boundary':
      return isWordBefore === isWordAfter;
    case 'word-start':
      return !isWordBefore && isWordAfter;
    case 'word-end':
      return isWordBefore && !isWordAfter;
    case 'word-start-half':
      return !isWordBefore;
    case 'word-end-half':
      return !isWordAfter;
    case undefined:
      return true;
  }
}
