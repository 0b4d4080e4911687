import type { CharSet } from './char-set.js';

/** A pattern that the syntax does not allow, or that is too big. */
export class RegexError extends Error {}

/** Where a position stands, as an anchor or a boundary asks it. */
export type Assertion =
  | 'text-start'
  | 'text-end'
  | 'line-start'
  | 'line-end'
  | 'crlf-line-start'
  | 'crlf-line-end'
  | 'word-boundary'
  | 'no-word-boundary'
  | 'word-start'
  | 'word-end'
  | 'word-start-half'
  | 'word-end-half';

/** A pattern as a tree. Groups have no node of their own: a search asks whether there is a match, not where. */
export type RegexNode =
  | { readonly type: 'set'; readonly set: CharSet }
  | { readonly type: 'assert'; readonly assertion: Assertion; readonly isUnicode: boolean }
  | { readonly type: 'all'; readonly items: readonly RegexNode[] }
  | { readonly type: 'any'; readonly items: readonly RegexNode[] }
  | { readonly type: 'repeat'; readonly item: RegexNode; readonly least: number; readonly most: number };

/** The flags of `(?imsRUux)` that decide whether something matches. */
export interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
  readonly R: boolean;
  readonly u: boolean;
  readonly x: boolean;
}
