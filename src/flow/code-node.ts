import type { ScalarNode } from './node.js';
import type { SourceRange } from './source/source-file.js';
import type { TracedText } from './source/traced-text.js';

/** A leaf that is code. */
export function codeNode(code: TracedText, range: SourceRange | undefined): ScalarNode {
  return { kind: 'scalar', value: `{{ ${code.text} }}`, code: { text: code, at: 1 }, range };
}
