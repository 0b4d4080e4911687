import { setEntry } from '../../phs/values/entries.js';
import type { Member, Node, Spread } from '../../phs/syntax/ast.js';
import { limitsWith } from '../../phs/limits.js';
import { parseScript } from '../../phs/syntax/parser.js';
import { codeIn, scalarOf } from '../../phs/values/scalar.js';
import { toValue } from '../../phs/values/value.js';
import type { Value } from '../../values.js';
import type { FlowNode, ScalarNode } from '../node.js';
import type { SourceRange } from '../source/source-file.js';

/** What is known of a value before anything runs. */
export type StaticValue =
  | StaticUnknown
  | { readonly kind: 'scalar'; readonly value: Value; readonly range: SourceRange | undefined }
  | StaticList
  | StaticMap;

/** A value that only a run can tell. */
export interface StaticUnknown {
  readonly kind: 'unknown';
  /** Where the value is read from if it is handed on as it is: `['main', 'body', 'name']`. */
  readonly path?: readonly string[] | undefined;
  /** True for text with computed parts. */
  readonly isText?: boolean | undefined;
  readonly range: SourceRange | undefined;
}

/** A list whose length is known. */
export interface StaticList {
  readonly kind: 'list';
  readonly items: readonly StaticValue[];
  readonly range: SourceRange | undefined;
}

/** A mapping. */
export interface StaticMap {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, StaticValue>;
  /** True when it may have further keys, and any value of what stands before them may be another. */
  readonly isOpen: boolean;
  readonly range: SourceRange | undefined;
}

/** What a value of a flow file will be, as far as it can be known: literals stay, computed parts are unknown. */
export function staticValue(node: FlowNode): StaticValue {
  const { range } = node;
  switch (node.kind) {
    case 'list':
      return { kind: 'list', items: node.items.map(staticValue), range };
    case 'map': {
      const entries = new Map([...node.entries].map(([key, entry]) => [key, staticValue(entry.value)]));
      return { kind: 'map', entries, isOpen: false, range };
    }
    case 'scalar': {
      const code = typeof node.value === 'string' ? codeIn(node.value) : undefined;
      if (code === undefined) return { kind: 'scalar', value: toValue(scalarOf(node.value)), range };
      return ofCode(code, node);
    }
  }
}

/** The value itself when all of it is known; undefined otherwise. */
export function wholeValue(value: StaticValue): { readonly value: Value } | undefined {
  switch (value.kind) {
    case 'unknown':
      return undefined;
    case 'scalar':
      return { value: value.value };
    case 'list': {
      const items = value.items.map(wholeValue);
      const known = items.filter((item) => item !== undefined);
      return known.length === items.length ? { value: known.map((item) => item.value) } : undefined;
    }
    case 'map': {
      if (value.isOpen) return undefined;
      const map: Record<string, Value> = {};
      for (const [key, entry] of value.entries) {
        const known = wholeValue(entry);
        if (known === undefined) return undefined;
        setEntry(map, key, known.value);
      }
      return { value: map };
    }
  }
}

function ofCode(code: string, node: ScalarNode): StaticValue {
  const unknown = { kind: 'unknown', range: node.range } as const;
  try {
    const { body, functions } = parseScript(code, limitsWith(undefined));
    const [only] = body;
    if (only === undefined || body.length > 1 || functions.length > 0) return unknown;
    return new CodeReader(node).read(only);
  } catch {
    // Code that does not parse is reported where it is compiled.
    return unknown;
  }
}

class CodeReader {
  readonly #node: ScalarNode;

  constructor(node: ScalarNode) {
    this.#node = node;
  }

  read(node: Node): StaticValue {
    const range = this.#spotAt(node.at);
    switch (node.type) {
      case 'literal':
        return { kind: 'scalar', value: toValue(node.value), range };
      case 'template': {
        const [text = '', ...others] = node.parts;
        return typeof text === 'string' && others.length === 0
          ? { kind: 'scalar', value: text, range }
          : { kind: 'unknown', isText: true, range };
      }
      case 'array': {
        const items: StaticValue[] = [];
        for (const item of node.items) {
          if (item.type === 'spread') return { kind: 'unknown', range };
          items.push(this.read(item));
        }
        return { kind: 'list', items, range };
      }
      case 'object':
        return this.#object(node.members, range);
      default:
        return { kind: 'unknown', path: pathOf(node), range };
    }
  }

  #object(members: readonly (Member | Spread)[], range: SourceRange | undefined): StaticValue {
    const entries = new Map<string, StaticValue>();
    let isOpen = false;
    for (const member of members) {
      if (member.type === 'member') {
        entries.set(member.key, this.read(member.value));
        continue;
      }
      const spread = this.read(member.value);
      if (spread.kind === 'map') {
        if (spread.isOpen) forget(entries);
        for (const [key, value] of spread.entries) entries.set(key, value);
        isOpen ||= spread.isOpen;
      } else {
        forget(entries);
        isOpen = true;
      }
    }
    return { kind: 'map', entries, isOpen, range };
  }

  #spotAt(offset: number): SourceRange | undefined {
    const { code, range } = this.#node;
    if (code === undefined) return range;
    return code.text.rangeAt(Math.min(Math.max(0, offset - code.at), code.text.text.length));
  }
}

/** `main.body.name` and `main.body["name"]`. */
function pathOf(node: Node): readonly string[] | undefined {
  if (node.type === 'name') return [node.name];
  if (node.type !== 'property' && node.type !== 'index') return undefined;
  const before = pathOf(node.target);
  if (before === undefined) return undefined;
  if (node.type === 'property') return [...before, node.name];
  const { index } = node;
  return index.type === 'literal' && typeof index.value === 'string' ? [...before, index.value] : undefined;
}

/** What follows may set any of these keys again. */
function forget(entries: Map<string, StaticValue>): void {
  for (const [key, { range }] of entries) entries.set(key, { kind: 'unknown', range });
}
