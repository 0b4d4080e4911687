import { type Value, textOf } from '../values.js';
import type { SourceRange } from './source/source-file.js';
import type { TracedText } from './source/traced-text.js';
import { codeIn } from '../phs/values/scalar.js';

/** A leaf that is code. */
export function codeNode(code: TracedText, range: SourceRange | undefined): ScalarNode {
  return { kind: 'scalar', value: `{{ ${code.text} }}`, code: { text: code, at: 1 }, range };
}

/** A value of a flow file that still knows where it stands. Flows given as objects have no ranges. */
export type FlowNode = ScalarNode | ListNode | MapNode;

/** A single value. Code is a string `{{…}}`; `code` says where its author wrote it. */
export interface ScalarNode {
  readonly kind: 'scalar';
  readonly value: null | boolean | number | bigint | string;
  readonly code: PlacedCode | undefined;
  readonly range: SourceRange | undefined;
}

/** The author's own text of a piece of code. */
export interface PlacedCode {
  readonly text: TracedText;
  /** Where `text` starts behind the opening braces. */
  readonly at: number;
}

/** A list. */
export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly FlowNode[];
  readonly range: SourceRange | undefined;
}

/** A mapping, in file order; of equal keys the last one counts. */
export interface MapNode {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, MapEntry>;
  readonly range: SourceRange | undefined;
}

/** One key of a mapping with its value. */
export interface MapEntry {
  readonly key: string;
  readonly value: FlowNode;
  /** Where the key stands. */
  readonly range: SourceRange | undefined;
}

/** The node as plain data. */
export function valueOf(node: FlowNode): Value {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(valueOf);
    case 'map':
      return Object.fromEntries([...node.entries].map(([key, entry]) => [key, valueOf(entry.value)]));
  }
}

/** A value as its author wrote it: code without the braces that mark it as such, anything else in text form. */
export function sourceText(node: FlowNode): string {
  const text = textOf(valueOf(node));
  return node.kind === 'scalar' ? (codeIn(text)?.trim() ?? text) : text;
}
