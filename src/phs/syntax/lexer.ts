import { isAsciiDigit, isAsciiLetter, lexNumber } from './lex-number.js';
import { lexBacktickText, lexQuoted, lexRaw } from './lex-string.js';
import { ScriptSyntaxError } from './syntax-error.js';
import type { Token } from './token.js';
import type { PhsValue } from '../values/value.js';

const SYMBOLS: readonly string[] = (
  '**= <<= >>= ..= ... === !== <| |> ** << >> && || == != <= >= += -= *= /= %= &= |= ^= ?? ?. ?[ .. :: => #{ ++ -- -> <- := :; ' +
  '(* *) #! !. + - * / % & | ^ ! < > = ? . , : ; ( ) [ ] { } _ ~ @ # $'
).split(' ');

/** Every symbol, the longest first, so that the first match is the right one. */
const SYMBOL = new RegExp(
  [...SYMBOLS]
    .sort((a, b) => b.length - a.length)
    .map((symbol) => symbol.replace(/[^]/g, '\\$&'))
    .join('|'),
  'y',
);

/** Symbols that other languages have and phs has not, with what is said about them (docs/spec/phs.md 8.3). */
const REFUSED: Readonly<Record<string, string>> = {
  '===': "'===' is not a valid operator. This is not JavaScript! Should it be '=='?",
  '!==': "'!==' is not a valid operator. This is not JavaScript! Should it be '!='?",
  '->': "'->' is not a valid symbol. This is not C or C++!",
  '<-': "'<-' is not a valid symbol. Should it be '<='?",
  ':=': "':=' is not a valid assignment operator. This is not Go or Pascal! Should it be simply '='?",
  ':;': "':;' is not a valid symbol. Should it be '::'?",
  '(*': "'(*' is not a valid comment format. This is not Pascal! Should it be '/*'?",
  '*)': "'*)' is not a valid comment format. This is not Pascal! Should it be '*/'?",
  '++': "Unknown operator: '++'",
  '--': "Unknown operator: '--'",
  '<|': "'<|' is a reserved symbol",
  '|>': "'|>' is a reserved symbol",
  '!.': "'!.' is a reserved symbol",
  '#!': "'#!' is a reserved symbol",
  '~': "'~' is a reserved symbol",
  '@': "'@' is a reserved symbol",
  '#': "'#' is a reserved symbol",
  $: "'$' is a reserved symbol",
};

/** Symbols that no longer one starts with: they need no search. */
const SINGLE: ReadonlySet<string> = new Set(
  SYMBOLS.filter(
    (symbol) =>
      !Object.hasOwn(REFUSED, symbol) &&
      SYMBOLS.every((other) => other === symbol || !other.startsWith(symbol)),
  ).filter((symbol) => symbol.length === 1 && symbol !== '_'),
);

const SPACE = /[ \t\r\n\v\f]+|\/\/[^\n]*/y;
const COMMENT_EDGE = /\/\*|\*\//g;
/** Letters of any script may begin a name; the original takes ASCII only. */
const NAME = /_*\p{L}[\p{L}\p{M}\p{N}_]*/uy;
const BAD_NAME = /_+[0-9_]\w*/y;

/** Splits code into tokens. */
export class Lexer {
  readonly #code: string;
  readonly #tokens: Token[] = [];
  /** For each `${` that is open: how many braces are open inside it. */
  readonly #interpolations: number[] = [];
  #at = 0;

  constructor(code: string) {
    this.#code = code;
  }

