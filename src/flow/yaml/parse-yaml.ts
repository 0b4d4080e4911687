import type { ParsedNode, ScalarTag } from 'yaml';
import { PhlowError } from '../../errors.js';
import { yaml } from '../../yaml-package.js';
import { textOf } from '../../values.js';
import { readBlockYaml } from './block-yaml.js';
import { codeNode, type FlowNode, type MapEntry, type ScalarNode } from '../node.js';
import { FLOW_LIMITS } from '../limits.js';
import { codeOf, type YamlSource } from './placed-code.js';
import { looksLikeCode } from '../source/looks-like-code.js';
import { settingBelow, settingOfItem, TOP, type Setting } from '../source/frames.js';
import { isEvaluated, type Role } from '../source/roles.js';
import { placeOf, type SourceRange } from '../source/source-file.js';

/** `!phs` where the rewriter leaves it to YAML: inside flow collections. */
const PHS_TAG: ScalarTag = { tag: '!phs', resolve: (text: string) => new (yaml().Scalar)(text) };

/**
 * Parses a YAML text as the original reads it: YAML 1.2 core, the last of equal keys counts, no merge keys, unknown tags refused.
 *
 * @throws PHLOW_FLOW_SYNTAX, PHLOW_FLOW_TOO_LARGE
 */
export function parseYaml(source: YamlSource): FlowNode {
  return readBlockYaml(source) ?? parseAnyYaml(source);
}

/** `parseYaml` by way of the parser, which knows all of YAML. */
export function parseAnyYaml(source: YamlSource): FlowNode {
  try {
    const document = yaml().parseDocument(source.yaml.text, {
      version: '1.2',
      schema: 'core',
      uniqueKeys: false,
      intAsBigInt: true,
      prettyErrors: false,
      // Not 'silent': that would also let several documents in one file pass.
      logLevel: 'error',
      customTags: (tags) => [...tags, PHS_TAG],
    });
    const [problem] = [...document.errors, ...document.warnings];
    if (problem?.code === 'RESOURCE_EXHAUSTION') throw tooDeep(undefined, problem);
    if (problem !== undefined) {
      // The parser's own words are about its functions there.
      const found =
        problem.code === 'MULTIPLE_DOCS' ? 'a second document begins; a flow is one' : problem.message;
      throw new PhlowError('PHLOW_FLOW_SYNTAX', `Cannot read the flow: Yaml error: ${found}`, {
        place: placeOf(source.yaml.rangeAt(problem.pos[0], problem.pos[1] - problem.pos[0])),
        cause: problem,
      });
    }
    return new Converter(source).convert(document.contents);
  } catch (error) {
    // The parser calls itself for each level; it may exhaust the stack where it does not notice.
    if (error instanceof RangeError) throw tooDeep(undefined, error);
    throw error;
  }
}

function tooDeep(range: SourceRange | undefined, cause?: unknown): PhlowError {
  const most = FLOW_LIMITS.nesting;
  return new PhlowError('PHLOW_FLOW_TOO_LARGE', `Cannot read the flow: nested deeper than ${most} levels`, {
    place: placeOf(range),
    cause,
    details: { most },
  });
}

const CORE_PREFIX = /^tag:yaml\.org,2002:/;
/** The tags of the core schema. */
const CORE_TAGS: ReadonlySet<string> = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
);
/** What to write in the place of tags that others have. */
const TAG_HINTS: ReadonlyMap<string, string> = new Map([
  ['!!omap', 'write a list of mappings with one key each, such as [{ a: 1 }, { b: 2 }]'],
  ['!!pairs', 'write a list of mappings with one key each, such as [{ a: 1 }, { a: 2 }]'],
  ['!!set', 'write a list'],
  ['!!binary', 'write the text, and decode it where it is used'],
  ['!!timestamp', 'write the time as text in quotes'],
]);
/** Where a key means nothing to the engine. */
const DATA_ROLES: ReadonlySet<string> = new Set<Role>(['data', 'literal', 'text']);
/** What is said of `<<`. */
const MERGE_KEY = 'merge keys are not followed, "<<" is a key like any other: write the members out';

/** The text of a key and where it stands. */
interface PlacedKey {
  readonly text: string;
  readonly range: SourceRange | undefined;
}

/** Converts the parser's nodes to ours. */
class Converter {
  readonly #source: YamlSource;
  readonly #anchors = new Map<string, { node: FlowNode; size: number }>();
  #nodes = 0;

  constructor(source: YamlSource) {
    this.#source = source;
  }

  convert(contents: ParsedNode | null): FlowNode {
    return this.#node(contents, TOP, 0, false);
  }

