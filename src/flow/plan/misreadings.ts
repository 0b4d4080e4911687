import { extname } from 'node:path';
import type { FlowNode, ScalarNode } from '../node.js';
import type { SourceRange } from '../source/source-file.js';

/** Something that is read as it stands, and hardly meant so. */
export interface Misreading {
  readonly message: string;
  readonly range: SourceRange | undefined;
}

/** What is filled in inside of a text in backticks, and nowhere else. */
const FILLED_IN = /\$\{[^}]+\}|\{\{.*?\}\}/s;
/** One `=` that is part of no other sign. */
const ASSIGNMENT = /(?<![=!<>+\-*/%&|^~?])=(?![=>])/;
/** Texts in quotes, whose signs are no operators. */
const TEXTS = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g;
/** Code of several statements may assign as it likes. */
const STATEMENTS = /[;{}\n]|\b(?:let|const)\b/;

/** The texts of a value that look as if something were filled in. */
export function* unfilledTexts(node: FlowNode): Generator<Misreading> {
  if (node.kind === 'list') for (const item of node.items) yield* unfilledTexts(item);
  if (node.kind === 'map') for (const { value } of node.entries.values()) yield* unfilledTexts(value);
  if (node.kind !== 'scalar' || node.code !== undefined || typeof node.value !== 'string') return;
  const text = node.value;
  if (!FILLED_IN.test(text) || /^\s*\{\{.*\}\}\s*$/s.test(text)) return;
  const filled = `\`${text.replaceAll(/\{\{\s*(.*?)\s*\}\}/gs, '${$1}').trimEnd()}\``;
  const message = `this text stays as it stands, nothing is filled in: write ${inCode(filled, node)}`;
  yield { message, range: node.range };
}

/** What is odd about a condition. */
export function* oddCondition(node: FlowNode): Generator<Misreading> {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return;
  const code = node.code?.text.text.trim();
  if (code === undefined) {
    if (/^(?:true|false)$|^\s*\{\{.*\}\}\s*$/s.test(node.value)) return;
    const message = `a condition in quotes is text and never holds: write assert: ${inCode(node.value, node)}`;
    yield { message, range: node.range };
    return;
  }
  // Of the same length, so that places stay.
  const signs = code.replaceAll(TEXTS, (text) => '"'.repeat(text.length));
  const found = STATEMENTS.test(signs) ? null : ASSIGNMENT.exec(signs);
  if (found === null) return;
  const compared = `${code.slice(0, found.index)}==${code.slice(found.index + 1)}`;
  const message = `"=" assigns, and a condition compares: write assert: ${inCode(compared, node)}`;
  yield { message, range: node.range };
}

/** Code as it is written in the file of a node. */
function inCode(code: string, { range }: ScalarNode): string {
  const isPlain = /^\.(?:ya?ml|json)$/i.test(extname(range?.file.path ?? ''));
  return isPlain ? `"{{ ${code.replaceAll('"', '\\"')} }}"` : code;
}
