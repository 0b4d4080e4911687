/**
 * How builtin functions are declared and found.
 *
 * To add a group: write `builtins/GROUP.ts` that exports `const GROUP: readonly Builtin[]`, built with the makers below,
 * and add it to the list in `builtins/table.ts`. Every function can be called `f(x, …)` and `x.f(…)`; `x` is then the first
 * argument. One call of a maker is one overload; overloads of one name are tried in the order of declaration, and no
 * argument is ever converted between kinds: what matches no overload is `Function not found: name (types)`, made by `functionNotFound`.
 *
 * - `pure(name, types, apply)`: reads its arguments, never changes them (they may belong to the host or be shared). It may
 *   return an argument or parts of one: the caller takes care of sharing.
 * - `mutator(name, types, apply)`: the first argument is the receiver. Is it an array or a map, then `apply` gets a writable one
 *   (no one else's) and changes it in place. Is it anything else, `apply` calls `context.replace(value)` with what shall stand
 *   in its place. Items copied out of *another* container into the receiver must go through `context.share(item)`;
 *   whole arguments are shared already. Never returns an item that also stays inside. Fails on constants before it is called.
 * - `visitor(name, types, apply)`: a mutator that is fine on constants too: it then works on a copy that nobody sees.
 * - `getter(name, types, apply)`: a property of values that are no maps, `x.len`.
 *
 * Parameters: see `Parameters`. Results: ints through `intOf` when computed as bigint, floats always through `float()`, chars
 * through `char()`, new maps from `newMap()`. Never loop without `context.charge`: one step per item (a word or part that
 * is made is one), or per 64 characters, fewer where each takes longer than a glance.
 */
import { costOfCall } from './costs.js';
import type { Fn } from '../values/fn.js';
import type { Limits } from '../limits.js';
import type { Range, Sequence, Timestamp } from '../values/range.js';
import {
  Char,
  Float,
  KIND,
  kindOf,
  type Int,
  type PhsArray,
  type PhsMap,
  type PhsValue,
} from '../values/value.js';

/** What a parameter type accepts, and as what `apply` gets it. */
export interface Parameters {
  any: PhsValue;
  unit: null;
  bool: boolean;
  /** An int as it is: number or bigint. */
  int: Int;
  /** An int as a JS number, cut to the safe range: for positions, lengths, counts. */
  index: number;
  /** A float as a JS number. */
  float: number;
  /** An int or a float, as it is (`asNumber` gives the JS number). */
  number: PhsValue;
  string: string;
  /** A string or a char, as a JS string. */
  text: string;
  char: Char;
  array: PhsArray;
  map: PhsMap;
  fn: Fn;
  range: Range;
  sequence: Sequence;
  timestamp: Timestamp;
}
/** The name of a parameter type. */
export type ParameterType = keyof Parameters;

/** A place that holds a value: what `this` is bound to. */
export interface Ref {
  get(): PhsValue;
  set(value: PhsValue): void;
}

/** What a run offers to builtins. */
export interface Context {
  readonly limits: Limits;
  /** Spends steps; throws when they are used up. */
  charge(steps: number): void;
  /** The number of arguments a function still takes; undefined when only its name is known and several would do. */
  arityOf(fn: Fn): number | undefined;
  /** Calls a function with exactly these arguments; `self` is what it sees as `this`. */
  call(fn: Fn, args: readonly PhsValue[], self?: Ref): PhsValue;
  /** Calls with as many of `args` as the function takes; one that takes none of them sees `item` as `this` (docs/spec/phs.md 11.6). */
  callFitting(fn: Fn, args: readonly PhsValue[], item: PhsValue): PhsValue;
  /** In a mutator: what shall stand in the receiver's place. */
  replace(value: PhsValue): void;
  /** Marks an item as referred to twice and returns it; see `mutator`. */
  share<T extends PhsValue>(item: T): T;
  /** Makes a value that may differ from run to run (clock, randomness): the same again when an asynchronous program is replayed. */
  once<T extends PhsValue>(make: () => T): T;
  /** Writes one line of output, once even when the program is replayed. */
  print(line: string): void;
  /** Returns the text, or throws when it is longer than the limit. */
  checked(text: string): string;
  /** Throws when a string, an array or a map of this size would exceed its limit. Ask before you build it. */
  room(what: 'string' | 'array' | 'map', size: number): void;
  /** Pays for a new key of a map, and checks the map's size now and then: counting keys is slow. */
  inserted(map: PhsMap): void;
  /** True when the script itself defines the function. */
  defines(name: string, arity: number): boolean;
}

/** One overload of a builtin function. */
export interface Builtin {
  readonly name: string;
  /** The kinds each parameter accepts, as bits. */
  readonly accepts: readonly number[];
  readonly mutates: boolean;
  /** For mutators: called on a constant it changes a copy, instead of being refused. */
  readonly sparesConstants: boolean;
  readonly isGetter: boolean;
  /** What a call costs, in steps, beside what `apply` charges. */
  readonly cost: number;
  /** Calls with arguments that were found acceptable. */
  readonly apply: Applied;
}
/** At most four parameters: surplus arguments are undefined and ignored. */
export type Applied = (context: Context, a?: PhsValue, b?: PhsValue, c?: PhsValue, d?: PhsValue) => PhsValue;

type Arguments<T extends readonly ParameterType[]> = { -readonly [K in keyof T]: Parameters[T[K]] };
/** The receiver of a mutator is writable. */
type Writable<T> = T extends PhsArray ? PhsValue[] : T extends PhsMap ? Record<string, PhsValue> : T;
type MutatorArguments<T extends readonly ParameterType[]> =
  Arguments<T> extends [infer First, ...infer Rest]
    ? [PhsValue extends First ? First : Writable<First>, ...Rest]
    : [];

