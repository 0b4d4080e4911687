import { Class, Single, spelled } from './char-set.js';
import { namedClass, parseClass } from './parse-class.js';
import { PatternText, escapedPoint } from './pattern-text.js';
import { RegexError, type Assertion, type Flags, type RegexNode } from './syntax.js';

const START: Flags = { i: false, m: false, s: false, R: false, u: true, x: false };
const DEEPEST = 250;
const MAX_COUNT = 2 ** 32 - 1;

const ESCAPED_ASSERTIONS: Readonly<Record<string, Assertion>> = {
  A: 'text-start',
  z: 'text-end',
  B: 'no-word-boundary',
  '<': 'word-start',
  '>': 'word-end',
};
const BOUNDARIES: Readonly<Record<string, Assertion>> = {
  start: 'word-start',
  end: 'word-end',
  'start-half': 'word-start-half',
  'end-half': 'word-end-half',
};

/**
 * Reads a pattern in the syntax of Rust's regex crate, which the original matches with (docs/spec/phs.md 11.1, `search`).
 *
 * @throws RegexError when the pattern is not valid: look-around and back-references do not exist.
 */
export function parseRegex(pattern: string): RegexNode {
  const text = new PatternText(pattern);
  const node = parseChoices(text, START, 0);
  if (!text.isAtEnd) throw new RegexError('a group is closed that was never opened');
  return node;
}

/** Alternatives up to the end or a closing parenthesis. Flags that are set inside hold up to there. */
function parseChoices(text: PatternText, outer: Flags, depth: number): RegexNode {
  if (depth > DEEPEST) throw new RegexError('groups nested too deep');
  let flags = outer;
  const choices: RegexNode[] = [];
  let items: RegexNode[] = [];
  for (;;) {
    if (flags.x) text.skipBlank();
    if (text.isAtEnd || text.peek() === ')') break;
    if (text.accept('|')) {
      choices.push({ type: 'all', items });
      items = [];
    } else if (isRepetition(text)) {
      const item = items.pop();
      if (item === undefined) throw new RegexError('nothing to repeat');
      items.push(parseRepetition(text, flags, item));
    } else if (text.accept('(')) {
      const group = parseGroup(text, flags, depth);
      if ('type' in group) items.push(group);
      else flags = group;
      // What only sets flags cannot be repeated.
      if (!('type' in group) && isRepetition(text)) throw new RegexError('nothing to repeat');
    } else {
      items.push(parseAtom(text, flags));
    }
  }
  choices.push({ type: 'all', items });
  return choices.length === 1 ? { type: 'all', items } : { type: 'any', items: choices };
}

function isRepetition(text: PatternText): boolean {
  return /^[*+?{]$/.test(text.peek());
}

function parseRepetition(text: PatternText, flags: Flags, item: RegexNode): RegexNode {
  const sign = text.next();
  const [least, most] =
    sign === '{'
      ? parseCounts(text, flags)
      : sign === '*'
        ? [0, Infinity]
        : sign === '+'
          ? [1, Infinity]
          : [0, 1];
  // Lazy or greedy finds other matches, but not more of them.
  if (flags.x) text.skipBlank();
  text.accept('?');
  return { type: 'repeat', item, least, most };
}

function parseCounts(text: PatternText, flags: Flags): readonly [number, number] {
  const counts = flags.x ? text.until('}').replace(/\p{Pattern_White_Space}/gu, '') : text.until('}');
  const found = /^(\d*)(,?)(\d*)$/.exec(counts);
  if (found === null || (found[1] === '' && found[3] === '')) throw new RegexError(`no count {${counts}}`);
  const least = Number(found[1]);
  const most = found[2] === '' ? least : found[3] === '' ? Infinity : Number(found[3]);
  if (least > most || least > MAX_COUNT || (most > MAX_COUNT && most !== Infinity)) {
    throw new RegexError(`no count {${counts}}`);
  }
  return [least, most];
}

/** A group, or the flags that `(?flags)` sets for what follows. */
function parseGroup(text: PatternText, flags: Flags, depth: number): RegexNode | Flags {
  let inner = flags;
  if (text.accept('?P<') || text.accept('?<')) {
    const name = text.until('>');
    if (!/^[\p{Alphabetic}_][\p{Alphabetic}\p{Nd}_.[\]]*$/u.test(name))
      throw new RegexError(`no group name ${name}`);
  } else if (text.accept('?')) {
    inner = parseFlags(text, flags);
    if (text.accept(')')) return inner;
    text.expect(':');
  }
  const node = parseChoices(text, inner, depth + 1);
  text.expect(')');
  return node;
}

function parseFlags(text: PatternText, flags: Flags): Flags {
  const changed: Record<string, boolean> = {};
  let on = true;
  let isDangling = false;
  while (text.peek() !== ')' && text.peek() !== ':') {
    const flag = text.next();
    isDangling = flag === '-';
    if (isDangling && on) {
      on = false;
    } else if (/^[imsRUux]$/.test(flag) && !Object.hasOwn(changed, flag)) {
      changed[flag] = on;
    } else {
      throw new RegexError(`no flag ${flag}`);
    }
  }
  if (isDangling || (text.peek() === ')' && Object.keys(changed).length === 0))
    throw new RegexError('no flags');
  return { ...flags, ...changed };
}

function parseAtom(text: PatternText, flags: Flags): RegexNode {
  const sign = text.next();
  switch (sign) {
    case '.':
      return anyCharacter(flags);
    case '^':
      return assertion(flags, flags.m ? (flags.R ? 'crlf-line-start' : 'line-start') : 'text-start');
    case '$':
      return assertion(flags, flags.m ? (flags.R ? 'crlf-line-end' : 'line-end') : 'text-end');
    case '[':
      return { type: 'set', set: new Class(parseClass(text, flags), flags.i) };
    case '\\':
      return parseEscape(text, flags);
    default:
      return single(sign.codePointAt(0) ?? 0, flags);
  }
}

function parseEscape(text: PatternText, flags: Flags): RegexNode {
  const letter = text.peek();
  const known = Object.hasOwn(ESCAPED_ASSERTIONS, letter) ? ESCAPED_ASSERTIONS[letter] : undefined;
  if (known !== undefined) {
    text.next();
    return assertion(flags, known);
  }
  if (text.accept('b')) return assertion(flags, parseBoundary(text));
  const point = escapedPoint(text);
  if (point !== undefined) return single(point, flags);
  return { type: 'set', set: new Class(namedClass(text, flags), flags.i) };
}

/** `\b` or `\b{kind}`; `\b{` followed by no letter is a counted boundary. */
function parseBoundary(text: PatternText): Assertion {
  if (text.peek() !== '{' || !/^[A-Za-z-]$/.test(text.peek(1))) return 'word-boundary';
  text.next();
  const kind = text.until('}');
  const boundary = Object.hasOwn(BOUNDARIES, kind) ? BOUNDARIES[kind] : undefined;
  if (boundary === undefined) throw new RegexError(`no boundary ${kind}`);
  return boundary;
}

function anyCharacter(flags: Flags): RegexNode {
  if (!flags.u) throw new RegexError('a dot needs Unicode');
  const source = flags.s ? '[\\u{0}-\\u{10ffff}]' : flags.R ? '[^\\n\\r]' : '[^\\n]';
  return { type: 'set', set: new Class(source, false) };
}

function single(point: number, flags: Flags): RegexNode {
  return { type: 'set', set: flags.i ? new Class(`[${spelled(point)}]`, true) : new Single(point) };
}

function assertion(flags: Flags, kind: Assertion): RegexNode {
  return { type: 'assert', assertion: kind, isUnicode: flags.u };
}
