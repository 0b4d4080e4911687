import type { AssignOperator, Block, FunctionDefinition, Node } from './ast.js';
import { isObjectAhead } from './object-ahead.js';
import type { Parser } from './parser.js';
import type { Token } from './token.js';

const ASSIGNMENTS: ReadonlySet<string> = new Set([
  '=',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '**=',
  '<<=',
  '>>=',
  '&=',
  '|=',
  '^=',
]);
/** What ends a jump that carries no value. */
const JUMP_ENDS: readonly string[] = [';', '}', ')', ']', ','];
/** Statements that end at their own closing brace and need no semicolon. */
const BRACED: ReadonlySet<string> = new Set(['if', 'switch', 'while', 'loop', 'for', 'try']);

/** The statements up to the end of the code, of a block or of an interpolation, or to a function definition at the top level. */
export function parseStatements(parser: Parser): Node[] {
  const { stream } = parser;
  const statements: Node[] = [];
  for (;;) {
    while (stream.take(';'));
    const { kind } = stream.peek();
    if (kind === 'end' || kind === '}$' || stream.is('}') || stream.is('fn')) return statements;
    if (stream.is('private') && stream.is('fn', 1)) return statements;
    statements.push(stream.nested(() => parseStatement(parser)));
  }
}

/** `{ … }`, where a block must stand. */
export function parseBlock(parser: Parser): Block {
  const { stream } = parser;
  const { at } = stream.expect('{', "Expecting '{' to start a statement block");
  return stream.nested(() => {
    const hidden = parser.hiding.length;
    const body = parser.statements();
    parser.hiding.length = hidden;
    if (stream.is('fn') || stream.is('private')) {
      throw stream.error(
        'Function definitions must be at global level and cannot be inside a block or another function',
      );
    }
    if (stream.peek().kind === 'end') throw stream.error('Script is incomplete: a block has no end');
    if (!stream.take('}')) throw stream.unexpected();
    return { type: 'block', at, body };
  });
}

/** `fn name(a, b) { … }`. */
export function parseFunction(parser: Parser): FunctionDefinition {
  const { stream } = parser;
  stream.take('private');
  stream.next();
  const name = stream.variable('Expecting function name in function declaration');
  stream.expect('(', `Expecting '(' to start the parameters list of function ${name.text}`);
  const parameters: string[] = [];
  while (!stream.take(')')) {
    const parameter = stream.variable(`Expecting parameter name in parameters list of function ${name.text}`);
    if (parameters.includes(parameter.text)) {
      throw stream.error(`Duplicated parameter ${parameter.text} for function ${name.text}`, parameter);
    }
    parameters.push(parameter.text);
    if (!stream.is(')')) {
      stream.expect(',', `Expecting ',' to separate the parameters of function ${name.text}`);
    }
  }
  if (!stream.is('{')) throw stream.error(`Expecting body statement block for function ${name.text}`);
  const { hiding } = parser;
  const outer = hiding.splice(0, hiding.length, ...parameters);
  const { loops } = parser;
  parser.loops = 0;
  const body = parser.block();
  parser.loops = loops;
  hiding.splice(0, hiding.length, ...outer);
  return { type: 'fn', at: name.at, name: name.text, parameters, body };
}

function parseStatement(parser: Parser): Node {
  const { stream } = parser;
  const token = stream.peek();
  stream.count();
  if (token.kind === 'name') {
    switch (token.text) {
      case 'let':
      case 'const':
        return ended(parser, parseDeclaration(parser, token));
      case 'return':
      case 'throw':
      case 'break':
      case 'continue':
        return ended(parser, parseJump(parser, token, token.text));
      case 'import':
        return ended(parser, parseImport(parser, token));
      case 'export':
        throw stream.error("Cannot use 'export': scripts have no modules of their own");
      default:
        break;
    }
  }
  const isBraced = token.kind === 'name' && BRACED.has(token.text);
  if (isBraced) return parser.primary();
  if (stream.is('{') && !isObjectAhead(parser)) return parser.block();
  return ended(parser, parser.assignment());
}

/** The jump that stands here, or else what `parse` makes of it. */
export function parseJumpOr(parser: Parser, parse: () => Node): Node {
  const token = parser.stream.peek();
  if (token.kind !== 'name') return parse();
  switch (token.text) {
    case 'return':
    case 'throw':
    case 'break':
    case 'continue':
      return parseJump(parser, token, token.text);
    default:
      return parse();
  }
}

/** The body of a closure or a case. What follows a closing brace belongs to the closure: `|x| { x }.call(1)`. */
export function parseBareStatement(parser: Parser): Node {
  const { stream } = parser;
  const { kind, text } = stream.peek();
  if (kind === 'name' && BRACED.has(text)) return parser.primary();
  if (stream.is('{') && !isObjectAhead(parser)) return parser.block();
  return parseJumpOr(parser, () => parser.assignment());
}

/** An expression, or an assignment when one of its operators follows. */
export function parseAssignment(parser: Parser): Node {
  const { stream } = parser;
  const target = parser.expression();
  const operator = stream.peek();
  if (operator.kind !== 'symbol' || !isAssignment(operator.text)) return target;
  refuseTarget(parser, target, operator);
  stream.next();
  return { type: 'assign', operator: operator.text, at: operator.at, target, value: parser.expression() };
}

function isAssignment(text: string): text is AssignOperator {
  return ASSIGNMENTS.has(text);
}

function refuseTarget(parser: Parser, target: Node, operator: Token): void {
  switch (target.type) {
    case 'name':
    case 'this':
    case 'property':
    case 'index':
      return;
    case 'literal':
    case 'template':
      throw parser.stream.error('Cannot assign to a constant value', operator);
    default:
      throw parser.stream.error('Expression cannot be assigned to', operator);
  }
}

function parseDeclaration(parser: Parser, keyword: Token): Node {
  const { stream } = parser;
  stream.next();
  const name = stream.variable();
  const value = stream.take('=') ? parser.expression() : undefined;
  parser.hiding.push(name.text);
  return { type: 'declare', at: name.at, name: name.text, constant: keyword.text === 'const', value };
}

function parseJump(parser: Parser, keyword: Token, form: 'return' | 'throw' | 'break' | 'continue'): Node {
  const { stream } = parser;
  stream.next();
  if ((form === 'break' || form === 'continue') && parser.loops === 0) {
    throw stream.error('Break statement should only be used inside a loop', keyword);
  }
  const { kind } = stream.peek();
  const isBare =
    kind === 'end' || kind === '}$' || form === 'continue' || JUMP_ENDS.some((end) => stream.is(end));
  return { type: 'jump', form, at: keyword.at, value: isBare ? undefined : parser.expression() };
}

function parseImport(parser: Parser, keyword: Token): Node {
  const { stream } = parser;
  stream.next();
  const source = parser.expression();
  const alias = stream.take('as') ? stream.variable().text : undefined;
  return { type: 'import', at: keyword.at, source, alias };
}

/** A statement needs a semicolon unless a brace or the end follows. */
function ended(parser: Parser, statement: Node): Node {
  const { stream } = parser;
  const { kind } = stream.peek();
  if (stream.take(';') || stream.is('}') || kind === 'end' || kind === '}$') return statement;
  if (stream.is('...')) throw stream.unexpected();
  throw stream.error("Expecting ';' to terminate this statement");
}
