/** Strings first: the text of a schema may hold what looks like code. */
const TOKENS =
  /"(?:[^"\\]|\\.)*"|typeof (\w+) == "number"|!\((\w+) % 1\)|\bfor\(const (\w+) in (\w+)\)|\bif\((data\d*)\.(\w+) === undefined\)/g;

/**
 * In front of the check: `isNaN` and `isFinite` of the language throw for a bigint; `own` gives a loop nothing that is inherited. A loop over
 * `Object.keys` takes 8 ns more each time (measured), that over an empty object 2.
 */
const PRELUDE =
  'const isNaN = Number.isNaN, isFinite = (value) => typeof value == "bigint" || Number.isFinite(value), none = {};' +
  'function own(value) { for (const name in none) return { __proto__: null, ...value }; return value; }';

/**
 * Changes what the compiler's code does with two kinds of values. A bigint is the whole number that it is: integers of flows beyond 2^53 are
 * bigints, and the compiler knows numbers only. And the members of an object are its own: not those that all inherit, such as `constructor`,
 * nor what somebody has put on `Object.prototype`.
 */
export function adaptCode(code: string): string {
  return code
    .replace(TOKENS, (text, ...found: readonly (string | undefined)[]) => {
      const [compared, divided, key, keyed, owner, name = ''] = found;
      if (compared !== undefined) return `(typeof ${compared} == "number" || typeof ${compared} == "bigint")`;
      if (divided !== undefined) return `(typeof ${divided} == "bigint" || !(${divided} % 1))`;
      if (key !== undefined) return `for(const ${key} in own(${keyed ?? ''}))`;
      // A default for a member that every object inherits.
      if (owner !== undefined && name in Object.prototype) return `if(!Object.hasOwn(${owner}, "${name}"))`;
      return text;
    })
    .replace(/^"use strict";/, (directive) => directive + PRELUDE);
}
