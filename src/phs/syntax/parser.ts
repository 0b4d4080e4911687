import type { Block, FunctionDefinition, Node, Script } from './ast.js';
import { Lexer } from './lexer.js';
import type { Limits } from '../limits.js';
import { parseExpression } from './parse-expression.js';
import { parsePrimary } from './parse-primary.js';
import {
  parseAssignment,
  parseBlock,
  parseBareStatement,
  parseFunction,
  parseJumpOr,
  parseStatements,
} from './parse-statement.js';
import { TokenStream } from './token-stream.js';

/** What the parts of the parser know of each other. */
export interface Parser {
  readonly stream: TokenStream;
  /** The variables named `it` or `when` that are in sight, innermost last: they hide the syntax of that name. */
  readonly hiding: string[];
  /** How many loops are open around the place; 0 inside a function or closure. */
  loops: number;
  /** True inside a function, where `fn` cannot stand. */
  isNested: boolean;
  expression(): Node;
  /** An expression, or an assignment. */
  assignment(): Node;
  /** An expression without a ternary of its own. */
  condition(): Node;
  primary(): Node;
  block(): Block;
  /** An expression, or a jump in the place of one: `x ?? return`. */
  expressionOrJump(): Node;
  /** What a closure or a case of `switch` does: one statement, without a semicolon. One with braces ends at its brace. */
  bareStatement(): Node;
  /** The statements up to a token that ends them. */
  statements(): Node[];
}

/** Parses a script (grammar: docs/spec/phs.md 12.1). Throws ScriptSyntaxError. */
export function parseScript(code: string, limits: Limits): Script {
  const stream = new TokenStream(new Lexer(code).tokens(), limits);
  const functions: FunctionDefinition[] = [];
  const parser: Parser = {
    stream,
    hiding: [],
    loops: 0,
    isNested: false,
    expression: () => parseExpression(parser),
    assignment: () => parseAssignment(parser),
    condition: () => parseExpression(parser, false),
    primary: () => parsePrimary(parser),
    block: () => parseBlock(parser),
    expressionOrJump: () => parseJumpOr(parser, () => parseExpression(parser)),
    bareStatement: () => parseBareStatement(parser),
    statements: () => parseStatements(parser),
  };
  const body: Node[] = [];
  for (;;) {
    body.push(...parseStatements(parser));
    if (stream.peek().kind === 'end') return { functions, body };
    if (!stream.is('fn') && !(stream.is('private') && stream.is('fn', 1))) throw stream.unexpected();
    const definition = parseFunction(parser);
    const twin = functions.find(
      (f) => f.name === definition.name && f.parameters.length === definition.parameters.length,
    );
    if (twin !== undefined) {
      const count = definition.parameters.length;
      const takes = count === 0 ? 'no parameters' : count === 1 ? '1 parameter' : `${count} parameters`;
      throw stream.error(`Function ${definition.name} with ${takes} already exists`, {
        ...stream.peek(),
        at: definition.at,
      });
    }
    functions.push(definition);
  }
}
