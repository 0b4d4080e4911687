import { readBlockScalar } from './block-scalar.js';
import { codeNode, type FlowNode, type MapEntry } from '../node.js';
import { readFlowCollection } from './flow-collection.js';
import { FLOW_LIMITS } from '../limits.js';
import { codeOf, type YamlSource } from './placed-code.js';
import { settingBelow, settingOfItem, TOP, type Setting } from '../source/frames.js';
import type { SourceRange } from '../source/source-file.js';
import { isQuoted, isWord, plainValue, quotedEnd, unquotedText } from './simple-scalar.js';

/** Behind a key that needs no quotes stands a colon, and behind that a blank or nothing. */
const KEY = /[A-Za-z_][\w.$/-]*(?: +[\w.$/-]+)*(?=:(?:[ \n]|$))/y;
/** Longer lines may be more than a regular expression can go back over. */
const MAX_LINE_LENGTH = 100_000;
/** The parser refuses keys that are only a little longer. */
const MAX_KEY_LENGTH = 1_000;
/** Flows that are nested deeper are the parser's business: it knows its own limits. */
const MAX_DEPTH = 100;

/**
 * Reads the YAML that nearly all flows consist of: block mappings and block lists of scalars that fit on their line, of texts in `|` and
 * `>` blocks and of small collections in `{}` and `[]`. Undefined for everything else, valid or not: that is the parser's business, which says the same about what is read here, ten times as slowly.
 */
export function readBlockYaml(source: YamlSource): FlowNode | undefined {
  return new BlockReader(source).read();
}

/** A mapping or a list that is not at its end yet. */
interface Open {
  readonly column: number;
  /** The end of the line it starts on. */
  readonly firstLineEnd: number;
  /** Of a mapping, and its key that comes next. */
  readonly entries: Map<string, MapEntry> | undefined;
  readonly items: FlowNode[];
  key: string;
  keyRange: SourceRange | undefined;
  /** Where the value of the last key or dash would stand; -1 when it is there. */
  waitsAt: number;
}

class BlockReader {
  readonly #source: YamlSource;
  readonly #text: string;
  readonly #open: Open[] = [];
  #root: FlowNode | undefined;
  #nodes = 0;
  #lineEnd = 0;

  constructor(source: YamlSource) {
    this.#source = source;
    this.#text = source.yaml.text;
  }

  read(): FlowNode | undefined {
    const text = this.#text;
    for (let start = 0; start < text.length; start = this.#lineEnd + 1) {
      const newline = text.indexOf('\n', start);
      this.#lineEnd = newline === -1 ? text.length : newline;
      if (!this.#line(start)) return undefined;
    }
    const last = this.#open.at(-1);
    const isWhole = last === undefined || last.waitsAt === -1 || this.#putNull(last);
    return isWhole ? this.#root : undefined;
  }

  /** Takes a line in; false when it is not simple. */
  #line(start: number): boolean {
    const text = this.#text;
    if (this.#lineEnd - start > MAX_LINE_LENGTH) return false;
    let at = this.#skip(start);
    if (this.#isOver(at)) return true;
    let open: Open | undefined;
    while (text[at] === '-' && this.#isBlank(at + 1)) {
      open = this.#enter(at - start, true, at);
      if (open === undefined) return false;
      at = this.#skip(at + 1);
      open.waitsAt = at;
    }
    const end = this.#keyEnd(at);
    if (end !== undefined) {
      const raw = text.slice(at, end);
      if (isWord(raw) || raw.length > MAX_KEY_LENGTH) return false;
      const key = isQuoted(raw) ? unquotedText(raw) : raw;
      open = this.#enter(at - start, false, at);
      if (open === undefined) return false;
      open.key = key;
      open.keyRange = this.#source.yaml.rangeAt(at, end - at);
      at = this.#skip(end + 1);
      open.waitsAt = at;
    }
    if (open === undefined) return false;
    if (this.#isOver(at)) return true;
    const value = this.#value(at, open.column);
    return value !== undefined && this.#put(open, value);
  }

  /** Where the key ends that stands at `at`, if one does. */
  #keyEnd(at: number): number | undefined {
    const text = this.#text;
    if (isQuoted(text.charAt(at))) {
      const end = quotedEnd(text, at);
      return end !== undefined && text[end] === ':' && this.#isBlank(end + 1) ? end : undefined;
    }
    KEY.lastIndex = at;
    return KEY.test(text) ? KEY.lastIndex : undefined;
  }

  /** The container that a dash or a key at `column` belongs to; undefined when it fits nowhere. */
  #enter(column: number, isDash: boolean, at: number): Open | undefined {
    for (let top = this.#open.at(-1); top !== undefined; top = this.#open.at(-1)) {
      const isMap = top.entries !== undefined;
      if (top.waitsAt !== -1) {
        // A list may stand at the column of the key that it belongs to.
        if (column > top.column || (column === top.column && isDash && isMap)) {
          return this.#container(column, isDash, at, top);
        }
        if (!this.#putNull(top)) return undefined;
      }
      if (column === top.column && isDash !== isMap) return top;
      if (column > top.column) return undefined;
      this.#open.pop();
    }
    return this.#root === undefined ? this.#container(column, isDash, at, undefined) : undefined;
  }

  #container(column: number, isDash: boolean, at: number, outer: Open | undefined): Open | undefined {
    if (this.#open.length >= MAX_DEPTH) return undefined;
    const range = this.#source.yaml.rangeAt(at, this.#lineEnd - at);
    const items: FlowNode[] = [];
    const entries = isDash ? undefined : new Map<string, MapEntry>();
    const node: FlowNode =
      entries === undefined ? { kind: 'list', items, range } : { kind: 'map', entries, range };
    if (outer === undefined) this.#root = node;
    else if (!this.#put(outer, node)) return undefined;
    const firstLineEnd = this.#lineEnd;
    const open: Open = { column, firstLineEnd, entries, items, key: '', keyRange: undefined, waitsAt: -1 };
    this.#open.push(open);
    return open;
  }

  /** Where a container ends that has nothing but this on its only line is the parser's secret. */
  #putNull(open: Open): boolean {
    if (open.waitsAt <= open.firstLineEnd) return false;
    const range = this.#source.yaml.rangeAt(open.waitsAt, 1);
    return this.#put(open, { kind: 'scalar', value: null, code: undefined, range });
  }

  #put(open: Open, value: FlowNode): boolean {
    const { entries, items, key } = open;
    open.waitsAt = -1;
    if (entries === undefined) {
      items.push(value);
    } else {
      // The parser says of a key that it stands twice.
      if (entries.has(key)) return false;
      entries.set(key, { key, value, range: open.keyRange });
    }
    return ++this.#nodes <= FLOW_LIMITS.nodes;
  }

  /** The value that starts at `at`, behind a key or dash at `column`; `#lineEnd` moves to where it ends. */
  #value(at: number, column: number): FlowNode | undefined {
    switch (this.#source.codes.has(at) ? undefined : this.#text[at]) {
      case '|':
      case '>':
        return this.#blockScalar(at, column);
      case '{':
      case '[':
        return this.#collection(at, column);
      default:
        return this.#scalar(at);
    }
  }

