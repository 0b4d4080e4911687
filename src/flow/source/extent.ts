import { indentOf, isBlockScalarHeader, quoteEnd, type LineShape } from './line-shape.js';
import type { TracedText } from './traced-text.js';

/** Column that ends a block scalar hanging on this line: that of its key or dash. */
function baseOf(shape: LineShape): number {
  return shape.key?.at ?? shape.dashes.at(-1) ?? shape.indent;
}

/** The number of lines that a scalar value covers, starting with line `index`: more than one for block and quoted scalars. */
export function scalarExtent(
  lines: readonly TracedText[],
  index: number,
  shape: LineShape,
  value: string,
): number {
  if (isBlockScalarHeader(value)) return blockExtent(lines, index, baseOf(shape));
  if (value.startsWith('"') || value.startsWith("'")) return quotedExtent(lines, index, shape.valueAt);
  return 1;
}

/** All lines below that are indented deeper than `base`. */
function blockExtent(lines: readonly TracedText[], index: number, base: number): number {
  let count = 1;
  for (let next = index + 1; next < lines.length; next++) {
    const text = lines[next]?.text ?? '';
    if (text.trim() === '') continue;
    if (indentOf(text) <= base) break;
    count = next - index + 1;
  }
  return count;
}

/** Up to the line with the closing quote; one line when there is none, so that YAML can say so. */
function quotedExtent(lines: readonly TracedText[], index: number, at: number): number {
  const quote = lines[index]?.text[at] ?? '"';
  for (let next = index; next < lines.length; next++) {
    const from = next === index ? at + 1 : 0;
    if (quoteEnd(lines[next]?.text ?? '', from, quote) !== undefined) return next - index + 1;
  }
  return 1;
}

/** The number of lines that a YAML flow collection covers which opens at `at`; one when it is never closed. */
export function collectionExtent(lines: readonly TracedText[], index: number, at: number): number {
  let depth = 0;
  let quote: string | undefined;
  for (let next = index; next < lines.length; next++) {
    const text = lines[next]?.text ?? '';
    for (let i = next === index ? at : 0; i < text.length; i++) {
      const char = text[i] ?? '';
      if (quote !== undefined) {
        if (char === '\\' && quote === '"') i++;
        else if (char === quote) quote = undefined;
      } else if (char === '"' || char === "'") {
        // Inside a word a quote is just a character.
        if (i === 0 || /[\s,[{:]/.test(text[i - 1] ?? '')) quote = char;
      } else if (char === '#' && (i === 0 || /\s/.test(text[i - 1] ?? ''))) {
        break;
      } else if (char === '{' || char === '[') {
        depth++;
      } else if ((char === '}' || char === ']') && --depth === 0) {
        return next - index + 1;
      }
    }
  }
  return 1;
}
