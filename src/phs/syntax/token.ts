import type { PhsValue } from '../values/value.js';

/**
 * A token. A backtick string is a run of tokens: `template`, then `text` and `${` … `}$` in turn, then `template-end`.
 */
export interface Token {
  readonly kind: 'literal' | 'name' | 'symbol' | 'template' | 'text' | '${' | '}$' | 'template-end' | 'end';
  /** Names and symbols as written, the text of a `text`, else ''. */
  readonly text: string;
  /** The value of a literal. */
  readonly value: PhsValue;
  /** Where it begins and ends, in UTF-16 units. */
  readonly at: number;
  readonly end: number;
}

/** Words that can never be a variable, each with a meaning in the grammar. */
export const KEYWORDS: ReadonlySet<string> = new Set(
  (
    'true false null let const if else while loop do until for in switch break continue return throw try catch fn private ' +
    'import export as this'
  ).split(' '),
);

/** Words that are kept free of meaning; reading a variable of that name is an error. */
export const RESERVED: ReadonlySet<string> = new Set(
  (
    'var static is new use module package super async await yield sync shared spawn thread go goto public protected with ' +
    'case default match void nil'
  ).split(' '),
);

/** Reserved words that can be called like functions. */
export const CALLABLE_RESERVED: ReadonlySet<string> = new Set(
  'print debug type_of eval Fn call curry is_shared is_def_fn is_def_var'.split(' '),
);
