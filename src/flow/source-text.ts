import { codeIn } from '../phs/values/scalar.js';
import { textOf } from '../values.js';
import { valueOf, type FlowNode } from './node.js';

/** A value as its author wrote it: code without the braces that mark it as such, anything else in text form. */
export function sourceText(node: FlowNode): string {
  const text = textOf(valueOf(node));
  return node.kind === 'scalar' ? (codeIn(text)?.trim() ?? text) : text;
}
