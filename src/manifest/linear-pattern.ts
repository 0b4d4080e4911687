import { spend } from './fuel.js';
import { isNativelyLinear, parsingSteps, rereadLength } from './native-pattern.js';
import { patternProgram, type PatternProgram, type State } from './pattern-program.js';

/** What `test` of a regular expression is used for. */
export interface TestablePattern {
  test(text: string): boolean;
}

/** Characters that the native engine reads in the time of one step. */
const NATIVE_READS_PER_STEP = 4;
/** Characters that are compared, and bytes that are made, in the time of one step. */
const CHARACTERS_PER_STEP = 16;
const BYTES_PER_STEP = 16;
/** Bytes that are set to zero in the time of one step. */
const CLEARED_PER_STEP = 128;
/** Registers that are copied and set in the time of one step. */
const REGISTERS_PER_STEP = 4;
/** What a state costs at one place of the text: a thread is made, a character read. */
const STEPS_PER_THREAD = 4;

/**
 * A pattern (flag `u`) that ends: the native engine goes back and tries again, which takes it years for a few dozen characters of the wrong
 * pattern. Here each state meets each place of the text once, so time grows with the text times the pattern. Only a pattern with back
 * references has to try each way; its steps are counted as all others are, and it is given up.
 */
export function linearPattern(source: string): TestablePattern {
  spend(parsingSteps(source));
  // What is not a pattern is refused in the native engine's words.
  const native = new RegExp(source, 'u');
  if (isNativelyLinear(source)) {
    const reads = 1 + rereadLength(source);
    return {
      test(text) {
        spend(1 + (text.length * reads) / NATIVE_READS_PER_STEP);
        return native.test(text);
      },
    };
  }
  let program: PatternProgram | undefined;
  return {
    test(text) {
      program ??= patternProgram(source);
      return new Matcher(program, text).search();
    },
  };
}

/** Where captures and loop marks stand; a list of its own per change, so that going back needs no undoing. */
type Registers = readonly number[];

interface Thread {
  readonly state: State;
  readonly at: number;
  readonly registers: Registers;
}

const NO_REGISTERS: Registers = [];
const NOT_SET = -1;

/** One test of one text. */
class Matcher {
  readonly #program: PatternProgram;
  readonly #text: string;
  /** By part of the pattern (the whole, each look around): the states that have met a place, a bit each. */
  readonly #visited = new Map<State, Uint8Array>();

  constructor(program: PatternProgram, text: string) {
    this.#program = program;
    this.#text = text;
  }

  search(): boolean {
    const { start, isAnchored, registers } = this.#program;
    const none = registers === 0 ? NO_REGISTERS : new Array<number>(registers).fill(NOT_SET);
    for (let at = 0; at <= this.#text.length; at += this.#widthAfter(at)) {
      if (this.#run(start, at, none) !== undefined) return true;
      if (isAnchored) return false;
    }
    return false;
  }

  /** Follows every way from a state until one ends in a match; the registers of that way. */
  #run(start: State, from: number, registers: Registers): Registers | undefined {
    const visited = this.#program.hasBackReference ? undefined : this.#visitedBy(start);
    const threads: Thread[] = [{ state: start, at: from, registers }];
    for (let thread = threads.pop(); thread !== undefined; thread = threads.pop()) {
      spend(STEPS_PER_THREAD);
      const { state, at } = thread;
      if (visited !== undefined && isSeen(visited, state.id * (this.#text.length + 1) + at)) continue;
      if (state.op === 'match') {
        // Its states have led to a match and may do so again: only what has failed must not be tried twice.
        if (visited !== undefined && start !== this.#program.start) this.#forget(start, visited);
        return thread.registers;
      }
      this.#step(thread, threads);
    }
    return undefined;
  }

  #step({ state, at, registers }: Thread, threads: Thread[]): void {
    switch (state.op) {
      case 'match':
        return;
      case 'split':
        threads.push({ state: state.second, at, registers }, { state: state.next, at, registers });
        return;
      case 'read': {
        const width = state.isBackward ? this.#widthBefore(at) : this.#widthAfter(at);
        const from = state.isBackward ? at - width : at;
        if (from < 0 || from + width > this.#text.length) return;
        if (!state.accepts(this.#text.codePointAt(from) ?? 0)) return;
        threads.push({ state: state.next, at: state.isBackward ? from : from + width, registers });
        return;
      }
      case 'edge':
        if (this.#isAtEdge(state.kind, at) !== state.isNegated)
          threads.push({ state: state.next, at, registers });
        return;
      case 'look': {
        const inside = this.#run(state.start, at, registers);
        if ((inside !== undefined) === state.isNegated) return;
        threads.push({
          state: state.next,
          at,
          registers: state.isNegated ? registers : (inside ?? registers),
        });
        return;
      }
      case 'set': {
        spend((registers.length + state.indexes.length) / REGISTERS_PER_STEP);
        const changed = [...registers];
        for (const index of state.indexes) changed[index] = state.isReset ? NOT_SET : at;
        threads.push({ state: state.next, at, registers: changed });
        return;
      }
      case 'moved':
        if (registers[state.index] !== at) threads.push({ state: state.next, at, registers });
        return;
      case 'again':
        this.#again(state, at, registers, threads);
    }
  }

  #again(state: Extract<State, { op: 'again' }>, at: number, registers: Registers, threads: Thread[]): void {
    // Of groups with one name at most one has matched.
    const group = state.groups.find((index) => (registers[index + 1] ?? NOT_SET) !== NOT_SET);
    const [one, other] = group === undefined ? [0, 0] : [registers[group] ?? 0, registers[group + 1] ?? 0];
    const held = this.#text.slice(Math.min(one, other), Math.max(one, other));
    spend(held.length / CHARACTERS_PER_STEP);
    const from = state.isBackward ? at - held.length : at;
    if (from < 0 || !this.#text.startsWith(held, from)) return;
    threads.push({ state: state.next, at: state.isBackward ? from : from + held.length, registers });
  }

  #visitedBy(start: State): Uint8Array {
    let visited = this.#visited.get(start);
    if (visited === undefined) {
      const bytes = Math.ceil((this.#program.states * (this.#text.length + 1)) / 8);
      spend(bytes / BYTES_PER_STEP);
      visited = new Uint8Array(bytes);
      this.#visited.set(start, visited);
    }
    return visited;
  }

  #forget(start: State, visited: Uint8Array): void {
    spend(visited.length / CLEARED_PER_STEP);
    visited.fill(0);
    this.#visited.set(start, visited);
  }

  #isAtEdge(kind: 'start' | 'end' | 'word', at: number): boolean {
    if (kind === 'start') return at === 0;
    if (kind === 'end') return at === this.#text.length;
    return isWord(this.#text.charCodeAt(at - 1)) !== isWord(this.#text.charCodeAt(at));
  }

  #widthAfter(at: number): number {
    return (this.#text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  }

  #widthBefore(at: number): number {
    return at > 1 && (this.#text.codePointAt(at - 2) ?? 0) > 0xffff ? 2 : 1;
  }
}

function isSeen(visited: Uint8Array, bit: number): boolean {
  const byte = visited[bit >> 3] ?? 0;
  const mask = 1 << (bit & 7);
  visited[bit >> 3] = byte | mask;
  return (byte & mask) !== 0;
}

function isWord(unit: number): boolean {
  return /^\w$/.test(String.fromCharCode(unit));
}
