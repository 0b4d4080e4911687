import { createRequire } from 'node:module';
import type * as Regexpp from '@eslint-community/regexpp';
import type { AST } from '@eslint-community/regexpp';
import { FuelError, spend } from './fuel.js';
import { parsingSteps } from './native-pattern.js';

/** One state of a pattern: what is to be so at a place of the text, and which state is next. */
export type State = { readonly id: number } & (
  | { readonly op: 'match' }
  | { readonly op: 'split'; next: State; second: State }
  | {
      readonly op: 'read';
      readonly accepts: (codePoint: number) => boolean;
      readonly isBackward: boolean;
      readonly next: State;
    }
  | {
      readonly op: 'edge';
      readonly kind: 'start' | 'end' | 'word';
      readonly isNegated: boolean;
      readonly next: State;
    }
  | { readonly op: 'look'; readonly start: State; readonly isNegated: boolean; readonly next: State }
  | {
      readonly op: 'set';
      readonly indexes: readonly number[];
      readonly isReset: boolean;
      readonly next: State;
    }
  /** Lets nothing pass that has not moved since the register was set: an empty turn of a loop. */
  | { readonly op: 'moved'; readonly index: number; readonly next: State }
  /** `groups` are the registers of the groups that are meant: more than one where they share a name. */
  | {
      readonly op: 'again';
      readonly groups: readonly number[];
      readonly isBackward: boolean;
      readonly next: State;
    }
);

/** A pattern as states. */
export interface PatternProgram {
  readonly start: State;
  readonly states: number;
  /** True when it can match at the beginning of the text only. */
  readonly isAnchored: boolean;
  readonly hasBackReference: boolean;
  /** How many registers a way through it needs; none without back references. */
  readonly registers: number;
}

/** Counted repeats are written out: a few characters can ask for any number of states. */
const MAX_STATES = 50_000;
const STEPS_PER_STATE = 20;
const STEPS_PER_TURN = 5;
/** What it takes to ask the native engine about one character that is not ASCII. */
const STEPS_PER_LOOKUP = 20;
/** What it takes to have the native engine compile a class, and to ask it about each character of ASCII. */
const STEPS_PER_CLASS = 2_000;

const require = createRequire(import.meta.url);

/** The states of a pattern with flag `u`, which must be valid. */
export function patternProgram(source: string): PatternProgram {
  // Loaded only where a manifest has a pattern that the native engine cannot be given.
  spend(parsingSteps(source));
  const { RegExpParser } = require('@eslint-community/regexpp') as typeof Regexpp;
  const pattern = new RegExpParser().parsePattern(source, 0, source.length, { unicode: true });
  const groups = pattern.alternatives.flatMap(({ elements }) => elements.flatMap(groupsIn));
  const hasBackReference = groups.some(({ references }) => references.length > 0);
  const writer = new StateWriter(hasBackReference);
  const start = writer.choice(pattern.alternatives, writer.match(), false);
  const isAnchored = pattern.alternatives.every(({ elements: [first] }) => {
    return first?.type === 'Assertion' && first.kind === 'start';
  });
  return { start, states: writer.states, isAnchored, hasBackReference, registers: writer.registers };
}

/** Writes states from the end of the pattern to its beginning: each knows its next. */
class StateWriter {
  states = 0;
  registers = 0;
  readonly #keepsRegisters: boolean;
  readonly #registerOf = new Map<AST.CapturingGroup, number>();
  readonly #indexesInside = new Map<AST.Element, readonly number[]>();
  readonly #acceptors = new Map<string, (codePoint: number) => boolean>();

  constructor(keepsRegisters: boolean) {
    this.#keepsRegisters = keepsRegisters;
  }

  /*
   * Every state is written as a literal of its own: what is made by spreading gets a shape of its own in V8, and following states of ever new shapes takes
   * thirty times as long.
   */
  match(): State {
    return { op: 'match', id: this.#nextId() };
  }

  #split(next: State, second: State): Extract<State, { op: 'split' }> {
    return { op: 'split', id: this.#nextId(), next, second };
  }

  #set(indexes: readonly number[], isReset: boolean, next: State): State {
    return { op: 'set', id: this.#nextId(), indexes, isReset, next };
  }

  #nextId(): number {
    spend(STEPS_PER_STATE);
    if (this.states >= MAX_STATES) throw new FuelError(`a pattern has more than ${MAX_STATES} states`);
    return this.states++;
  }

