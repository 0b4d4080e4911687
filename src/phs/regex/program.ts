import { Class, perlClass, type CharSet } from './char-set.js';
import { parseRegex } from './parse.js';
import { RegexError, type Assertion, type RegexNode } from './syntax.js';

/** One instruction: take a character, go two ways, look around, or be done. `next` and `other` are indexes of instructions. */
export interface Instruction {
  readonly set: CharSet | undefined;
  readonly assertion: Assertion | undefined;
  /** What counts as a word for the assertion. */
  readonly words: CharSet | undefined;
  next: number;
  other: number;
}

/** A pattern ready to be searched for. */
export interface Program {
  readonly instructions: readonly Instruction[];
  readonly start: number;
}

/** The instruction that means "matched", always the first. */
export const MATCHED = 0;

const MAX_INSTRUCTIONS = 20_000;

/**
 * Compiles a pattern to a machine without memory: searching takes time in proportion to text and pattern, whatever they are.
 *
 * @throws RegexError when the pattern is not valid or needs too many instructions.
 */
export function compileRegex(pattern: string): Program {
  const compiler = new Compiler();
  const start = compiler.add(parseRegex(pattern), MATCHED);
  return { instructions: compiler.instructions, start };
}

class Compiler {
  readonly instructions: Instruction[] = [
    { set: undefined, assertion: undefined, words: undefined, next: MATCHED, other: MATCHED },
  ];
  #unicodeWords: CharSet | undefined;
  #asciiWords: CharSet | undefined;

  /** Adds what a node needs before it goes on at `next`; answers where it starts. */
  add(node: RegexNode, next: number): number {
    switch (node.type) {
      case 'set':
        return this.#push({ set: node.set, assertion: undefined, words: undefined, next, other: next });
      case 'assert': {
        const words = this.#words(node.isUnicode);
        return this.#push({ set: undefined, assertion: node.assertion, words, next, other: next });
      }
      case 'all':
        return node.items.reduceRight((after, item) => this.add(item, after), next);
      case 'any':
        return node.items.map((item) => this.add(item, next)).reduceRight((b, a) => this.#fork(a, b));
      case 'repeat':
        return this.#repeat(node, next);
    }
  }

  #repeat({ item, least, most }: Extract<RegexNode, { type: 'repeat' }>, next: number): number {
    let start = next;
    if (most === Infinity) {
      start = this.#fork(next, next);
      const loop = this.instructions[start];
      if (loop !== undefined) loop.next = this.add(item, start);
    } else {
      for (let i = least; i < most; i++) {
        const once = this.add(item, start);
        if (once === start) break;
        start = this.#fork(once, next);
      }
    }
    for (let i = 0; i < least; i++) {
      const once = this.add(item, start);
      // What needs no instruction needs none however often.
      if (once === start) break;
      start = once;
    }
    return start;
  }

  #fork(next: number, other: number): number {
    return this.#push({ set: undefined, assertion: undefined, words: undefined, next, other });
  }

  #push(instruction: Instruction): number {
    if (this.instructions.length >= MAX_INSTRUCTIONS) throw new RegexError('the pattern is too big');
    return this.instructions.push(instruction) - 1;
  }

  #words(isUnicode: boolean): CharSet {
    if (isUnicode) return (this.#unicodeWords ??= new Class(perlClass('w', true), false));
    return (this.#asciiWords ??= new Class(perlClass('w', false), false));
  }
}
