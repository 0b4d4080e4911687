import type { Judge } from './judge.js';
import { oracle } from './oracle.js';
import { samples } from './samples.js';

/** What a crawl has found. */
export interface CrawlReport {
  readonly reached: number;
  readonly functions: number;
  readonly calls: number;
  /** What may not be there, each with a way to it. */
  readonly complaints: readonly string[];
  /** Functions and prototypes of the code around the module that it could change. */
  readonly changeable: readonly string[];
  readonly exceptions: Readonly<Record<string, number>>;
}

interface Reached {
  readonly path: string;
  readonly value: object;
  /** What it was read from: what its methods are called on. */
  readonly holder: unknown;
  /** Whether only properties and prototypes lead to it. */
  readonly isHanded: boolean;
}

const MAX_OBJECTS = 6_000;
/** Timers of the samples go on for ever. */
const MAX_ROUNDS = 6;
const MAX_COMPLAINTS = 40;
/** Calls of functions with one text: closures that are made again for each call stand for each other. */
const CALLS_PER_TEXT = 16;
const GETS_PER_GETTER = 6;
const TUPLES = 6;
const DEPTHS = 100;

const toText = Function.prototype.toString;
const { apply, construct, get, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect;
const { isFrozen } = Object;
const { then } = Promise.prototype;

/** Walks over everything that can be reached: properties of all kinds, prototypes, what calls give, throw and hand on. */
export class Crawl {
  readonly #judge: Judge;
  readonly #found: Reached[] = [];
  readonly #seen = new Set<unknown>();
  readonly #symbols = new Set<symbol>();
  readonly #complaints = new Set<string>();
  readonly #changeable = new Set<string>();
  readonly #calls = new Map<string, number>();
  readonly #gets = new Map<unknown, number>();
  readonly #samples: unknown[];
  readonly #dice: (below: number) => number;
  #next = 0;
  #callCount = 0;
  #functionCount = 0;

  constructor(judge: Judge, seed: number) {
    this.#judge = judge;
    this.#dice = dice(seed);
    this.#samples = samples((from, value) => this.#visit(from, value));
  }

  /** Starts from an object that a module is handed, or that it makes. */
  from(path: string, value: unknown, isHanded = true): void {
    this.#visit(path, value, undefined, isHanded);
  }

  /** Goes on until nothing new turns up; promises are waited for in between. */
  async run(): Promise<CrawlReport> {
    for (let quiet = 0, round = 0; quiet < 3 && round < MAX_ROUNDS; round++) {
      const before = this.#found.length;
      this.#drain();
      await new Promise((resolve) => setTimeout(resolve, 5));
      quiet = this.#found.length === before ? quiet + 1 : 0;
    }
    return {
      reached: this.#found.length,
      functions: this.#functionCount,
      calls: this.#callCount,
      complaints: [...this.#complaints],
      changeable: [...this.#changeable],
      exceptions: this.#judge.exceptions,
    };
  }

  #drain(): void {
    for (; this.#next < this.#found.length; this.#next++) {
      const one = this.#found[this.#next] as Reached;
      this.#read(one);
      if (typeof one.value === 'function') this.#call(one, one.value as () => unknown);
      else this.#await(one.path, one.value);
    }
  }

  #visit(path: string, value: unknown, holder?: unknown, isHanded = false): void {
    if (typeof value === 'symbol') this.#visitSymbol(path, value);
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || this.#seen.has(value))
      return;
    this.#seen.add(value);
    const complaint = this.#judge.complaint(value);
    if (complaint !== undefined) {
      this.#complain(`${path} ${complaint}`);
      return;
    }
    if (typeof value === 'function') this.#functionCount++;
    // What calls give beyond that is judged but not walked.
    if (this.#found.length >= MAX_OBJECTS && !isHanded) return;
    this.#found.push({ path: path.slice(0, 200), value, holder, isHanded });
  }

  #visitSymbol(path: string, value: symbol): void {
    if (this.#symbols.has(value)) return;
    this.#symbols.add(value);
    const complaint = this.#judge.ofSymbol(value);
    if (complaint !== undefined) this.#complain(`${path} ${complaint}: ${value.toString()}`);
  }

  #complain(text: string): void {
    if (this.#complaints.size < MAX_COMPLAINTS) this.#complaints.add(text);
  }

  #read({ path, value, isHanded }: Reached): void {
    const proto = attempt(() => getPrototypeOf(value));
    this.#visit(`${path}.[[proto]]`, proto, undefined, isHanded);
    if (isHanded) this.#checkFrozen(path, value, proto);
    for (const key of attempt(() => ownKeys(value)) ?? []) {
      const step = `${path}.${String(key)}`;
      if (typeof key === 'symbol') this.#visitSymbol(step, key);
      const property = attempt(() => getOwnPropertyDescriptor(value, key));
      if (property === undefined) continue;
      if ('value' in property) {
        this.#visit(step, property.value, value, isHanded);
        continue;
      }
      this.#visit(`${step} (get)`, property.get, value, isHanded);
      this.#visit(`${step} (set)`, property.set, value, isHanded);
      const gets = this.#gets.get(property.get) ?? 0;
      if (gets >= GETS_PER_GETTER) continue;
      this.#gets.set(property.get, gets + 1);
      this.#outcome(`${step} (got)`, () => get(value, key) as unknown);
    }
  }

  /** What a module shares with the code around it must not be open to changes. */
  #checkFrozen(path: string, value: object, proto: object | null | undefined): void {
    const isShared = typeof value === 'function' || path.endsWith('[[proto]]');
    if (isShared && !isFrozen(value)) this.#changeable.add(path);
    if (proto !== null && proto !== undefined && !isFrozen(proto)) this.#changeable.add(`${path}.[[proto]]`);
  }

  #call({ path, holder }: Reached, target: () => unknown): void {
    // The symbols that it would make are the module's own.
    if ((target as unknown) === Symbol || (target as unknown) === Symbol.for) return;
    const text = toText.call(target);
    const isNative = text.includes('[native code]');
    const key = isNative ? path : text;
    if (!isNative && !this.#calls.has(key) && oracle.isOurText(text)) this.#callDeep(path, target, holder);
    for (let i = 0; i < TUPLES; i++) {
      const calls = this.#calls.get(key) ?? 0;
      if (calls >= CALLS_PER_TEXT) return;
      this.#calls.set(key, calls + 1);
      this.#callCount += 2;
      const args = Array.from({ length: this.#dice(4) }, () => this.#any());
      const self = i % 3 === 2 ? this.#any() : holder;
      this.#outcome(`${path}()`, () => apply(target, self, args) as unknown);
      this.#outcome(`new ${path}()`, () => construct(target, args) as unknown);
    }
  }

  /** Calls a function as near to the end of the stack as can be: whoever throws there must be of this realm too. */
  #callDeep(path: string, target: () => unknown, holder: unknown): void {
    const args = [this.#any(), this.#any()];
    // V8 ends the whole process when the stack ends while it compiles a regular expression: all of them are compiled here.
    for (let i = 0; i < 3; i++) attempt(() => apply(target, holder, args) as unknown);
    let left = DEPTHS;
    const dive = (): void => {
      try {
        dive();
      } catch {
        // The end of the stack: what follows is done on the way back.
      }
      if (left-- <= 0) return;
      let thrown: unknown;
      try {
        apply(target, holder, args);
        thrown = (get(new Error('x'), 'stack') as unknown) === 0;
      } catch (error) {
        thrown = error;
      }
      if (typeof thrown === 'object' && thrown !== null && left > 0) caught.push(thrown);
    };
    const caught: unknown[] = [];
    try {
      dive();
    } catch (error) {
      caught.push(error);
    }
    for (const error of caught) this.#visit(`thrown deep by ${path}`, error);
  }

  /** A sample, or now and then something that was reached. */
  #any(): unknown {
    const { length } = this.#found;
    if (length > 0 && this.#dice(5) === 0) return this.#found[this.#dice(Math.min(length, 2_000))]?.value;
    return this.#samples[this.#dice(this.#samples.length)];
  }

  #outcome(path: string, run: () => unknown): void {
    try {
      this.#visit(path, run());
    } catch (error) {
      this.#visit(`thrown by ${path}`, error);
    }
  }

  /** Waits for what is a promise, whatever it pretends to be. */
  #await(path: string, promise: object): void {
    attempt(
      () =>
        void apply(then, promise, [
          (value: unknown) => this.#visit(`await ${path}`, value),
          (error: unknown) => this.#visit(`rejected by ${path}`, error),
        ]),
    );
  }
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

/** Numbers from 0 up that are the same for the same seed. */
function dice(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
