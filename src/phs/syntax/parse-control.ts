import type { Block, For, If, Loop, Node, Switch, SwitchCase, Try } from './ast.js';
import { negatedLiteral } from './lex-number.js';
import { isObjectAhead } from './object-ahead.js';
import type { Parser } from './parser.js';
import { kindOf, KIND, type PhsValue } from '../values/value.js';

/** What ends at its own closing brace, so that no comma is needed behind it. */
const SELF_ENDING: ReadonlySet<string> = new Set(['block', 'if', 'switch', 'for', 'try']);

const KIND_WORDS: Readonly<Partial<Record<number, string>>> = {
  [KIND.unit]: 'null',
  [KIND.bool]: 'a boolean',
  [KIND.int]: 'a number',
  [KIND.float]: 'a floating-point number',
  [KIND.char]: 'a character',
  [KIND.string]: 'a string',
};

/** What a literal is called in errors; undefined for anything that is not one. */
function literalWord(node: Node): string | undefined {
  switch (node.type) {
    case 'literal':
      return KIND_WORDS[kindOf(node.value)];
    case 'template':
      return 'a string';
    case 'array':
      return 'an array';
    case 'object':
      return 'an object map';
    default:
      return undefined;
  }
}

/** A condition: a literal of a wrong kind and a single `=` are errors at once. */
function parseTest(parser: Parser): Node {
  const { stream } = parser;
  if (stream.is('{') && !isObjectAhead(parser)) throw stream.error('Expecting a boolean expression');
  const test = parser.expression();
  if (stream.is('=')) throw stream.error("Possibly a typo of '=='?");
  refuseNonBoolean(parser, test);
  return test;
}

/** Fails for a literal that is no bool where a bool must stand. */
export function refuseNonBoolean(parser: Parser, node: Node): void {
  const word = literalWord(node);
  if (word === undefined || word === 'a boolean') return;
  const token = { ...parser.stream.peek(), at: node.at, end: node.at + 1 };
  throw parser.stream.error(`Expecting a boolean expression, not ${word}`, token);
}

export function parseIf(parser: Parser): If {
  const { stream } = parser;
  const { at } = stream.next();
  const test = parseTest(parser);
  const then = parser.block();
  if (!stream.take('else')) return { type: 'if', at, test, then, otherwise: undefined };
  const otherwise = stream.is('if') ? stream.nested(() => parseIf(parser)) : parser.block();
  return { type: 'if', at, test, then, otherwise };
}

function loopBody(parser: Parser): Block {
  parser.loops++;
  const body = parser.block();
  parser.loops--;
  return body;
}

export function parseWhile(parser: Parser): Loop {
  const { at } = parser.stream.next();
  const test = parseTest(parser);
  return { type: 'loop', form: 'while', at, test, body: loopBody(parser) };
}

export function parseLoop(parser: Parser): Loop {
  const { at } = parser.stream.next();
  return { type: 'loop', form: 'loop', at, test: undefined, body: loopBody(parser) };
}

export function parseDo(parser: Parser): Loop {
  const { stream } = parser;
  const { at } = stream.next();
  const body = loopBody(parser);
  if (!stream.is('while') && !stream.is('until')) {
    throw stream.error("Expecting 'while' or 'until' for a 'do' statement");
  }
  const form = stream.next().text === 'while' ? 'do-while' : 'do-until';
  return { type: 'loop', form, at, test: parseTest(parser), body };
}

export function parseFor(parser: Parser): For {
  const { stream } = parser;
  const { at } = stream.next();
  let counter: string | undefined;
  let variable: string;
  if (stream.take('(')) {
    variable = stream.variable().text;
    stream.expect(',', "Expecting ',' after the iteration variable");
    counter = stream.variable().text;
    stream.expect(')', "Expecting ')' to close the iteration variables");
    if (counter === variable) throw stream.error(`Duplicated variable name '${counter}'`);
  } else {
    variable = stream.variable().text;
  }
  stream.expect('in', "Expecting 'in' after the iteration variable");
  const iterable = parser.expression();
  refuseNonIterable(parser, iterable);
  const hidden = parser.hiding.length;
  parser.hiding.push(variable);
  if (counter !== undefined) parser.hiding.push(counter);
  const body = loopBody(parser);
  parser.hiding.length = hidden;
  return { type: 'for', at, variable, counter, iterable, body };
}