  #node(node: ParsedNode | null, at: Setting, depth: number, inFlow: boolean): FlowNode {
    const start = depth === 0 ? this.#range(0, 1) : undefined;
    const range = node === null ? start : this.#range(node.range[0], node.range[1]);
    const before = this.#count(1, range);
    if (depth > FLOW_LIMITS.nesting) throw tooDeep(range);
    if (node?.tag !== undefined) this.#checkTag(node.tag, node.range[0]);
    const made = this.#make(node, at, depth, inFlow, range);
    if (node !== null && !yaml().isAlias(node) && node.anchor !== undefined) {
      this.#anchors.set(node.anchor, { node: made, size: this.#nodes - before });
    }
    return made;
  }

  #make(
    node: ParsedNode | null,
    at: Setting,
    depth: number,
    inFlow: boolean,
    range: SourceRange | undefined,
  ): FlowNode {
    if (yaml().isSeq(node)) {
      const within = inFlow || node.flow === true;
      const inner = settingOfItem(at);
      const items = node.items.map((item) => this.#node(item, inner, depth + 1, within));
      return { kind: 'list', items, range };
    }
    if (yaml().isMap(node)) {
      const within = inFlow || node.flow === true;
      const entries = new Map<string, MapEntry>();
      for (const pair of node.items) {
        const key = this.#key(pair.key);
        const value = this.#node(pair.value, settingBelow(at, key.text), depth + 1, within);
        this.#judgeKey(key, at, entries);
        // Deleted first, so that the last of equal keys also has the last place.
        entries.delete(key.text);
        entries.set(key.text, { key: key.text, value, range: key.range });
      }
      return { kind: 'map', entries, range };
    }
    if (yaml().isAlias(node)) {
      return this.#aliased(node.source, range);
    }
    return this.#scalar(node, at, inFlow, range);
  }

  #scalar(node: ParsedNode | null, at: Setting, inFlow: boolean, range: SourceRange | undefined): ScalarNode {
    if (!yaml().isScalar(node)) return { kind: 'scalar', value: null, code: undefined, range };
    const [start, end] = node.range;
    if (node.tag === '!phs') {
      return codeNode(this.#source.yaml.slice(end - node.source.length, end), range);
    }
    if (node.type === 'PLAIN' && inFlow && this.#source.findCode && isEvaluated(at.role)) {
      const text = node.source;
      if (looksLikeCode(text, at.locals)) return codeNode(this.#source.yaml.slice(start, end), range);
    }
    const value = plain(node.value);
    return { kind: 'scalar', value, code: codeOf(this.#source, value, start, end, range), range };
  }

  #key(node: ParsedNode | null): PlacedKey {
    const range = node === null ? undefined : this.#range(node.range[0], node.range[1]);
    if (node === null) return { text: 'null', range };
    if (yaml().isAlias(node)) {
      const target = this.#aliased(node.source, range);
      if (target.kind === 'scalar') return { text: textOf(target.value), range };
    }
    if (!yaml().isScalar(node)) throw this.#syntax('a key must be text', range);
    if (node.tag !== undefined) this.#checkTag(node.tag, node.range[0]);
    const value = plain(node.value);
    if (node.anchor !== undefined) {
      this.#anchors.set(node.anchor, { node: { kind: 'scalar', value, code: undefined, range }, size: 1 });
    }
    return { text: textOf(value), range };
  }

  #aliased(anchor: string, range: SourceRange | undefined): FlowNode {
    const target = this.#anchors.get(anchor);
    if (target === undefined) throw this.#syntax(`unknown anchor "${anchor}"`, range);
    this.#count(target.size, range);
    return target.node;
  }

  /** The parser knows more tags than the core schema has, and makes objects of them that are no data of a flow. */
  #checkTag(tag: string, end: number): void {
    if (tag === '!phs' || tag === '!' || CORE_TAGS.has(tag)) return;
    const short = tag.replace(CORE_PREFIX, '!!');
    const { text } = this.#source.yaml;
    const last = text.lastIndexOf('!', end);
    const range = this.#range(text[last - 1] === '!' ? last - 1 : last, end);
    throw this.#syntax(
      `the tag ${short} is not read in a flow: ${TAG_HINTS.get(short) ?? 'leave it out'}`,
      range,
    );
  }

  #judgeKey(key: PlacedKey, { role }: Setting, entries: ReadonlyMap<string, MapEntry>): void {
    if (entries.has(key.text)) {
      this.#source.warn?.(`the key "${key.text}" stands twice here: only the last one counts`, key.range);
    }
    if (key.text !== '<<') return;
    // A step that lacks what it should have got would do something else.
    if (!DATA_ROLES.has(role)) throw this.#syntax(MERGE_KEY, key.range);
    this.#source.warn?.(MERGE_KEY, key.range);
  }

  #range(start: number, end: number): SourceRange {
    const { text } = this.#source.yaml;
    const lineEnd = text.indexOf('\n', start);
    return this.#source.yaml.rangeAt(
      start,
      Math.max(1, (lineEnd === -1 ? end : Math.min(end, lineEnd)) - start),
    );
  }

  #count(nodes: number, range: SourceRange | undefined): number {
    const before = this.#nodes;
    this.#nodes += nodes;
    if (this.#nodes > FLOW_LIMITS.nodes) {
      const most = FLOW_LIMITS.nodes;
      throw new PhlowError('PHLOW_FLOW_TOO_LARGE', `Cannot read the flow: more than ${most} values`, {
        place: placeOf(range),
        details: { most },
      });
    }
    return before;
  }

  #syntax(found: string, range: SourceRange | undefined): PhlowError {
    return new PhlowError('PHLOW_FLOW_SYNTAX', `Cannot read the flow: Yaml error: ${found}`, {
      place: placeOf(range),
    });
  }
}

function plain(value: unknown): ScalarNode['value'] {
  switch (typeof value) {
    case 'bigint':
      return integer(value);
    case 'string':
    case 'boolean':
    case 'number':
      return value;
    default:
      // The core schema makes nothing else; null and an empty value are one.
      return null;
  }
}

/** A safe integer as a number, one within 64 bits as a bigint, a larger one as a double. */
function integer(value: bigint): number | bigint {
  const near = Number(value);
  if (Number.isSafeInteger(near)) return near;
  return BigInt.asIntN(64, value) === value ? value : near;
}
