import type { Block, Closure, Member, Node, Spread, TemplateText } from './ast.js';
import { parseDo, parseFor, parseIf, parseLoop, parseSwitch, parseTry, parseWhile } from './parse-control.js';
import { isObjectAhead, keyText } from './object-ahead.js';
import { parseArguments } from './parse-expression.js';
import type { Parser } from './parser.js';
import { CALLABLE_RESERVED, KEYWORDS, RESERVED, type Token } from './token.js';
import type { PhsValue } from '../values/value.js';

const CONSTANTS: Readonly<Record<string, PhsValue>> = { true: true, false: false, null: null };

/** The smallest parts of an expression. */
export function parsePrimary(parser: Parser): Node {
  const { stream } = parser;
  const token = stream.peek();
  stream.count();
  switch (token.kind) {
    case 'literal':
      stream.next();
      return { type: 'literal', at: token.at, value: token.value };
    case 'template':
      return parseTemplate(parser);
    case 'name':
      return parseWord(parser, token);
    case 'symbol':
      return parseSymbol(parser, token);
    default:
      throw stream.unexpected();
  }
}

function parseSymbol(parser: Parser, token: Token): Node {
  const { stream } = parser;
  switch (token.text) {
    case '(': {
      stream.next();
      if (stream.take(')')) return { type: 'literal', at: token.at, value: null };
      const inner = parser.expression();
      stream.expect(')', "Expecting ')' for a matching ( in this expression");
      return inner;
    }
    case '[':
      return parseArray(parser);
    case '{':
      return isObjectAhead(parser) ? parseObject(parser) : parser.block();
    case '#{':
      return parseObject(parser);
    case '|':
    case '||':
      return parseClosure(parser);
    default:
      throw stream.unexpected();
  }
}

function parseWord(parser: Parser, token: Token): Node {
  const { stream } = parser;
  const { text, at } = token;
  if ((text === 'it' || text === 'when') && !parser.hiding.includes(text))
    return parseConditional(parser, text);
  switch (text) {
    case 'true':
    case 'false':
    case 'null':
      stream.next();
      return { type: 'literal', at, value: CONSTANTS[text] };
    case 'if':
      return parseIf(parser);
    case 'switch':
      return parseSwitch(parser);
    case 'while':
      return parseWhile(parser);
    case 'loop':
      return parseLoop(parser);
    case 'do':
      return parseDo(parser);
    case 'for':
      return parseFor(parser);
    case 'try':
      return parseTry(parser);
    case 'this':
      stream.next();
      return { type: 'this', at };
    default:
      return parseName(parser, token);
  }
}

function parseName(parser: Parser, token: Token): Node {
  const { stream } = parser;
  const { text, at } = token;
  if (KEYWORDS.has(text)) throw stream.unexpected();
  stream.next();
  const isCall = stream.is('(') || (stream.is('!') && stream.is('(', 1));
  if (RESERVED.has(text) || (CALLABLE_RESERVED.has(text) && !isCall)) throw stream.reserved(token);
  if (stream.take('::')) {
    const name = stream.word('Expecting name of a variable');
    const args = stream.is('(') ? parseArguments(parser, name.text) : undefined;
    return { type: 'qualified', at, space: text, name: name.text, args };
  }
  if (!isCall) return { type: 'name', at, name: text };
  const isCapturing = stream.take('!');
  return { type: 'call', at, name: text, isCapturing, args: parseArguments(parser, text) };
}

/** `it c ? a : b`, `when c then a else b`, and `when c ? a : b` as the documentation of the original has it. */
function parseConditional(parser: Parser, form: 'it' | 'when'): Node {
  const { stream } = parser;
  const { at } = stream.next();
  const test = parser.condition();
  if (form === 'when' && stream.take('then')) {
    const then = parser.expression();
    stream.expect('else', "Expecting 'else' in this 'when' expression");
    return { type: 'conditional', at, test, then, otherwise: parser.expression() };
  }
  stream.expect(
    '?',
    form === 'it' ? "Expecting '?' in this 'it' expression" : "Expecting 'then' in this 'when' expression",
  );
  const then = parser.expression();
  stream.expect(':', `Expecting ':' in this '${form}' expression`);
  return { type: 'conditional', at, test, then, otherwise: parser.expression() };
}

