import { perlClass, posixClass, spelled, unicodeClass } from './char-set.js';
import { escapedPoint, type PatternText } from './pattern-text.js';
import { RegexError, type Flags } from './syntax.js';

const DEEPEST = 100;
const OPERATORS = ['&&', '--', '~~'] as const;

/** Reads a class whose opening bracket is taken, as a class of the `v` flag of JavaScript. */
export function parseClass(text: PatternText, flags: Flags, depth = 0): string {
  if (depth > DEEPEST) throw new RegexError('classes nested too deep');
  const isNegated = text.accept('^');
  if (isNegated && !flags.u) throw new RegexError('a negated class needs Unicode');
  let members = '';
  // Dashes or a bracket that come first stand for themselves.
  while (text.accept('-')) members += spelled(0x2d);
  if (members === '' && text.accept(']')) members += spelled(0x5d);
  members += parseUnion(text, flags, depth);
  let body = `[${members}]`;
  for (;;) {
    const operator = OPERATORS.find((sign) => text.accept(sign));
    if (operator === undefined) break;
    body = combined(operator, body, `[${parseUnion(text, flags, depth)}]`);
  }
  text.expect(']');
  return isNegated ? `[^${body}]` : body;
}

function combined(operator: (typeof OPERATORS)[number], a: string, b: string): string {
  return operator === '~~' ? `[[${a}--${b}][${b}--${a}]]` : `[${a}${operator}${b}]`;
}

/** Members up to the closing bracket or an operator. */
function parseUnion(text: PatternText, flags: Flags, depth: number): string {
  let members = '';
  for (;;) {
    if (flags.x) text.skipBlank();
    if (text.isAtEnd) throw new RegexError('the class has no end');
    if (text.peek() === ']' || OPERATORS.some((sign) => text.startsWith(sign))) return members;
    members += parseMember(text, flags, depth);
  }
}

function parseMember(text: PatternText, flags: Flags, depth: number): string {
  if (text.accept('[')) return parsePosix(text) ?? parseClass(text, flags, depth + 1);
  const start = parseOne(text, flags);
  if (typeof start === 'string') return start;
  if (flags.x) text.skipBlank();
  if (text.peek() !== '-' || text.peek(1) === ']' || text.peek(1) === '-') return spelled(start);
  text.next();
  if (flags.x) text.skipBlank();
  const end = parseOne(text, flags);
  if (typeof end === 'string' || end < start) throw new RegexError('a range needs two characters in order');
  return `${spelled(start)}-${spelled(end)}`;
}

/** `[:name:]` after its first bracket; nothing is taken when it is no such class. */
function parsePosix(text: PatternText): string | undefined {
  if (text.peek() !== ':') return undefined;
  let length = 1;
  while (/^[a-z^]$/.test(text.peek(length))) length++;
  if (text.peek(length) !== ':' || text.peek(length + 1) !== ']') return undefined;
  const name = Array.from({ length: length - 1 }, (_, i) => text.peek(i + 1)).join('');
  const found = posixClass(name.replace(/^\^/, ''), name.startsWith('^'));
  if (found !== undefined) text.until(':]');
  return found;
}

/** One character as its code point, or a class that an escape names. */
function parseOne(text: PatternText, flags: Flags): number | string {
  if (!text.accept('\\')) return text.next().codePointAt(0) ?? 0;
  return escapedPoint(text) ?? namedClass(text, flags);
}

/** The class of `\d`, `\pL`, `\p{…}` and the like, whose backslash is taken. */
export function namedClass(text: PatternText, flags: Flags): string {
  const letter = text.next();
  if (/^[dDsSwW]$/.test(letter)) return perlClass(letter, flags.u);
  if (letter !== 'p' && letter !== 'P') throw new RegexError(`no escape \\${letter}`);
  if (!flags.u) throw new RegexError('a property needs Unicode');
  const name = text.accept('{') ? text.until('}') : text.next();
  const isNegated = name.startsWith('^');
  return unicodeClass(isNegated ? name.slice(1) : name, isNegated !== (letter === 'P'));
}
