import { isMap } from './values.js';

/**
 * Names that nearly always hold secrets, in any spelling: `password`, `dbPassword`, `API_KEY`. What only sounds like them (`author`, `compass`,
 * `passed`, `max_tokens`) is shown.
 */
export const SECRET_NAME =
  /(?<!by|com|over|sur|tres)pass(?!ag|ed|eng|es|ing|ion|iv)|pwd|secret|(?<!(?:max|min|num|count)[_-]?)token|auth(?!or(?!i[sz]))|bearer|cookie|credential|session|private|(?:api|access|encryption|license|private|signing)[_-]?key|(?:^|[_-])(?:cvc|cvv|jwt|otp|pin|ssn)(?:$|[_-])/i;

/** Names that often hold secrets, with those that can as well be harmless: for reports that keep whole inputs. */
export const SECRET_NAMES = new RegExp(String.raw`${SECRET_NAME.source}|\bkey\b`, 'i');

/** Replaces a value that must stay hidden. */
export const REDACTED = '[redacted]';

const DEEPEST = 32;

/** What a schema says of a place in a value. */
export interface SecretPlace {
  /** True: a secret whatever its name is. False: none in spite of its name. */
  readonly isSecret: boolean | undefined;
  /** The place of a member or item. */
  below(segment: string): SecretPlace;
}

/** A place of which no schema says anything. */
const UNSAID: SecretPlace = { isSecret: undefined, below: () => UNSAID };

/** Hides what stands under names that look like secrets, or what a schema calls one, wherever values that a module handles are shown. */
export class Redaction {
  readonly #names: RegExp;

  constructor(names: RegExp) {
    // A pattern that remembers where it stopped would let every other name through.
    this.#names = new RegExp(names.source, names.flags.replace(/[gy]/g, ''));
  }

  /** True for a name whose value must stay hidden. */
  hides(name: string, { isSecret }: SecretPlace = UNSAID): boolean {
    return isSecret ?? this.#names.test(name);
  }

  /** A copy to show, with secrets hidden at every depth. What is nested deeper than 32 levels is hidden too. */
  copy(value: unknown, place: SecretPlace = UNSAID, depth = 0): unknown {
    if (place.isSecret === true) return REDACTED;
    if (typeof value !== 'object' || value === null) return value;
    if (depth === DEEPEST) return REDACTED;
    const item = (member: unknown, index: number): unknown =>
      this.copy(member, place.below(String(index)), depth + 1);
    if (Array.isArray(value)) return value.map(item);
    if (value instanceof Map) return new Map(this.#pairs(value.entries(), place, depth));
    if (value instanceof Set) return new Set([...value].map(item));
    if (!isPlain(value)) return value;
    return Object.fromEntries(this.#pairs(Object.entries(value), place, depth));
  }

  *#pairs<Key>(
    pairs: Iterable<[Key, unknown]>,
    place: SecretPlace,
    depth: number,
  ): Generator<[Key, unknown]> {
    for (const [key, value] of pairs) {
      const inner = typeof key === 'string' ? place.below(key) : UNSAID;
      const isHidden = typeof key === 'string' && this.hides(key, inner);
      yield [key, isHidden ? REDACTED : this.copy(value, inner, depth + 1)];
    }
  }
}

/** False for dates, bytes and the like, which have no names inside. */
function isPlain(value: object): value is Record<string, unknown> {
  return isMap(value) && Object.prototype.toString.call(value) === '[object Object]';
}

const MAX_CAUSES = 8;

/** True for an error that a secret has led to: by a violation in its own details, or in those of a cause. */
export function isAboutSecret(error: unknown): boolean {
  let at = error;
  for (let depth = 0; depth < MAX_CAUSES && isMap(at); depth++) {
    const violations = isMap(at['details']) ? at['details']['violations'] : undefined;
    if (Array.isArray(violations) && violations.some((one) => isMap(one) && one['secret'] === true))
      return true;
    at = at['cause'];
  }
  return false;
}
