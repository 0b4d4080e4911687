import { BUILTINS } from '../../../src/phs/builtins/table.js';
import { functionNotFound } from '../../../src/phs/builtins/not-found.js';
import { select, type Context, type Ref } from '../../../src/phs/builtins/registry.js';
import { Fn } from '../../../src/phs/values/fn.js';
import { limitsWith, type Limits } from '../../../src/phs/limits.js';
import { ScriptError } from '../../../src/phs/script-error.js';
import type { PhsMap, PhsValue } from '../../../src/phs/values/value.js';

/** A callback of a test: gets its arguments and the place that `this` is. */
type Callback = (args: readonly PhsValue[], self: Ref | undefined) => PhsValue;

const callbacks = new WeakMap<Fn, Callback>();

/** A function value that takes so many arguments. */
export function fn(arity: number, callback: Callback): Fn {
  const made = new Fn('anon$test', { name: 'anon$test', arity });
  callbacks.set(made, callback);
  return made;
}

/** A run that calls builtins as the compiler does, without a script around them. */
export class LoneRun implements Context {
  readonly limits: Limits;
  readonly printed: string[] = [];
  replacement: { value: PhsValue } | undefined;
  #steps = 0;

  constructor(limits: Partial<Limits> = {}) {
    this.limits = limitsWith(limits);
  }

  /** What was charged so far. */
  get steps(): number {
    return this.#steps;
  }

  charge(steps: number): void {
    this.#steps += steps;
    if (this.#steps > this.limits.steps) throw ScriptError.limit('out of steps');
  }

  arityOf(called: Fn): number | undefined {
    return called.body?.arity;
  }

  call(called: Fn, args: readonly PhsValue[], self?: Ref): PhsValue {
    const callback = callbacks.get(called);
    if (callback === undefined || args.length !== this.arityOf(called))
      throw functionNotFound(called.name, args);
    return callback(args, self);
  }

  callFitting(called: Fn, args: readonly PhsValue[], item: PhsValue): PhsValue {
    const arity = this.arityOf(called) ?? 1;
    if (arity > 0) return this.call(called, args.slice(0, arity));
    return this.call(called, [], { get: () => item, set: () => undefined });
  }

  replace(value: PhsValue): void {
    this.replacement = { value };
  }

  share<T extends PhsValue>(item: T): T {
    return item;
  }

  once<T extends PhsValue>(make: () => T): T {
    return make();
  }

  print(line: string): void {
    this.printed.push(line);
  }

  checked(text: string): string {
    this.room('string', text.length);
    return text;
  }

  room(what: 'string' | 'array' | 'map', size: number): void {
    const most = {
      string: this.limits.stringLength,
      array: this.limits.arrayItems,
      map: this.limits.mapEntries,
    };
    if (size > most[what]) throw ScriptError.limit(`${what} too large`);
  }

  inserted(map: PhsMap): void {
    this.room('map', Object.keys(map).length + 1);
  }

  defines(): boolean {
    return false;
  }
}

/** Calls a builtin by name. */
export function call(name: string, ...args: readonly PhsValue[]): PhsValue {
  return callOn(new LoneRun(), name, ...args);
}

/** Calls a builtin by name within limits. */
export function callOn(run: LoneRun, name: string, ...args: readonly PhsValue[]): PhsValue {
  const [a, b, c, d] = args;
  const builtin = select(BUILTINS.overloads(name, args.length), a, b, c, d);
  if (builtin === undefined) throw functionNotFound(name, args);
  return builtin.apply(run, a, b, c, d);
}

/** Calls a builtin that changes its first argument: what it answers, and what then stands in the argument's place. */
export function change(
  name: string,
  receiver: PhsValue,
  ...args: readonly PhsValue[]
): readonly [PhsValue, PhsValue] {
  const run = new LoneRun();
  const result = callOn(run, name, receiver, ...args);
  return [result, run.replacement === undefined ? receiver : run.replacement.value];
}

/** Reads a property. */
export function property(name: string, value: PhsValue): PhsValue {
  const found = select(BUILTINS.getters(name), value);
  if (found === undefined) throw new Error(`no property ${name}`);
  return found.apply(new LoneRun(), value);
}

/** True when a call changes its first argument, and so is refused on constants. */
export function isRefusedOnConstants(name: string, ...args: readonly PhsValue[]): boolean {
  const [a, b, c, d] = args;
  const builtin = select(BUILTINS.overloads(name, args.length), a, b, c, d);
  return builtin?.mutates === true && !builtin.sparesConstants;
}
