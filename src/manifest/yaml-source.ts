import type { Document, Node, Pair, YAMLMap } from 'yaml';
import { type SourceLocation, placeAt } from '../code-frame.js';
import { yaml } from '../yaml-package.js';
import { pointerTo, segmentsOf } from './pointer.js';

/** One thing that is wrong with a file, with where it stands. */
export interface Problem {
  readonly message: string;
  /** JSON pointer to the node, `''` for the document. */
  readonly pointer: string;
  readonly place: SourceLocation;
  /** Where the node starts in the text; orders problems. */
  readonly offset: number;
}

/** Which part of a mapping's entry a problem points at. */
export type NodePart = 'key' | 'value';

const MAX_NESTING_DEPTH = 64;
const MAX_PROBLEMS = 50;
const TOO_DEEP = `it is nested more than ${MAX_NESTING_DEPTH} levels deep`;

/**
 * A YAML text as plain data, with the place of every node. Deliberately a small YAML: no aliases, merge keys, custom tags or several
 * documents, keys are text and stand once, nesting ends at 64 levels.
 */
export class YamlSource {
  readonly file: string;
  /** What is wrong, at most 50 entries. */
  readonly problems: Problem[] = [];
  /** The whole text as plain data; only good when there are no problems. */
  readonly data: unknown;
  readonly #text: string;
  readonly #document: Document.Parsed;

  constructor(text: string, file: string) {
    this.file = file;
    this.#text = text;
    this.#document = yaml().parseDocument(text, {
      prettyErrors: false,
      stringKeys: true,
      version: '1.2',
      logLevel: 'error',
    });
    for (const error of [...this.#document.errors, ...this.#document.warnings]) {
      // Tags are judged below, where the node is at hand.
      if (error.code === 'TAG_RESOLVE_FAILED') continue;
      const message = error.code === 'RESOURCE_EXHAUSTION' ? TOO_DEEP : error.message;
      this.#report(message, '', error.pos[0], error.pos[1]);
    }
    this.data = this.#document.errors.length > 0 ? undefined : this.#toData(this.#document.contents, '', 0);
  }

  /** Adds a problem at the node of a pointer. */
  report(message: string, pointer: string, part: NodePart = 'value'): void {
    const [start, end] = this.#rangeOf(pointer, part);
    this.#report(message, pointer, start, end);
  }

  /** Where the node at a pointer stands; the nearest node above when there is none. */
  placeOf(pointer: string): SourceLocation {
    const [start, end] = this.#rangeOf(pointer, 'key');
    return placeAt(this.file, this.#text, start, end - start);
  }

  /** The keys of the mapping at a pointer in the order of the file (an object would put keys such as `10` first). */
  keysAt(pointer: string): string[] {
    const node = this.#document.getIn(segmentsOf(pointer), true);
    return yaml().isMap(node) ? node.items.map((pair) => keyOf(pair)) : [];
  }

  #report(message: string, pointer: string, start: number, end: number): void {
    if (this.problems.length >= MAX_PROBLEMS) return;
    const place = placeAt(this.file, this.#text, start, Math.max(1, end - start));
    this.problems.push({ message, pointer, place, offset: start });
  }

  #rangeOf(pointer: string, part: NodePart): [start: number, end: number] {
    let node: unknown = this.#document.contents;
    let range: [number, number] = spanOf(node) ?? [0, 1];
    for (const segment of segmentsOf(pointer)) {
      if (yaml().isMap(node)) {
        const pair: Pair | undefined = node.items.find((item) => keyOf(item) === segment);
        if (pair === undefined) break;
        const key = spanOf(pair.key);
        const value = spanOf(pair.value);
        node = pair.value;
        // A container starts on its first line only: its key says more.
        range = (part === 'value' && yaml().isScalar(node) ? value : key) ?? value ?? range;
      } else if (yaml().isSeq(node)) {
        node = node.items[Number(segment)];
        if (node === undefined) break;
        range = spanOf(node) ?? range;
      } else {
        break;
      }
    }
    return range;
  }

  #toData(node: unknown, pointer: string, depth: number): unknown {
    if (node === null || node === undefined) return null;
    if (!yaml().isNode(node)) return undefined;
    if (depth > MAX_NESTING_DEPTH) {
      this.#refuse(node, pointer, TOO_DEEP);
      return undefined;
    }
    if (yaml().isAlias(node)) {
      this.#refuse(node, pointer, `aliases such as *${node.source} are not supported: write the value out`);
      return undefined;
    }
    if (node.tag !== undefined && !node.tag.startsWith('tag:yaml.org,2002:')) {
      this.#refuse(node, pointer, `the tag ${node.tag} is not supported in a manifest`);
      return undefined;
    }
    if (yaml().isMap(node)) return this.#toMap(node, pointer, depth);
    if (yaml().isSeq(node)) {
      return node.items.map((item, index) => this.#toData(item, pointerTo(pointer, index), depth + 1));
    }
    return yaml().isScalar(node) ? node.value : undefined;
  }

  #toMap(node: YAMLMap, pointer: string, depth: number): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    for (const pair of node.items) {
      const name = keyOf(pair);
      if (name === '<<') {
        this.#refuse(pair.key, pointer, 'merge keys (<<) are not supported: write the members out');
      } else if (name === '__proto__') {
        this.#refuse(pair.key, pointer, 'the name "__proto__" is reserved');
      } else {
        map[name] = this.#toData(pair.value, pointerTo(pointer, name), depth + 1);
      }
    }
    return map;
  }

  #refuse(node: unknown, pointer: string, message: string): void {
    const [start, end] = spanOf(node) ?? [0, 1];
    this.#report(message, pointer, start, end);
  }
}

function keyOf(pair: Pair): string {
  return yaml().isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

/** Where a node starts and ends, without what follows it. */
function spanOf(node: unknown): [start: number, end: number] | undefined {
  const range = yaml().isNode(node) ? (node as Node).range : undefined;
  return range === undefined || range === null ? undefined : [range[0], range[1]];
}
