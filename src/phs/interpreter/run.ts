import type { Context, Ref } from '../builtins/registry.js';
import { newMap } from '../values/entries.js';
import type { Fn } from '../values/fn.js';
import type { Scope } from './scope.js';
import type { Limits } from '../limits.js';
import type { Memory } from './recording.js';
import { ScriptError } from '../script-error.js';
import type { PhsArray, PhsMap, PhsValue } from '../values/value.js';

/** What a run needs to know of the script it runs. */
export interface Calls {
  call(run: Run, fn: Fn, args: readonly PhsValue[], self: Ref | undefined): PhsValue;
  arityOf(fn: Fn): number | undefined;
  defines(name: string, arity: number): boolean;
}

/** The state of one evaluation: what it may still spend, which containers are its own, and what builtins ask of it. */
export class Run implements Context {
  readonly limits: Limits;
  readonly recording: Memory;
  /** The host's variables in this evaluation. */
  scope: Scope;
  /** Top-level constants, for `global::NAME`. */
  readonly globals = new Map<string, PhsValue>();
  readonly #calls: Calls;
  readonly #print: (line: string) => void;
  #stepsLeft: number;
  #depth = 0;
  /**
   * Containers made by this run that are referred to from one place only, so that changing them in place shows nowhere
   * else. Every read that makes a second reference takes the mark away; what has no mark is copied before it is changed.
   * A marked container counts only while it is reached through marked ones: so marks below a shared container do no harm.
   */
  #owned: WeakSet<object> | undefined;
  #replacement: { value: PhsValue } | undefined;
  /** At least as many entries as the maps have that keys were added to. */
  #sizes: WeakMap<PhsMap, number> | undefined;

  constructor(options: { limits: Limits; calls: Calls; recording: Memory; print: (line: string) => void }) {
    this.limits = options.limits;
    this.recording = options.recording;
    this.scope = {};
    this.#calls = options.calls;
    this.#print = options.print;
    this.#stepsLeft = options.limits.steps;
  }

  /** Makes the run as good as new: a program keeps its last one, since making one costs more than many an expression. */
  reset(stepsLeft: number): void {
    // Whatever leaves a trace costs steps: most expressions leave none.
    if (this.#stepsLeft === stepsLeft && stepsLeft === this.limits.steps) return;
    this.#stepsLeft = stepsLeft;
    this.#depth = 0;
    this.#owned = undefined;
    this.#replacement = undefined;
    this.#sizes = undefined;
    if (this.globals.size > 0) this.globals.clear();
  }

  get stepsLeft(): number {
    return this.#stepsLeft;
  }

  charge(steps: number): void {
    this.#stepsLeft -= steps;
    if (this.#stepsLeft < 0) {
      throw ScriptError.limit(`Cannot go on: more than ${this.limits.steps} steps`);
    }
  }

  /** Enters a function; every `enter` has its `leave`, also when the function throws. */
  enter(): void {
    this.charge(1);
    if (this.#depth >= this.limits.callDepth) {
      throw ScriptError.limit(`Stack overflow: more than ${this.limits.callDepth} calls inside each other`);
    }
    this.#depth++;
  }

  leave(): void {
    this.#depth--;
  }

  /** A container to write to: `value` itself when it is this run's own, else a copy. */
  ownedArray(value: PhsArray): PhsValue[] {
    // A marked container was made by `copied`, so it is writable.
    if (this.#owned?.has(value) === true) return value as PhsValue[];
    this.charge(1 + value.length);
    return this.#copied([...value], value);
  }

  /** Like `ownedArray`, for maps. */
  ownedMap(value: PhsMap): Record<string, PhsValue> {
    if (this.#owned?.has(value) === true) return value;
    const keys = Object.keys(value);
    this.charge(1 + keys.length);
    const copy = newMap<PhsValue>();
    for (const key of keys) copy[key] = value[key];
    return this.#copied(
      copy,
      keys.map((key) => value[key]),
    );
  }

  #copied<T extends object>(copy: T, items: Iterable<PhsValue>): T {
    this.#owned ??= new WeakSet();
    // The items are referred to by the original and the copy now.
    for (const item of items) if (typeof item === 'object' && item !== null) this.#owned.delete(item);
    this.#owned.add(copy);
    return copy;
  }

  setGlobal(name: string, value: PhsValue): void {
    this.charge(1);
    this.globals.set(name, value);
  }

  share<T extends PhsValue>(item: T): T {
    if (this.#owned !== undefined && typeof item === 'object' && item !== null) this.#owned.delete(item);
    return item;
  }

  replace(value: PhsValue): void {
    this.#replacement = { value };
  }

  /** What the mutator that just ran wants in its receiver's place. */
  takeReplacement(): { readonly value: PhsValue } | undefined {
    const replacement = this.#replacement;
    this.#replacement = undefined;
    return replacement;
  }

  checked(text: string): string {
    if (text.length > this.limits.stringLength) this.room('string', text.length);
    return text;
  }

  room(what: 'string' | 'array' | 'map', size: number): void {
    const most =
      what === 'string'
        ? this.limits.stringLength
        : what === 'array'
          ? this.limits.arrayItems
          : this.limits.mapEntries;
    if (size > most) throw ScriptError.limit(`Cannot make the ${what}: larger than ${most}`);
  }

  /** Pays for a new key. Counting a map's keys is slow, so the count is kept; what was removed since shows in a recount. */
  inserted(map: PhsMap): void {
    this.charge(4);
    this.#sizes ??= new WeakMap();
    const size = this.#sizes.get(map) ?? Object.keys(map).length;
    const exact = size < this.limits.mapEntries ? size : Object.keys(map).length;
    this.room('map', exact + 1);
    this.#sizes.set(map, exact + 1);
  }

  arityOf(fn: Fn): number | undefined {
    return this.#calls.arityOf(fn);
  }

  defines(name: string, arity: number): boolean {
    return this.#calls.defines(name, arity);
  }

  call(fn: Fn, args: readonly PhsValue[], self?: Ref): PhsValue {
    for (const arg of args) this.share(arg);
    return this.#calls.call(this, fn, args, self);
  }

  callFitting(fn: Fn, args: readonly PhsValue[], item: PhsValue): PhsValue {
    const arity = this.#calls.arityOf(fn) ?? 1;
    if (arity > 0) return this.call(fn, arity < args.length ? args.slice(0, arity) : args);
    let current = this.share(item);
    return this.call(fn, [], {
      get: () => current,
      set: (value) => {
        current = value;
      },
    });
  }

  once<T extends PhsValue>(make: () => T): T {
    return this.recording.once(make);
  }

  print(line: string): void {
    this.recording.once(() => {
      this.#print(line);
      return null;
    });
  }
}