function refuseNonIterable(parser: Parser, node: Node): void {
  const word = literalWord(node);
  if (word === undefined || ['an array', 'a string'].includes(word)) return;
  const token = { ...parser.stream.peek(), at: node.at, end: node.at + 1 };
  throw parser.stream.error(`Expecting an iterable value, not ${word}`, token);
}

export function parseTry(parser: Parser): Try {
  const { stream } = parser;
  const { at } = stream.next();
  const body = parser.block();
  stream.expect('catch', "Expecting 'catch' for a 'try' statement");
  let variable: string | undefined;
  if (stream.take('(')) {
    variable = stream.variable().text;
    stream.expect(')', "Expecting ')' to close the catch variable");
  }
  const hidden = parser.hiding.length;
  if (variable !== undefined) parser.hiding.push(variable);
  const handler = parser.block();
  parser.hiding.length = hidden;
  return { type: 'try', at, body, variable, handler };
}

export function parseSwitch(parser: Parser): Switch {
  const { stream } = parser;
  const { at } = stream.next();
  const subject = parser.expression();
  stream.expect('{', "Expecting '{' to start a switch block");
  const cases: SwitchCase[] = [];
  let hasRange = false;
  while (!stream.take('}')) {
    if (stream.peek().kind === 'end') throw stream.error("Expecting '}' to end this switch block");
    if (cases.at(-1)?.patterns.length === 0) throw stream.error('Default switch case must be the last');
    const found = stream.nested(() => parseCase(parser, hasRange));
    cases.push(found.case);
    hasRange ||= found.case.patterns.some((pattern) => pattern.type === 'range');
    if (!stream.take(',') && !stream.is('}') && !found.isBlock) {
      throw stream.error("Expecting ',' to separate the items in this switch block");
    }
  }
  return { type: 'switch', at, subject, cases };
}

function parseCase(parser: Parser, hasRange: boolean): { case: SwitchCase; isBlock: boolean } {
  const { stream } = parser;
  const { at } = stream.peek();
  const patterns: Node[] = [];
  let guard: Node | undefined;
  if (stream.take('_')) {
    if (stream.is('if')) throw stream.error('This switch case cannot have a condition');
  } else {
    do {
      const pattern = parsePattern(parser);
      if (hasRange && pattern.type === 'literal' && kindOf(pattern.value) === KIND.int) {
        throw stream.error('Numeric switch case cannot follow a range case');
      }
      patterns.push(pattern);
    } while (stream.take('|'));
    if (stream.take('if')) guard = parser.expression();
  }
  stream.expect('=>', "Expecting '=>' in this switch case");
  const body = parser.bareStatement();
  return { case: { type: 'case', at, patterns, guard, body }, isBlock: SELF_ENDING.has(body.type) };
}

/** A pattern is a literal, or a range of ints. The operator `|` separates patterns and belongs to none. */
function parsePattern(parser: Parser): Node {
  const { stream } = parser;
  const first = parseLiteral(parser);
  const inclusive = stream.is('..=');
  if (!inclusive && !stream.is('..')) return first;
  const { at } = stream.next();
  const last = parseLiteral(parser);
  if (![first, last].every((end) => end.type === 'literal' && kindOf(end.value) === KIND.int)) {
    throw stream.error('Expecting a literal expression');
  }
  return { type: 'range', at, start: first, end: last, inclusive };
}

function parseLiteral(parser: Parser): Node {
  const { stream } = parser;
  const start = stream.peek();
  const isMinus = stream.is('-');
  const node: Node = isMinus ? negative(parser) : parser.primary();
  if (!isLiteral(node)) throw stream.error('Expecting a literal expression', start);
  return node;
}

function negative(parser: Parser): Node {
  const { at } = parser.stream.next();
  const node = parser.primary();
  const value: PhsValue = node.type === 'literal' ? negatedLiteral(node.value) : undefined;
  return { type: 'literal', at, value };
}

function isLiteral(node: Node): boolean {
  switch (node.type) {
    case 'literal':
      return node.value !== undefined;
    case 'template':
      return node.parts.every((part) => typeof part === 'string');
    case 'array':
      return node.items.every((item) => item.type !== 'spread' && isLiteral(item));
    case 'object':
      return node.members.every((member) => member.type === 'member' && isLiteral(member.value));
    default:
      return false;
  }
}
