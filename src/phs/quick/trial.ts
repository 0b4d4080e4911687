import type { Scope } from '../interpreter/scope.js';
import type { Limits } from '../limits.js';
import { getEntry } from '../values/entries.js';
import { isPhsMap, type PhsValue } from '../values/value.js';
import { conditionIn, type Condition } from './condition.js';
import { type Part, type Quick, SITES } from './sites.js';

/** A condition at a place of its own in the source; undefined when there is none left in this process. */
export function quickOf({ first, continueWhen, second }: Condition): Quick | undefined {
  return SITES.pop()?.(first, continueWhen, second ?? first);
}

/** With more shapes at one step than this, the ordinary code is as quick. */
const MAX_SHAPES = 2;

/** Watches some runs of a program, to tell whether its quick form would pay. */
export class Trial {
  readonly #condition: Condition | undefined;
  readonly #tests: readonly Part[];
  /** The shapes met at each step of the paths. */
  readonly #shapes = new Map<string, Set<string>>();
  #isOdd = false;

  constructor(code: string, limits: Limits) {
    this.#condition = conditionIn(code, limits);
    this.#tests = [this.#condition?.first, this.#condition?.second].filter((test) => test !== undefined);
  }

  /** Looks at what a run reads. */
  watch(scope: Scope): void {
    try {
      this.#watch(scope);
    } catch {
      // A getter or a proxy of a careless host: the run itself will meet it again, and say so.
      this.#isOdd = true;
    }
  }

  #watch(scope: Scope): void {
    for (const { root, key, inner } of this.#tests) {
      const value = scope[root];
      this.#see(root, value);
      if (inner !== undefined && isPhsMap(value)) this.#see(`${root}.${key}`, getEntry(value, key));
    }
  }

  #see(path: string, value: PhsValue): void {
    if (!isPhsMap(value) || Object.getPrototypeOf(value) !== Object.prototype) {
      this.#isOdd = true;
      return;
    }
    const shapes = this.#shapes.get(path) ?? new Set();
    this.#shapes.set(path, shapes.add(Object.keys(value).join()));
    if (shapes.size > MAX_SHAPES) this.#isOdd = true;
  }

  /** The quick form; undefined for what is no simple condition, is used on data of many shapes, or came too late. */
  verdict(): Quick | undefined {
    return this.#condition === undefined || this.#isOdd ? undefined : quickOf(this.#condition);
  }
}