  /** All tokens; the last one is `end`. */
  tokens(): readonly Token[] {
    if (this.#code.startsWith('#!')) this.#at = Math.max(0, this.#code.search(/\n|$/));
    for (;;) {
      this.#skipSpace();
      if (this.#at >= this.#code.length) break;
      this.#token();
    }
    if (this.#interpolations.length > 0) throw this.#error('Open string is not terminated', this.#at);
    this.#push('end', '', this.#at);
    return this.#tokens;
  }

  #token(): void {
    const start = this.#at;
    const first = this.#code.charAt(start);
    if (first >= '0' && first <= '9') {
      const { value, end } = lexNumber(this.#code, start);
      this.#literal(value, end);
      return;
    }
    if (first === '"' || first === "'") {
      const { value, end } = lexQuoted(this.#code, start);
      this.#literal(value, end);
      return;
    }
    if (first === '#' && /^#+"/.test(this.#code.slice(start, start + 16))) {
      const { value, end } = lexRaw(this.#code, start);
      this.#literal(value, end);
      return;
    }
    if (first === '`') {
      this.#at++;
      this.#push('template', '', start);
      this.#templateText(true);
      return;
    }
    const name = this.#asciiName() ?? this.#match(NAME);
    if (name !== undefined) {
      this.#push('name', name, start);
      return;
    }
    this.#symbol(start);
  }

  /** A name without further letters; most are, and the pattern for all letters is slow to start. */
  #asciiName(): string | undefined {
    const start = this.#at;
    if (!isAsciiLetter(this.#code.charCodeAt(start))) return undefined;
    let at = start + 1;
    let char = this.#code.charCodeAt(at);
    while (isAsciiLetter(char) || isAsciiDigit(char) || char === 0x5f) char = this.#code.charCodeAt(++at);
    if (char > 0x7f) return undefined;
    this.#at = at;
    return this.#code.slice(start, at);
  }

  #symbol(start: number): void {
    if (this.#code.charAt(start) === '_' && this.#match(BAD_NAME) !== undefined) {
      throw this.#error('Variable name is not proper', start);
    }
    const symbol = this.#single() ?? this.#match(SYMBOL);
    if (symbol === undefined) {
      const found = String.fromCodePoint(this.#code.codePointAt(start) ?? 0);
      throw this.#error(`Unexpected '${found}'`, start);
    }
    const refused = Object.hasOwn(REFUSED, symbol) ? REFUSED[symbol] : undefined;
    if (refused !== undefined) throw this.#error(refused, start, symbol.length);
    const open = this.#interpolations.length - 1;
    if (open >= 0) {
      const depth = this.#interpolations[open] ?? 0;
      if (symbol === '}' && depth === 0) {
        this.#interpolations.pop();
        this.#push('}$', '}', start);
        this.#templateText(false);
        return;
      }
      if (symbol === '{' || symbol === '#{') this.#interpolations[open] = depth + 1;
      if (symbol === '}') this.#interpolations[open] = depth - 1;
    }
    this.#push('symbol', symbol, start);
  }

  #single(): string | undefined {
    const first = this.#code.charAt(this.#at);
    if (!SINGLE.has(first)) return undefined;
    this.#at++;
    return first;
  }

  /** The text of a backtick string up to its end or to the next `${`. */
  #templateText(isFirst: boolean): void {
    const start = this.#at;
    const { text, end, stop } = lexBacktickText(this.#code, start, isFirst);
    this.#at = end;
    if (text !== '') this.#push('text', text, start);
    this.#at = end + stop.length;
    if (stop === '`') {
      this.#push('template-end', '', end);
      return;
    }
    this.#interpolations.push(0);
    this.#push('${', '', end);
  }

  #skipSpace(): void {
    for (;;) {
      const char = this.#code.charCodeAt(this.#at);
      // Neither a blank nor a slash.
      if (char > 0x20 && char !== 0x2f) return;
      if (this.#match(SPACE) !== undefined) continue;
      if (!this.#code.startsWith('/*', this.#at)) return;
      this.#skipComment();
    }
  }

  /** Block comments nest; an open one runs to the end of the code. */
  #skipComment(): void {
    let depth = 0;
    COMMENT_EDGE.lastIndex = this.#at;
    for (let edge = COMMENT_EDGE.exec(this.#code); edge !== null; edge = COMMENT_EDGE.exec(this.#code)) {
      depth += edge[0] === '/*' ? 1 : -1;
      if (depth === 0) {
        this.#at = COMMENT_EDGE.lastIndex;
        return;
      }
    }
    this.#at = this.#code.length;
  }

  #match(pattern: RegExp): string | undefined {
    const start = this.#at;
    pattern.lastIndex = start;
    if (!pattern.test(this.#code)) return undefined;
    this.#at = pattern.lastIndex;
    return this.#code.slice(start, this.#at);
  }

  #literal(value: PhsValue, end: number): void {
    const start = this.#at;
    this.#at = end;
    this.#tokens.push({ kind: 'literal', text: '', value, at: start, end });
  }

  #push(kind: Token['kind'], text: string, at: number): void {
    this.#tokens.push({ kind, text, value: null, at, end: this.#at });
  }

  #error(message: string, at: number, width = 1): ScriptSyntaxError {
    return new ScriptSyntaxError(message, at, width);
  }
}
