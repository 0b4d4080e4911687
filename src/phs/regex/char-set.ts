import { RegexError } from './syntax.js';

/** A set of code points. */
export interface CharSet {
  has(point: number): boolean;
}

/** The set of one code point. */
export class Single implements CharSet {
  readonly #point: number;

  constructor(point: number) {
    this.#point = point;
  }

  has(point: number): boolean {
    return point === this.#point;
  }
}

/** Not asked yet, outside, inside. */
const UNKNOWN = 0;
const OUT = 1;
const IN = 2;

/**
 * A set that JavaScript's own engine decides, one code point at a time, so that its Unicode tables and its case folding are
 * used and nothing can backtrack.
 */
export class Class implements CharSet {
  readonly #test: RegExp;
  readonly #ascii = new Uint8Array(128).fill(UNKNOWN);

  /** @param source - a class in the syntax of the `v` flag, brackets included */
  constructor(source: string, ignoresCase: boolean) {
    try {
      this.#test = new RegExp(`^${source}$`, ignoresCase ? 'iv' : 'v');
    } catch (cause) {
      throw new RegexError('no such class of characters', { cause });
    }
  }

  has(point: number): boolean {
    const known = this.#ascii[point] ?? UNKNOWN;
    if (known !== UNKNOWN) return known === IN;
    const isIn = this.#test.test(String.fromCodePoint(point));
    if (point < 128) this.#ascii[point] = isIn ? IN : OUT;
    return isIn;
  }
}

/** A code point as classes of the `v` flag spell it. */
export function spelled(point: number): string {
  return `\\u{${point.toString(16)}}`;
}

const PERL: Readonly<Record<string, readonly [unicode: string, ascii: string]>> = {
  d: ['\\p{Nd}', '0-9'],
  s: ['\\p{White_Space}', '\\t\\n\\v\\f\\r '],
  w: ['\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}', '0-9A-Za-z_'],
};

/** The class of `\d`, `\s`, `\w` or, in capitals, of all other characters. */
export function perlClass(letter: string, isUnicode: boolean): string {
  const lower = letter.toLowerCase();
  const members = PERL[lower]?.[isUnicode ? 0 : 1] ?? '';
  if (letter === lower) return `[${members}]`;
  // Without Unicode these would match single bytes, which no text is made of.
  if (!isUnicode) throw new RegexError(`\\${letter} needs Unicode`);
  return `[^${members}]`;
}

const POSIX: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7f',
  blank: '\\t ',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '\\x21-\\x7e',
  lower: 'a-z',
  print: '\\x20-\\x7e',
  punct: '\\x21-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

/** The class of `[:name:]`; undefined when there is none of that name. */
export function posixClass(name: string, isNegated: boolean): string | undefined {
  const members = Object.hasOwn(POSIX, name) ? POSIX[name] : undefined;
  return members === undefined ? undefined : `[${isNegated ? '^' : ''}${members}]`;
}

const SPECIAL: Readonly<Record<string, string>> = {
  any: '[\\u{0}-\\u{10ffff}]',
  ascii: '[\\x00-\\x7f]',
  assigned: '[^\\p{Cn}]',
};

/**
 * The class of `\p{name}`: a general category, a script, a property, or `key=value`, `key:value`, `key!=value`. Case,
 * spaces and dashes in names do not matter.
 */
export function unicodeClass(name: string, isNegated: boolean): string {
  const found = /^([A-Za-z0-9_ -]+?)(?:(!=|=|:)([A-Za-z0-9_. -]+))?$/.exec(name);
  if (found === null) throw new RegexError(`no property ${name}`);
  const [, key = '', sign = '', value] = found;
  const special =
    value === undefined && Object.hasOwn(SPECIAL, key.toLowerCase()) ? SPECIAL[key.toLowerCase()] : undefined;
  const members = special ?? firstKnown(value === undefined ? namesAlone(key) : namesWith(key, value));
  return isNegated !== (sign === '!=') ? `[^${members}]` : `[${members}]`;
}

function namesAlone(name: string): readonly string[] {
  return [...variants(name), ...variants(name).map((variant) => `Script=${variant}`)];
}

function namesWith(key: string, value: string): readonly string[] {
  return variants(key).flatMap((k) => variants(value).map((v) => `${k}=${v}`));
}

/** How a name may be spelled in JavaScript: as it stands, in lower case, with capitals and underscores. */
function variants(name: string): readonly string[] {
  const words = name.trim().split(/[ _-]+|(?<=[a-z])(?=[A-Z])/);
  const title = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase()).join('_');
  return [name, name.toLowerCase(), title];
}

function firstKnown(names: readonly string[]): string {
  for (const name of names) {
    if (isKnown(name)) return `\\p{${name}}`;
  }
  throw new RegexError(`no property ${names[0] ?? ''}`);
}

function isKnown(name: string): boolean {
  try {
    return new RegExp(`\\p{${name}}`, 'v').flags === 'v';
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
