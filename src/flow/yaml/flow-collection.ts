import { codeNode, type FlowNode, type MapEntry, type ScalarNode } from '../node.js';
import { codeOf, type YamlSource } from './placed-code.js';
import { isQuoted, isWord, plainValue, quotedEnd, unquotedText } from './simple-scalar.js';
import { looksLikeCode } from '../source/looks-like-code.js';
import { settingBelow, settingOfItem, type Setting } from '../source/frames.js';
import { isEvaluated } from '../source/roles.js';
import type { SourceRange } from '../source/source-file.js';

/** A collection that was read. */
export interface FlowCollection {
  readonly node: FlowNode;
  /** Just behind the bracket that closes it. */
  readonly end: number;
  /** How many values it holds, itself counted. */
  readonly nodes: number;
}

/** Collections that are nested deeper are the parser's business. */
const MAX_DEPTH = 50;
/** Longer ones may be more than can be looked through again and again. */
const MAX_PLAIN = 1_000;
/** An unquoted scalar or key inside a collection ends before one of these. */
const PLAIN_END = /[,[\]{}\n]|:(?=[ ,[\]{}\n])| #/g;

/**
 * Reads the collection in `{}` or `[]` that opens at `at` and belongs to a key or dash at `column`: scalars, quoted or not, and further
 * collections, over as many lines as it takes. Undefined for everything else.
 */
export function readFlowCollection(
  source: YamlSource,
  at: number,
  column: number,
  setting: Setting,
): FlowCollection | undefined {
  const reader = new CollectionReader(source, at, column);
  const node = reader.collection(setting, 0);
  return node === undefined ? undefined : { node, end: reader.at, nodes: reader.nodes };
}

class CollectionReader {
  at: number;
  nodes = 0;
  readonly #source: YamlSource;
  readonly #text: string;
  readonly #column: number;

  constructor(source: YamlSource, at: number, column: number) {
    this.#source = source;
    this.#text = source.yaml.text;
    this.#column = column;
    this.at = at;
  }

  collection(setting: Setting, depth: number): FlowNode | undefined {
    if (depth > MAX_DEPTH) return undefined;
    this.nodes++;
    const start = this.at++;
    const isMap = this.#text[start] === '{';
    const close = isMap ? '}' : ']';
    const items: FlowNode[] = [];
    const entries = new Map<string, MapEntry>();
    for (let isFirst = true; ; isFirst = false) {
      if (!this.#blanks()) return undefined;
      if (this.#text[this.at] === close) break;
      if (!isFirst) {
        if (this.#text[this.at] !== ',') return undefined;
        this.at++;
        if (!this.#blanks()) return undefined;
        if (this.#text[this.at] === close) break;
      }
      if (!(isMap ? this.#entry(entries, setting, depth) : this.#item(items, setting, depth)))
        return undefined;
    }
    this.at++;
    const range = this.#range(start, this.at);
    return isMap ? { kind: 'map', entries, range } : { kind: 'list', items, range };
  }

  #item(items: FlowNode[], setting: Setting, depth: number): boolean {
    const value = this.#value(settingOfItem(setting), depth);
    if (value === undefined) return false;
    items.push(value);
    return true;
  }

  #entry(entries: Map<string, MapEntry>, setting: Setting, depth: number): boolean {
    const start = this.at;
    const raw = this.#scalarText();
    if (raw === undefined) return false;
    const key = isQuoted(raw) ? unquotedText(raw) : raw;
    if (!isQuoted(raw) && (isWord(raw) || typeof plainValue(raw) !== 'string')) return false;
    const range = this.#range(start, start + raw.length);
    if (this.#text[this.at] !== ':' || this.#text[this.at + 1] !== ' ') return false;
    this.at++;
    if (!this.#blanks()) return false;
    const value = this.#value(settingBelow(setting, key), depth);
    if (value === undefined) return false;
    // The parser says of a key that it stands twice.
    if (entries.has(key)) return false;
    entries.set(key, { key, value, range });
    return true;
  }

  #value(setting: Setting, depth: number): FlowNode | undefined {
    const char = this.#text[this.at];
    if (char === '{' || char === '[') return this.collection(setting, depth + 1);
    const start = this.at;
    const raw = this.#scalarText();
    if (raw === undefined) return undefined;
    // A colon makes a pair of it, which lists may hold too.
    if (this.#text[this.at] === ':') return undefined;
    this.nodes++;
    return this.#scalar(raw, start, setting);
  }

  #scalar(raw: string, start: number, { role, locals }: Setting): ScalarNode | undefined {
    const end = start + raw.length;
    const range = this.#range(start, end);
    const isInQuotes = isQuoted(raw);
    if (!isInQuotes && this.#source.findCode && isEvaluated(role) && looksLikeCode(raw, locals)) {
      return codeNode(this.#source.yaml.slice(start, end), range);
    }
    const value = isInQuotes ? unquotedText(raw) : plainValue(raw);
    if (value === undefined) return undefined;
    return { kind: 'scalar', value, code: codeOf(this.#source, value, start, end, range), range };
  }

  /** A scalar with its quotes, if it is one of one line; `at` moves behind it. */
  #scalarText(): string | undefined {
    const text = this.#text;
    const start = this.at;
    if (isQuoted(text.charAt(start))) {
      const end = quotedEnd(text, start);
      if (end === undefined) return undefined;
      this.at = end;
      return text.slice(start, end);
    }
    const line = text.slice(start, start + MAX_PLAIN);
    PLAIN_END.lastIndex = 0;
    const over = PLAIN_END.exec(line);
    if (over === null || over[0] === ' #') return undefined;
    // Blanks only: other spaces, such as the no-break space, are part of the text.
    const raw = line.slice(0, over.index).replace(/ +$/, '');
    // What does not start like a scalar is one of YAML's signs.
    if (raw === '' || plainValue(raw) === undefined) return undefined;
    this.at = start + over.index;
    return over[0] === '\n' && !this.#endsOnNextLine() ? undefined : raw;
  }

  /** An unquoted scalar goes on below unless the next line begins with something else. */
  #endsOnNextLine(): boolean {
    if (!this.#blanks()) return false;
    const char = this.#text[this.at];
    return char === ',' || char === '}' || char === ']';
  }

  /** Moves on to the next sign, on this line or below; false when lines below are not indented as they must be, or hold a comment. */
  #blanks(): boolean {
    const text = this.#text;
    for (;;) {
      while (text[this.at] === ' ') this.at++;
      const char = text[this.at];
      if (char !== '\n') return char !== undefined && char !== '#' && char !== '\t' && char !== '\r';
      const start = ++this.at;
      while (text[this.at] === ' ') this.at++;
      if (text[this.at] !== '\n' && this.at - start <= this.#column) return false;
    }
  }

  #range(start: number, end: number): SourceRange {
    const newline = this.#text.indexOf('\n', start);
    const stop = newline === -1 ? end : Math.min(end, newline);
    return this.#source.yaml.rangeAt(start, Math.max(1, stop - start));
  }
}
