import type { Parser } from './parser.js';
import { Char, type PhsValue } from '../values/value.js';

/** True when the brace ahead opens an object, not a block (docs/spec/phs.md 12.2). */
export function isObjectAhead(parser: Parser): boolean {
  const { stream } = parser;
  if (!stream.is('{')) return stream.is('#{');
  if (stream.is('}', 1) || stream.is('...', 1)) return true;
  const first = stream.peek(1);
  if (first.kind === 'name' || (first.kind === 'literal' && isText(first.value))) return stream.is(':', 2);
  if (first.kind !== 'template') return false;
  const end = stream.peek(2).kind === 'text' ? 3 : 2;
  return stream.peek(end).kind === 'template-end' && stream.is(':', end + 1);
}

function isText(value: PhsValue): boolean {
  return keyText(value) !== undefined;
}

/** The text of a literal that can be a key: a string or a char. */
export function keyText(value: PhsValue): string | undefined {
  if (typeof value === 'string') return value;
  return value instanceof Char ? value.text : undefined;
}
