import type { Limits } from '../limits.js';
import { ScriptSyntaxError } from './syntax-error.js';
import { CALLABLE_RESERVED, KEYWORDS, RESERVED, type Token } from './token.js';

/** The tokens of a script with a position in it, and the limits on what is made of them. */
export class TokenStream {
  readonly #tokens: readonly Token[];
  readonly #limits: Limits;
  #position = 0;
  #depth = 0;
  #nodes = 0;

  constructor(tokens: readonly Token[], limits: Limits) {
    this.#tokens = tokens;
    this.#limits = limits;
  }

  /** The token `ahead` of the next one. The last token repeats forever. */
  peek(ahead = 0): Token {
    const token = this.#tokens[this.#position + ahead] ?? this.#tokens.at(-1);
    if (token === undefined) throw new ScriptSyntaxError('Script is incomplete', 0);
    return token;
  }

  next(): Token {
    const token = this.peek();
    this.#position++;
    return token;
  }

  /** Counts one node of the tree. */
  count(): void {
    this.#nodes++;
    if (this.#nodes > this.#limits.nodes) throw this.#tooComplex(`more than ${this.#limits.nodes} nodes`);
  }

  /** Parses something that stands `levels` deeper. */
  nested<T>(parse: () => T, levels = 1): T {
    this.#depth += levels;
    if (this.#depth > this.#limits.depth) throw this.#tooComplex(`nested deeper than ${this.#limits.depth}`);
    const result = parse();
    this.#depth -= levels;
    return result;
  }

  /** Fails when a chain of operators or methods has grown too long: its tree is as deep as the chain is long. */
  checkChain(length: number): void {
    if (this.#depth + length > this.#limits.depth) {
      throw this.#tooComplex(`a chain of more than ${this.#limits.depth}`);
    }
  }

  is(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.text === text && (token.kind === 'symbol' || token.kind === 'name');
  }

  /** Takes the token if it is `text`. */
  take(text: string): boolean {
    if (!this.is(text)) return false;
    this.#position++;
    return true;
  }

  /** Takes the token `text`, or fails with what was expected. */
  expect(text: string, what: string): Token {
    if (this.is(text)) return this.next();
    throw this.error(what);
  }

  /** Takes the comma between the items of a list; none is needed before the list's end, and before the text's end its absence is another error. */
  separator(close: string, what: string): void {
    if (!this.is(close) && this.peek().kind !== 'end') this.expect(',', what);
  }

  /** Any word, keyword or not: a property, a key. */
  word(what: string): Token {
    if (this.peek().kind === 'name') return this.next();
    throw this.error(what);
  }

  /** A word that can name a variable, a parameter or a function. */
  variable(what = 'Expecting name of a variable'): Token {
    const token = this.peek();
    if (token.kind !== 'name' || KEYWORDS.has(token.text)) throw this.error(what);
    if (RESERVED.has(token.text) || CALLABLE_RESERVED.has(token.text)) throw this.reserved(token);
    return this.next();
  }

  /** An error at the next token. */
  error(message: string, token = this.peek()): ScriptSyntaxError {
    return new ScriptSyntaxError(message, token.at, Math.max(1, token.end - token.at));
  }

  reserved(token: Token): ScriptSyntaxError {
    return this.error(`'${token.text}' is a reserved keyword`, token);
  }

  unexpected(): ScriptSyntaxError {
    const token = this.peek();
    switch (token.kind) {
      case 'end':
        return this.error('Script is incomplete');
      case '}$':
        return this.error("Unexpected '}'");
      case 'symbol':
        if (token.text === '...') return this.error("'...' is a reserved symbol");
        if (token.text === '?') return this.error("Unknown operator: '?'");
        return this.error(`Unexpected '${token.text}'`);
      case 'name':
        if (RESERVED.has(token.text)) return this.reserved(token);
        return this.error(`Unexpected '${token.text}'`);
      default:
        return this.error('Unexpected literal');
    }
  }

  #tooComplex(how: string): ScriptSyntaxError {
    const { at } = this.peek();
    return new ScriptSyntaxError(`Expression exceeds maximum complexity: ${how}`, at, 1, true);
  }
}