  choice(alternatives: readonly AST.Alternative[], next: State, isBackward: boolean): State {
    const [first, ...others] = alternatives.map(({ elements }) => {
      return (isBackward ? elements : elements.toReversed()).reduce<State>(
        (after, element) => this.#element(element, after, isBackward),
        next,
      );
    });
    // From the last to the first, which is tried first.
    const rest = others.reduceRight<State | undefined>(
      (later, one) => (later === undefined ? one : this.#split(one, later)),
      undefined,
    );
    if (first === undefined) return next;
    return rest === undefined ? first : this.#split(first, rest);
  }

  #element(element: AST.Element, next: State, isBackward: boolean): State {
    switch (element.type) {
      case 'Character': {
        const { value } = element;
        return {
          op: 'read',
          id: this.#nextId(),
          accepts: (codePoint) => codePoint === value,
          isBackward,
          next,
        };
      }
      case 'CharacterSet':
      case 'CharacterClass':
        return { op: 'read', id: this.#nextId(), accepts: this.#acceptor(element.raw), isBackward, next };
      case 'Group':
        if (element.modifiers !== null) throw new FuelError('modifiers of groups are not followed');
        return this.choice(element.alternatives, next, isBackward);
      case 'CapturingGroup':
        return this.#group(element, next, isBackward);
      case 'Quantifier':
        return this.#repeat(element, next, isBackward);
      case 'Assertion':
        return this.#assertion(element, next);
      case 'Backreference': {
        const groups = [element.resolved].flat().map((group) => this.#registersFor(group));
        return { op: 'again', id: this.#nextId(), groups, isBackward, next };
      }
      case 'ExpressionCharacterClass':
        throw new FuelError('classes of flag v are not followed');
    }
  }

  #assertion(element: AST.Assertion, next: State): State {
    if (element.kind === 'lookahead' || element.kind === 'lookbehind') {
      const end = this.match();
      const start = this.choice(element.alternatives, end, element.kind === 'lookbehind');
      return { op: 'look', id: this.#nextId(), start, isNegated: element.negate, next };
    }
    const isNegated = element.kind === 'word' && element.negate;
    return { op: 'edge', id: this.#nextId(), kind: element.kind, isNegated, next };
  }

  #group(group: AST.CapturingGroup, next: State, isBackward: boolean): State {
    if (!this.#keepsRegisters) return this.choice(group.alternatives, next, isBackward);
    const index = this.#registersFor(group);
    const [opens, closes] = [[index], [index + 1]];
    const end = this.#set(closes, false, next);
    const inside = this.choice(group.alternatives, end, isBackward);
    // Until it closes the group holds nothing: what it held in an earlier turn of a loop was reset there.
    return this.#set(opens, false, inside);
  }

  #registersFor(group: AST.CapturingGroup): number {
    const known = this.#registerOf.get(group);
    if (known !== undefined) return known;
    const index = this.registers;
    this.registers += 2;
    this.#registerOf.set(group, index);
    return index;
  }

  #repeat({ element, min, max, greedy }: AST.Quantifier, next: State, isBackward: boolean): State {
    const split = (once: State, past: State): State =>
      greedy ? this.#split(once, past) : this.#split(past, once);
    let after = next;
    if (max === Infinity) {
      const loop = this.#split(next, next);
      const once = this.#turn(element, loop, isBackward, true);
      if (greedy) loop.next = once;
      else loop.second = once;
      after = loop;
    } else {
      // Each further turn only after the one before it.
      for (let i = min; i < max; i++) after = split(this.#turn(element, after, isBackward, true), next);
    }
    for (let i = 0; i < min; i++) after = this.#turn(element, after, isBackward, false);
    return after;
  }

  /** One turn of a loop: the groups inside hold nothing at its beginning, and an optional turn that reads nothing does not count. */
  #turn(element: AST.QuantifiableElement, next: State, isBackward: boolean, isOptional: boolean): State {
    // A turn costs something even where there is no state to it.
    spend(STEPS_PER_TURN);
    if (!this.#keepsRegisters) return this.#element(element, next, isBackward);
    const mark = this.registers++;
    const end: State = isOptional ? { op: 'moved', id: this.#nextId(), index: mark, next } : next;
    const inside = this.#element(element, end, isBackward);
    const marked = this.#set([mark], false, inside);
    const indexes = this.#registersInside(element);
    return indexes.length === 0 ? marked : this.#set(indexes, true, marked);
  }

  /** The registers of all groups in a part that repeats; looked for once, whatever the number of its turns. */
  #registersInside(element: AST.QuantifiableElement): readonly number[] {
    let indexes = this.#indexesInside.get(element);
    if (indexes === undefined) {
      spend(element.raw.length);
      indexes = groupsIn(element).flatMap((group) => {
        const index = this.#registersFor(group);
        return [index, index + 1];
      });
      this.#indexesInside.set(element, indexes);
    }
    return indexes;
  }

  /** Asks the native engine about one character: its tables are the ones that count. What ASCII comes to is kept. */
  #acceptor(raw: string): (codePoint: number) => boolean {
    const known = this.#acceptors.get(raw);
    if (known !== undefined) return known;
    spend(STEPS_PER_CLASS + 2 * parsingSteps(raw));
    const one = new RegExp(`^${raw}$`, 'u');
    const ascii = Array.from({ length: 128 }, (_, code) => one.test(String.fromCharCode(code)));
    const accepts = (codePoint: number): boolean => {
      const isAccepted = ascii[codePoint];
      if (isAccepted !== undefined) return isAccepted;
      spend(STEPS_PER_LOOKUP);
      return one.test(String.fromCodePoint(codePoint));
    };
    this.#acceptors.set(raw, accepts);
    return accepts;
  }
}

function groupsIn(node: AST.Element): AST.CapturingGroup[] {
  const inside =
    'alternatives' in node
      ? node.alternatives.flatMap(({ elements }) => elements.flatMap(groupsIn))
      : node.type === 'Quantifier'
        ? groupsIn(node.element)
        : [];
  return node.type === 'CapturingGroup' ? [node, ...inside] : inside;
}