const ANY = 0x1fff;
const ACCEPTS: Readonly<Record<ParameterType, number>> = {
  any: ANY,
  unit: KIND.unit,
  bool: KIND.bool,
  int: KIND.int,
  index: KIND.int,
  float: KIND.float,
  number: KIND.int | KIND.float,
  string: KIND.string,
  text: KIND.string | KIND.char,
  char: KIND.char,
  array: KIND.array,
  map: KIND.map,
  fn: KIND.fn,
  range: KIND.range,
  sequence: KIND.sequence,
  timestamp: KIND.timestamp,
};

/** How the few types are unwrapped that `apply` does not get as they are. */
const UNWRAP: Partial<Record<ParameterType, (value: PhsValue) => unknown>> = {
  any: (value) => value ?? null,
  index: (value) => Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Number(value))),
  float: (value) => (value instanceof Float ? value.value : value),
  text: (value) => (value instanceof Char ? value.text : value),
};

function declare(
  name: string,
  types: readonly ParameterType[],
  apply: unknown,
  traits: Pick<Builtin, 'mutates' | 'sparesConstants' | 'isGetter'>,
): Builtin {
  // The one place where arguments whose kinds were checked become the types that `apply` was declared with.
  const typed = apply as (...args: unknown[]) => PhsValue;
  const [first, second, third, fourth] = types.map((type) => UNWRAP[type]);
  const plain = types.every((type) => UNWRAP[type] === undefined);
  return {
    name,
    cost: costOfCall(name),
    accepts: types.map((type) => ACCEPTS[type]),
    ...traits,
    apply: plain
      ? typed
      : (context, a, b, c, d) =>
          typed(
            context,
            first === undefined ? a : first(a),
            second === undefined ? b : second(b),
            third === undefined ? c : third(c),
            fourth === undefined ? d : fourth(d),
          ),
  };
}

/** A function that changes none of its arguments. */
export function pure<const T extends readonly ParameterType[]>(
  name: string,
  types: T,
  apply: (context: Context, ...args: Arguments<T>) => PhsValue,
): Builtin {
  return declare(name, types, apply, { mutates: false, sparesConstants: false, isGetter: false });
}

/** A function that changes its first argument. */
export function mutator<const T extends readonly [ParameterType, ...ParameterType[]]>(
  name: string,
  types: T,
  apply: (context: Context, ...args: MutatorArguments<T>) => PhsValue,
): Builtin {
  return declare(name, types, apply, { mutates: true, sparesConstants: false, isGetter: false });
}

/** A function that may change its first argument, and is fine on constants too. */
export function visitor<const T extends readonly [ParameterType, ...ParameterType[]]>(
  name: string,
  types: T,
  apply: (context: Context, ...args: MutatorArguments<T>) => PhsValue,
): Builtin {
  return declare(name, types, apply, { mutates: true, sparesConstants: true, isGetter: false });
}

/** A property of values that are no maps. */
export function getter<const T extends ParameterType>(
  name: string,
  type: T,
  apply: (context: Context, value: Parameters[T]) => PhsValue,
): Builtin {
  return declare(name, [type], apply, { mutates: false, sparesConstants: false, isGetter: true });
}

/** The overloads of one name with one number of arguments, tried in order. */
export type Overloads = readonly Builtin[];

const NONE: Overloads = [];

/** All builtins of a set of groups, ready to be asked. */
export class Registry {
  readonly #functions = new Map<string, Map<number, Builtin[]>>();
  readonly #getters = new Map<string, Builtin[]>();
  readonly #names: readonly string[];

  constructor(groups: readonly (readonly Builtin[])[]) {
    for (const builtin of groups.flat()) {
      if (builtin.isGetter) {
        this.#getters.set(builtin.name, [...(this.#getters.get(builtin.name) ?? []), builtin]);
        continue;
      }
      const byArity = this.#functions.get(builtin.name) ?? new Map<number, Builtin[]>();
      const arity = builtin.accepts.length;
      byArity.set(arity, [...(byArity.get(arity) ?? []), builtin]);
      this.#functions.set(builtin.name, byArity);
    }
    this.#names = [...this.#functions.keys()];
  }

  /** The overloads to try for a call; none when there is no such function. */
  overloads(name: string, argumentCount: number): Overloads {
    return this.#functions.get(name)?.get(argumentCount) ?? NONE;
  }

  /** The properties of that name. */
  getters(name: string): Overloads {
    return this.#getters.get(name) ?? NONE;
  }

  /** The numbers of arguments a name can be called with. */
  arities(name: string): readonly number[] {
    return [...(this.#functions.get(name)?.keys() ?? [])];
  }

  /** Every function name, for suggestions. */
  names(): readonly string[] {
    return this.#names;
  }
}

/** The first overload that accepts the arguments. */
export function select(
  overloads: Overloads,
  a?: PhsValue,
  b?: PhsValue,
  c?: PhsValue,
  d?: PhsValue,
): Builtin | undefined {
  for (const overload of overloads) {
    const { accepts } = overload;
    const count = accepts.length;
    if (count > 0 && (kindOf(a) & (accepts[0] ?? 0)) === 0) continue;
    if (count > 1 && (kindOf(b) & (accepts[1] ?? 0)) === 0) continue;
    if (count > 2 && (kindOf(c) & (accepts[2] ?? 0)) === 0) continue;
    if (count > 3 && (kindOf(d) & (accepts[3] ?? 0)) === 0) continue;
    return overload;
  }
  return undefined;
}
