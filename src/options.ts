import { messageOf, PhlowError } from './errors.js';
import { didYouMean } from './nearest.js';
import { visibleLine } from './visible-text.js';

/** What an option may be. */
export interface Rule {
  /** The end of "it must be ...". */
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
  /** What each member of an object or a list has to be, where that decides: the error then names the member. */
  readonly member?: (value: unknown) => boolean;
  /** Options that stand in this option, when it is an object. */
  readonly inner?: Rules<object>;
}

/** A rule for each option of a kind: one that is added without a rule does not compile. */
export type Rules<T extends object> = { readonly [Name in keyof Required<T>]: Rule };

function rule(expected: string, accepts: (value: unknown) => boolean): Rule {
  return { expected, accepts };
}

function listOf(what: string, member: (value: unknown) => boolean): Rule {
  return {
    expected: `a list of ${what}`,
    accepts: (value) => Array.isArray(value) && value.every(member),
    member,
  };
}

/** The rules that options are made of. */
export const AS = {
  /** Something else looks at it. */
  given: rule('a value', () => true),
  text: rule('text', (value) => typeof value === 'string'),
  yesOrNo: rule('true or false', (value) => typeof value === 'boolean'),
  callback: rule('a function', (value) => typeof value === 'function'),
  milliseconds: rule(
    'a number of milliseconds from 0 up; Infinity means without end',
    (value) => typeof value === 'number' && value >= 0,
  ),
  texts: listOf('texts', (item) => typeof item === 'string'),
  pattern: rule(
    'a regular expression',
    (value) => Object.prototype.toString.call(value) === '[object RegExp]',
  ),
  object: rule('an object', isObject),
  functions: {
    expected: 'an object of functions',
    accepts: (value: unknown) => isObject(value) && Object.values(value).every(isFunction),
    member: isFunction,
  },
  instanceOf: (kind: abstract new (...args: never) => unknown, name: string): Rule =>
    rule(`an instance of ${name}`, (value) => value instanceof kind),
  list: rule('a list', (value) => Array.isArray(value)),
  items: rule(
    'something to iterate over, such as an async generator or an array',
    (value) => isObject(value) && (Symbol.asyncIterator in value || Symbol.iterator in value),
  ),
  signal: rule(
    'an AbortSignal',
    (value) =>
      isObject(value) &&
      'aborted' in value &&
      ['addEventListener', 'removeEventListener'].every((name) => typeof value[name] === 'function'),
  ),
  count: (from: number): Rule =>
    rule(
      `a whole number from ${from} up, or Infinity`,
      (value) => (Number.isInteger(value) || value === Infinity) && (value as number) >= from,
    ),
  number: (from: number, to = Infinity): Rule =>
    rule(
      to === Infinity ? `a number from ${from} up` : `a number from ${from} to ${to}`,
      (value) => typeof value === 'number' && value >= from && value <= to,
    ),
  oneOf: (...words: readonly string[]): Rule =>
    rule(`one of ${words.join(', ')}`, (value) => typeof value === 'string' && words.includes(value)),
  listOf: (what: string, { accepts }: Rule): Rule => listOf(what, accepts),
  either: (one: Rule, other: Rule): Rule =>
    rule(`${one.expected}, or ${other.expected}`, (value) => one.accepts(value) || other.accepts(value)),
  /** Options of their own. */
  options: <T extends object>(inner: Rules<T>): Rule => ({ ...AS.object, inner }),
  /** Options of their own, or something shorter. */
  optionsOr: <T extends object>(inner: Rules<T>, short: Rule): Rule => ({
    expected: `${short.expected}, or an object`,
    accepts: (value) => short.accepts(value) || isObject(value),
    inner,
  }),
} as const;

/**
 * Reads the options of one call of the public API, each property once: what is done later does not depend on what the caller changes
 * meanwhile. `attempt` begins the sentence of the error, such as `Cannot load module "x"`.
 *
 * @throws PHLOW_OPTION_INVALID for an option that does not exist, or that is not what it must be.
 */
export function readOptions<T extends object>(
  attempt: string,
  options: T | undefined,
  rules: Rules<T>,
  details: Readonly<Record<string, unknown>> = {},
): T {
  return read(attempt, options, rules, '', details) as T;
}

function read(
  attempt: string,
  options: unknown,
  rules: Rules<object>,
  at: string,
  details: Readonly<Record<string, unknown>>,
): object {
  if (options === undefined) return {};
  const refuse = (option: string, problem: string, cause?: unknown): never => {
    const message = `${attempt}: ${problem}`;
    throw new PhlowError('PHLOW_OPTION_INVALID', message, { cause, details: { ...details, option } });
  };
  if (!isObject(options) || Array.isArray(options))
    return refuse(
      at,
      `its ${at === '' ? 'options' : `option ${at}`} must be an object, found ${shown(options)}`,
    );
  const found: Record<string, unknown> = {};
  for (const name in options) {
    // What somebody has added to the prototype of all objects is no option.
    if (name in Object.prototype && !Object.hasOwn(options, name)) continue;
    const path = at === '' ? name : `${at}.${name}`;
    if (!Object.hasOwn(rules, name)) {
      const hint = didYouMean(name, Object.keys(rules)) || ` There are ${Object.keys(rules).join(', ')}`;
      return refuse(path, `there is no option "${visibleLine(path.slice(0, 80))}".${hint}`);
    }
    const { expected, accepts, member, inner } = (rules as Readonly<Record<string, Rule>>)[name] ?? AS.given;
    try {
      const value = options[name];
      if (value === undefined) continue;
      if (!accepts(value))
        refuse(
          path,
          `its option ${path} must be ${expected}, found ${shown(value)}${wrongMember(value, member)}`,
        );
      found[name] =
        inner !== undefined && isObject(value) ? read(attempt, value, inner, path, details) : value;
    } catch (error) {
      if (error instanceof PhlowError) throw error;
      return refuse(path, `its option ${path} cannot be read: ${messageOf(error)}`, error);
    }
  }
  return found;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

/** ` with 3 as its "rates"`, for what one member makes unacceptable. */
function wrongMember(value: unknown, accepts: Rule['member']): string {
  if (accepts === undefined || !isObject(value)) return '';
  const wrong = Object.entries(value).find(([, member]) => !accepts(member));
  if (wrong === undefined) return '';
  const [key, member] = wrong;
  return ` with ${shown(member)} as its ${Array.isArray(value) ? `item ${Number(key) + 1}` : shown(key)}`;
}

const MAX_SHOWN = 60;

/** What was found, as far as it can be said in a few words. */
function shown(value: unknown): string {
  if (typeof value === 'string') {
    const text = JSON.stringify(value);
    return visibleLine(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…"` : text);
  }
  if (value === null || typeof value !== 'object')
    return typeof value === 'function' ? 'a function' : String(value);
  return Array.isArray(value) ? 'a list' : 'an object';
}
