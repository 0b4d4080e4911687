import type { Value } from '../../values.js';
import { ScriptError } from '../script-error.js';
import type { PhsValue } from '../values/value.js';

/** How a call of a module went. */
export type Outcome = { readonly value: Value } | { readonly error: unknown };

/** Thrown through a script when it needs a module's reply that is not there yet. Scripts cannot catch it. */
export class Suspension extends Error {
  readonly module: string;
  readonly input: Value;

  constructor(module: string, input: Value) {
    super(`waiting for module "${module}"`);
    this.module = module;
    this.input = input;
  }
}

/** Where a script gets what comes from outside. */
export interface Memory {
  /** Makes a value the first time, and gives the same in every replay. */
  once<T extends PhsValue>(make: () => T): T;
  /** The reply to the next module call. */
  reply(module: string, input: () => Value): Outcome;
}

/** For scripts that run once and call no modules. */
export const NO_MEMORY: Memory = Object.freeze({
  once: <T extends PhsValue>(make: () => T): T => make(),
  reply: (module: string): never => {
    throw new ScriptError(
      'ErrorModuleCall',
      `Cannot call module "${module}" here: the expression is not run asynchronously`,
    );
  },
});

/**
 * What a script got from outside, in order. An asynchronous script is run from its start again after each reply of a module and gets
 * the same answers up to the place where it stopped: so the closures need to know nothing of promises.
 */
export class Recording implements Memory {
  readonly #values: PhsValue[] = [];
  readonly #outcomes: Outcome[] = [];
  readonly #mostCalls: number;
  #nextValue = 0;
  #nextOutcome = 0;

  constructor(mostCalls: number) {
    this.#mostCalls = mostCalls;
  }

  /** Goes back to the start, for the next replay. */
  rewind(): void {
    this.#nextValue = 0;
    this.#nextOutcome = 0;
  }

  once<T extends PhsValue>(make: () => T): T {
    const index = this.#nextValue++;
    // Replays ask in the same order, so what is stored here came from the same `make`.
    if (index < this.#values.length) return this.#values[index] as T;
    const value = make();
    this.#values.push(value);
    return value;
  }

  /** Suspends the script when there is no reply yet. */
  reply(module: string, input: () => Value): Outcome {
    const outcome = this.#outcomes[this.#nextOutcome++];
    if (outcome !== undefined) return outcome;
    if (this.#outcomes.length >= this.#mostCalls) {
      throw ScriptError.limit(
        `Cannot call module "${module}": more than ${this.#mostCalls} calls in one expression`,
      );
    }
    throw new Suspension(module, input());
  }

  /** Records how the call went that the script is waiting for. */
  answer(outcome: Outcome): void {
    this.#outcomes.push(outcome);
  }
}
