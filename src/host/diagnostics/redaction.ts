import { isMap } from '../../values.js';

/** Names that often hold secrets. */
export const SECRET_NAMES = /pass|secret|token|auth|cookie|credential|session|private|api_?key|\bkey\b/i;

/** What stands in the place of a value that is not to be told. */
export const REDACTED = '[redacted]';

const DEEPEST = 32;

/** Hides what stands under names that look like secrets, wherever the host tells of values that a module handles. */
export class Redaction {
  readonly #names: RegExp;

  constructor(names: RegExp) {
    // A pattern that remembers where it stopped would let every other name through.
    this.#names = new RegExp(names.source, names.flags.replace(/[gy]/g, ''));
  }

  /** True for a name whose value is not to be told. */
  hides(name: string): boolean {
    return this.#names.test(name);
  }

  /** A copy to tell, with secrets hidden at every depth. What is nested deeper than 32 levels is hidden too. */
  copy(value: unknown, depth = 0): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (depth === DEEPEST) return REDACTED;
    if (Array.isArray(value)) return value.map((member: unknown) => this.copy(member, depth + 1));
    if (value instanceof Map) return new Map(this.#pairs(value.entries(), depth));
    if (value instanceof Set)
      return new Set([...value].map((member: unknown) => this.copy(member, depth + 1)));
    if (!isPlain(value)) return value;
    return Object.fromEntries(this.#pairs(Object.entries(value), depth));
  }

  *#pairs<Key>(pairs: Iterable<[Key, unknown]>, depth: number): Generator<[Key, unknown]> {
    for (const [key, value] of pairs) {
      const isHidden = typeof key === 'string' && this.hides(key);
      yield [key, isHidden ? REDACTED : this.copy(value, depth + 1)];
    }
  }
}

/** False for dates, bytes and the like, which have no names inside. */
function isPlain(value: object): value is Record<string, unknown> {
  return isMap(value) && Object.prototype.toString.call(value) === '[object Object]';
}
