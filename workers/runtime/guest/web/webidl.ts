/** What the standards' interfaces share: how arguments are converted, and how a class looks from outside. */

const LONE_SURROGATES = /\p{Surrogate}/gu;

/** A value as text, as every method of the web converts its arguments; may run code of the module. */
export function toDomString(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'symbol') throw new TypeError('Cannot convert a symbol to text');
  return String(value);
}

/** The same, with halves of surrogate pairs replaced: what URLs and encoders work on. */
export function toUsvString(value: unknown): string {
  return wellFormed(toDomString(value));
}

/** Text in which halves of surrogate pairs are replaced by U+FFFD. */
export function wellFormed(text: string): string {
  // With the `u` flag a whole pair is one code point, which is no surrogate.
  return text.replace(LONE_SURROGATES, '\uFFFD');
}

/** Refuses a call with fewer arguments than the interface asks for. */
export function needArguments(given: number, needed: number, what: string): void {
  if (given < needed)
    throw new TypeError(`Cannot call ${what}: it needs ${needed} argument(s) and was given ${given}`);
}

/** A dictionary argument: its members are read from it; undefined and null stand for an empty one. */
export function toDictionary(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (value === undefined || value === null) return EMPTY;
  if (typeof value !== 'object' && typeof value !== 'function')
    throw new TypeError(`Cannot read the options of ${what}: they must be an object`);
  return value as Readonly<Record<string, unknown>>;
}

const EMPTY: Readonly<Record<string, unknown>> = Object.freeze({ __proto__: null });

/** The class behind a constructor whose type says more than this file needs. */
type AnyClass = abstract new (...args: never[]) => object;

/** Makes a class look as the standards have it: members can be enumerated, and objects name their interface. */
export function asInterface(made: AnyClass, name: string): void {
  const prototype = made.prototype as object;
  for (const key of Object.getOwnPropertyNames(prototype))
    if (key !== 'constructor') Object.defineProperty(prototype, key, { enumerable: true });
  Object.defineProperty(prototype, Symbol.toStringTag, { value: name, configurable: true });
}
