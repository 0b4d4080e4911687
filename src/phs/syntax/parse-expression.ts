import type { BinaryOperator, Node } from './ast.js';
import { negatedLiteral } from './lex-number.js';
import { refuseNonBoolean } from './parse-control.js';
import type { Parser } from './parser.js';
import type { Token } from './token.js';
import { asNumber } from '../values/value.js';

/** How tightly operators bind (docs/spec/phs.md 4.1); all associate to the left but `**`. */
export const PRECEDENCE: Readonly<Record<BinaryOperator | '..' | '..=', number>> = {
  '||': 30,
  '|': 30,
  '^': 30,
  '&&': 60,
  '&': 60,
  '==': 90,
  '!=': 90,
  in: 110,
  '!in': 110,
  '<': 130,
  '<=': 130,
  '>': 130,
  '>=': 130,
  '??': 135,
  '..': 140,
  '..=': 140,
  '+': 150,
  '-': 150,
  '*': 180,
  '/': 180,
  '%': 180,
  '**': 190,
  '<<': 210,
  '>>': 210,
};

/** True for the texts that are operators with two operands. */
function isOperator(text: string): text is keyof typeof PRECEDENCE {
  return Object.hasOwn(PRECEDENCE, text);
}

const TIGHTEST_RANGE = PRECEDENCE['..'] + 1;

/** An expression; `cond ? a : b` is its loosest form. */
export function parseExpression(parser: Parser, withTernary = true): Node {
  const { stream } = parser;
  return stream.nested(() => {
    const test = parseBinary(parser, 0);
    if (!withTernary || !stream.is('?')) return test;
    const { at } = stream.next();
    stream.count();
    const then = parser.expression();
    stream.expect(':', "Expecting ':' to separate the two branches of '?'");
    return { type: 'conditional', at, test, then, otherwise: parser.expression() };
  });
}

/** Precedence climbing: a chain of operators that bind at least as tightly as `least`. */
function parseBinary(parser: Parser, least: number): Node {
  const { stream } = parser;
  let left = parseUnary(parser);
  for (let length = 1; ; length++) {
    const operator = operatorAhead(parser);
    if (operator === undefined || PRECEDENCE[operator] < least) return left;
    stream.checkChain(length);
    stream.count();
    const { at } = stream.next();
    if (operator === '!in') stream.next();
    if (operator === '..' || operator === '..=') {
      left = { type: 'range', at, start: left, end: rangeEnd(parser), inclusive: operator === '..=' };
      continue;
    }
    const strength = PRECEDENCE[operator];
    // `**` takes operators of its own strength into its right side, the others do not.
    const right = stream.nested(() =>
      operator === '??' && isJump(stream.peek())
        ? parser.expressionOrJump()
        : parseBinary(parser, operator === '**' ? strength : strength + 1),
    );
    if (operator === '&&' || operator === '||') {
      refuseNonBoolean(parser, left);
      refuseNonBoolean(parser, right);
    }
    left = { type: 'binary', operator, at, left, right };
  }
}

const JUMPS: ReadonlySet<string> = new Set(['return', 'throw', 'break', 'continue']);

/** True where a jump stands in the place of a value, as it may behind `??`. */
function isJump({ kind, text }: Token): boolean {
  return kind === 'name' && JUMPS.has(text);
}

function operatorAhead(parser: Parser): BinaryOperator | '..' | '..=' | undefined {
  const { stream } = parser;
  const { kind, text } = stream.peek();
  if (kind === 'name') return text === 'in' ? 'in' : undefined;
  if (kind !== 'symbol') return undefined;
  if (text === '!') return stream.is('in', 1) ? '!in' : undefined;
  return isOperator(text) && text !== 'in' && text !== '!in' ? text : undefined;
}

/** A range may be open at its end where nothing can follow. */
function rangeEnd(parser: Parser): Node | undefined {
  const { stream } = parser;
  const { kind, text } = stream.peek();
  const isOpen =
    kind === 'end' || kind === '}$' || (kind === 'symbol' && [')', ']', '}', ',', ';'].includes(text));
  return isOpen ? undefined : stream.nested(() => parseBinary(parser, TIGHTEST_RANGE));
}

function parseUnary(parser: Parser): Node {
  const { stream } = parser;
  const token = stream.peek();
  if (token.kind !== 'symbol') return parsePostfix(parser, parser.primary());
  switch (token.text) {
    case '-':
    case '+':
    case '!': {
      const next = stream.peek(1);
      stream.next();
      stream.count();
      // A minus right before a digit belongs to the number: `-5.abs()` is 5.
      if (token.text === '-' && next.at === token.end && isNumber(next)) {
        stream.next();
        return parsePostfix(parser, { type: 'literal', at: token.at, value: negatedLiteral(next.value) });
      }
      const operand = stream.nested(() => parseUnary(parser));
      return { type: 'unary', operator: token.text, at: token.at, operand };
    }
    case '..':
    case '..=': {
      stream.next();
      stream.count();
      return {
        type: 'range',
        at: token.at,
        start: undefined,
        end: rangeEnd(parser),
        inclusive: token.text === '..=',
      };
    }
    default:
      return parsePostfix(parser, parser.primary());
  }
}

function isNumber(token: Token): boolean {
  return token.kind === 'literal' && asNumber(token.value) !== undefined;
}

/** Properties, indexes, method calls and calls behind an operand. */
function parsePostfix(parser: Parser, operand: Node): Node {
  const { stream } = parser;
  let target = operand;
  for (let length = 1; ; length++) {
    const { kind, text, at } = stream.peek();
    if (kind !== 'symbol') return target;
    stream.checkChain(length);
    switch (text) {
      case '.':
      case '?.': {
        stream.next();
        stream.count();
        const name = stream.word('Expecting name of a property');
        const optional = text === '?.';
        if (name.text === 'is_shared' && target.type === 'name' && stream.is('(')) {
          // A question about the variable, not about its value.
          const args = [target, ...parseArguments(parser, name.text)];
          target = { type: 'call', at: name.at, name: name.text, isCapturing: false, args };
          break;
        }
        target = stream.is('(')
          ? {
              type: 'method',
              at: name.at,
              target,
              name: name.text,
              args: parseArguments(parser, name.text),
              optional,
            }
          : { type: 'property', at: name.at, target, name: name.text, optional };
        break;
      }
      case '[':
      case '?[': {
        stream.next();
        stream.count();
        const { at: indexAt } = stream.peek();
        const index = parser.expression();
        stream.expect(']', "Expecting ']' for a matching [ in this index expression");
        target = { type: 'index', at: indexAt, target, index, optional: text === '?[' };
        break;
      }
      case '(':
        stream.count();
        target = { type: 'invoke', at, callee: target, args: parseArguments(parser, '') };
        break;
      default:
        return target;
    }
  }
}

/** `(a, b)`, with the cursor at the parenthesis. */
export function parseArguments(parser: Parser, name: string): Node[] {
  const { stream } = parser;
  stream.next();
  const args: Node[] = [];
  while (!stream.take(')')) {
    if (stream.peek().kind === 'end') {
      throw stream.error(`Expecting ')' to close the arguments list of this function call '${name}'`);
    }
    args.push(parser.expression());
    stream.separator(')', `Expecting ',' to separate the arguments to function call '${name}'`);
  }
  return args;
}