function parseTemplate(parser: Parser): TemplateText {
  const { stream } = parser;
  const { at } = stream.next();
  const parts: (string | Block)[] = [];
  for (;;) {
    const token = stream.next();
    switch (token.kind) {
      case 'text':
        parts.push(token.text);
        break;
      case '${': {
        const body = stream.nested(() => parser.statements());
        if (stream.peek().kind !== '}$') throw stream.unexpected();
        stream.next();
        parts.push({ type: 'block', at: token.at, body });
        break;
      }
      default:
        return { type: 'template', at, parts };
    }
  }
}

function parseArray(parser: Parser): Node {
  const { stream } = parser;
  const { at } = stream.next();
  const items: (Node | Spread)[] = [];
  while (!stream.take(']')) {
    if (stream.peek().kind === 'end') throw stream.error("Expecting ']' to end this array literal");
    items.push(stream.is('...') ? parseSpread(parser) : parser.expression());
    stream.separator(']', "Expecting ',' to separate the items of this array literal");
  }
  return { type: 'array', at, items };
}

function parseSpread(parser: Parser): Spread {
  const { at } = parser.stream.next();
  return { type: 'spread', at, value: parser.expression() };
}

function parseObject(parser: Parser): Node {
  const { stream } = parser;
  const { at } = stream.next();
  const members: (Member | Spread)[] = [];
  while (!stream.take('}')) {
    const { kind } = stream.peek();
    if (kind === 'end' || kind === '}$') throw stream.error("Expecting '}' to end this object map literal");
    members.push(stream.is('...') ? parseSpread(parser) : parseMember(parser));
    stream.separator('}', "Expecting ',' to separate the items of this object map literal");
  }
  // With a spread among them the members are merged one by one, and a later one may repeat a key.
  if (!members.some((member) => member.type === 'spread')) refuseTwins(parser, members);
  return { type: 'object', at, members };
}

function refuseTwins(parser: Parser, members: readonly (Member | Spread)[]): void {
  const seen = new Set<string>();
  for (const member of members) {
    if (member.type === 'spread') continue;
    if (seen.has(member.key)) {
      const token = { ...parser.stream.peek(), at: member.at };
      throw parser.stream.error(`Duplicated property for object map literal: ${member.key}`, token);
    }
    seen.add(member.key);
  }
}

function parseMember(parser: Parser): Member {
  const { stream } = parser;
  const { at } = stream.peek();
  const key = parseKey(parser);
  stream.expect(':', `Expecting ':' to follow the property '${key}' in this object map literal`);
  return { type: 'member', at, key, value: parser.expression() };
}

function parseKey(parser: Parser): string {
  const { stream } = parser;
  const token = stream.next();
  if (token.kind === 'name') return token.text;
  const text = token.kind === 'literal' ? keyText(token.value) : undefined;
  if (text !== undefined) return text;
  if (token.kind === 'template') {
    const content = stream.peek().kind === 'text' ? stream.next().text : '';
    if (stream.peek().kind === 'template-end') {
      stream.next();
      return content;
    }
  }
  throw stream.error("Expecting '}' to end this object map literal", token);
}

function parseClosure(parser: Parser): Closure {
  const { stream } = parser;
  const { at, text } = stream.next();
  const parameters: string[] = [];
  while (text === '|' && !stream.take('|')) {
    parameters.push(stream.variable('Expecting name of a parameter').text);
    if (!stream.is('|')) stream.expect(',', "Expecting ',' to separate the parameters of this closure");
  }
  const hidden = parser.hiding.length;
  parser.hiding.push(...parameters);
  const { loops } = parser;
  parser.loops = 0;
  const body = parser.bareStatement();
  parser.loops = loops;
  parser.hiding.length = hidden;
  return { type: 'closure', at, parameters, body };
}
