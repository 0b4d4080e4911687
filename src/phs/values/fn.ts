import { KIND, Special, type PhsValue } from './value.js';

/** A compiled function body; only the program that made it looks inside. */
export interface FnBody {
  readonly name: string;
  /** Number of parameters. */
  readonly arity: number;
}

/** A function value: a closure with its captured cells, or a name that is looked up when called; with leading arguments fixed by curry. */
export class Fn extends Special {
  readonly kind = KIND.fn;
  readonly typeName = 'Fn';
  readonly name: string;
  /** What to run; undefined for a function known by name only. */
  readonly body: FnBody | undefined;
  /** The cells that the closure captured, in the order its body expects. */
  readonly captured: readonly unknown[];
  /** Leading arguments that curry fixed. */
  readonly fixed: readonly PhsValue[];

  constructor(
    name: string,
    body?: FnBody,
    captured: readonly unknown[] = [],
    fixed: readonly PhsValue[] = [],
  ) {
    super();
    this.name = name;
    this.body = body;
    this.captured = captured;
    this.fixed = fixed;
  }

  /** True for `|x| …`. */
  get isAnonymous(): boolean {
    return this.name.startsWith('anon$');
  }

  /** The same function with more leading arguments fixed. */
  curry(values: readonly PhsValue[]): Fn {
    return new Fn(this.name, this.body, this.captured, [...this.fixed, ...values]);
  }
}