  #blockScalar(at: number, column: number): FlowNode | undefined {
    const read = readBlockScalar(this.#text, at, column);
    if (read === undefined) return undefined;
    const range = this.#source.yaml.rangeAt(at, this.#lineEnd - at);
    this.#lineEnd = read.end;
    const code = codeOf(this.#source, read.value, at, read.end, range);
    return { kind: 'scalar', value: read.value, code, range };
  }

  #collection(at: number, column: number): FlowNode | undefined {
    const read = readFlowCollection(this.#source, at, column, this.#setting());
    if (read === undefined) return undefined;
    this.#nodes += read.nodes - 1;
    const newline = this.#text.indexOf('\n', read.end);
    this.#lineEnd = newline === -1 ? this.#text.length : newline;
    return this.#isOver(this.#skip(read.end), read.end) ? read.node : undefined;
  }

  /** Where the next value stands. */
  #setting(): Setting {
    let setting = TOP;
    for (const { entries, key } of this.#open) {
      setting = entries === undefined ? settingOfItem(setting) : settingBelow(setting, key);
    }
    return setting;
  }

  /** The scalar that takes up the rest of the line, but for a comment. */
  #scalar(at: number): FlowNode | undefined {
    const text = this.#text;
    const known = this.#source.codes.get(at);
    if (known !== undefined) {
      // What the rewriter puts in for code ends its line.
      const range = this.#source.yaml.rangeAt(at, this.#lineEnd - at);
      return codeNode(known, range);
    }
    const isInQuotes = isQuoted(text.charAt(at));
    const end = isInQuotes ? quotedEnd(text, at) : this.#plainEnd(at);
    if (end === undefined || !this.#isOver(this.#skip(end), end)) return undefined;
    const raw = text.slice(at, end);
    const value = isInQuotes ? unquotedText(raw) : plainValue(raw);
    if (value === undefined) return undefined;
    const range = this.#source.yaml.rangeAt(at, end - at);
    return { kind: 'scalar', value, code: codeOf(this.#source, value, at, end, range), range };
  }

  /** Where an unquoted scalar ends: before a comment and the blanks in front of it. */
  #plainEnd(at: number): number {
    // Searched in the line alone: in the whole text each search could go on to its end.
    const line = this.#text.slice(at, this.#lineEnd);
    const comment = line.indexOf(' #');
    let end = comment === -1 ? line.length : comment;
    while (line[end - 1] === ' ') end--;
    return at + end;
  }

  #skip(from: number): number {
    let at = from;
    while (this.#text[at] === ' ') at++;
    return at;
  }

  #isBlank(at: number): boolean {
    return at >= this.#lineEnd || this.#text[at] === ' ';
  }

  /** True when the line has nothing more than a comment; one needs a blank between itself and what ends at `end`. */
  #isOver(at: number, end = -1): boolean {
    return at >= this.#lineEnd || (this.#text[at] === '#' && at !== end);
  }
}
