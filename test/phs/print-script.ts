import type {
  Block,
  FunctionDefinition,
  Member,
  Node,
  Script,
  Spread,
  SwitchCase,
} from '../../src/phs/syntax/ast.js';
import { PRECEDENCE } from '../../src/phs/syntax/parse-expression.js';
import { Char, Float, type PhsValue } from '../../src/phs/values/value.js';

/** How tightly a node holds together: one that is looser than its surroundings demand is printed in parentheses. */
const LEVEL = { open: 0, unary: 220, atom: 300 } as const;

function levelOf(node: Node): number {
  switch (node.type) {
    case 'binary':
      return PRECEDENCE[node.operator];
    case 'unary':
      return LEVEL.unary;
    case 'literal':
    case 'template':
    case 'name':
    case 'qualified':
    case 'this':
    case 'array':
    case 'object':
    case 'property':
    case 'index':
    case 'call':
    case 'method':
    case 'invoke':
      return LEVEL.atom;
    default:
      return LEVEL.open;
  }
}

/** Prints a script so that parsing it gives the same tree again. */
export function printScript(script: Script): string {
  return [...script.functions.map(printFunction), ...script.body.map((node) => `${print(node)};`)].join('\n');
}

function printFunction({ name, parameters, body }: FunctionDefinition): string {
  return `fn ${name}(${parameters.join(', ')}) ${printBlock(body)}`;
}

function printBlock({ body }: Block): string {
  // Without a statement it would read as an empty object.
  return body.length === 0 ? '{;}' : `{ ${body.map((node) => `${print(node)};`).join(' ')} }`;
}

/** A node where at least `level` is needed. */
function operand(node: Node, level: number): string {
  return levelOf(node) < level ? `(${print(node)})` : print(node);
}

function list(nodes: readonly (Node | Spread)[]): string {
  return nodes.map((node) => (node.type === 'spread' ? `...${print(node.value)}` : print(node))).join(', ');
}

function print(node: Node): string {
  switch (node.type) {
    case 'literal':
      return printLiteral(node.value);
    case 'template':
      return printTemplate(node.parts);
    case 'name':
      return node.name;
    case 'qualified':
      return `${node.space}::${node.name}${node.args === undefined ? '' : `(${list(node.args)})`}`;
    case 'this':
      return 'this';
    case 'array':
      return `[${list(node.items)}]`;
    case 'object':
      return `{${node.members.map(printMember).join(', ')}}`;
    case 'closure':
      return `|${node.parameters.join(', ')}| ${print(node.body)}`;
    case 'unary':
      return printUnary(node.operator, node.operand);
    case 'binary': {
      const level = PRECEDENCE[node.operator];
      const isRight = node.operator === '**';
      const left = operand(node.left, isRight ? level + 1 : level);
      return `${left} ${node.operator} ${operand(node.right, isRight ? level : level + 1)}`;
    }
    case 'range': {
      const level = PRECEDENCE['..'] + 1;
      const start = node.start === undefined ? '' : operand(node.start, level);
      const end = node.end === undefined ? '' : operand(node.end, level);
      return `${start}${node.inclusive ? '..=' : '..'}${end}`;
    }
    case 'property':
      return `${operand(node.target, LEVEL.atom)}${node.optional ? '?.' : '.'}${node.name}`;
    case 'index':
      return `${operand(node.target, LEVEL.atom)}${node.optional ? '?[' : '['}${print(node.index)}]`;
    case 'call':
      return `${node.name}(${list(node.args)})`;
    case 'method':
      return `${operand(node.target, LEVEL.atom)}${node.optional ? '?.' : '.'}${node.name}(${list(node.args)})`;
    case 'invoke':
      // Without parentheses a name would be called as a function, a property as a method.
      return `(${print(node.callee)})(${list(node.args)})`;
    case 'conditional':
      return `${operand(node.test, 1)} ? ${print(node.then)} : ${print(node.otherwise)}`;
    case 'block':
      return printBlock(node);
    default:
      return printStatement(node);
  }
}

type Statement = Extract<
  Node,
  { type: 'if' | 'switch' | 'loop' | 'for' | 'try' | 'declare' | 'assign' | 'jump' | 'import' }
>;

function printStatement(node: Statement): string {
  switch (node.type) {
    case 'if': {
      const head = `if ${operand(node.test, 1)} ${printBlock(node.then)}`;
      return node.otherwise === undefined ? head : `${head} else ${print(node.otherwise)}`;
    }
    case 'switch':
      return `switch ${operand(node.subject, 1)} { ${node.cases.map(printCase).join(', ')} }`;
    case 'loop': {
      const test = node.test === undefined ? '' : operand(node.test, 1);
      if (node.form === 'loop') return `loop ${printBlock(node.body)}`;
      if (node.form === 'while') return `while ${test} ${printBlock(node.body)}`;
      return `do ${printBlock(node.body)} ${node.form === 'do-while' ? 'while' : 'until'} ${test}`;
    }
    case 'for': {
      const variables = node.counter === undefined ? node.variable : `(${node.variable}, ${node.counter})`;
      return `for ${variables} in ${operand(node.iterable, 1)} ${printBlock(node.body)}`;
    }
    case 'try': {
      const variable = node.variable === undefined ? '' : `(${node.variable}) `;
      return `try ${printBlock(node.body)} catch ${variable}${printBlock(node.handler)}`;
    }
    case 'declare':
      return `${node.constant ? 'const' : 'let'} ${node.name}${node.value === undefined ? '' : ` = ${print(node.value)}`}`;
    case 'assign':
      return `${print(node.target)} ${node.operator} ${print(node.value)}`;
    case 'jump':
      return `${node.form}${node.value === undefined ? '' : ` ${print(node.value)}`}`;
    case 'import':
      return `import ${operand(node.source, 1)}${node.alias === undefined ? '' : ` as ${node.alias}`}`;
  }
}

function printUnary(operator: string, inner: Node): string {
  const text = operand(inner, LEVEL.unary);
  // `- 5` is not `-5`, and `--` is no operator.
  return `${operator}${/^[-+0-9]/.test(text) ? `(${text})` : text}`;
}

function printMember(member: Member | Spread): string {
  if (member.type === 'spread') return `...${print(member.value)}`;
  return `${quoted(member.key, '"')}: ${print(member.value)}`;
}

function printCase({ patterns, guard, body }: SwitchCase): string {
  const head = patterns.length === 0 ? '_' : patterns.map(print).join(' | ');
  return `${head}${guard === undefined ? '' : ` if ${print(guard)}`} => ${print(body)}`;
}

function printLiteral(value: PhsValue): string {
  if (typeof value === 'string') return quoted(value, '"');
  if (value instanceof Char) return quoted(value.text, "'");
  if (value instanceof Float) return Object.is(value.value, -0) ? '-0.0' : `${value.value}.0`;
  if (typeof value === 'number') return printNumber(value);
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  return '()';
}

/** A float that is no safe integer has a fraction or is printed with an exponent, so that it stays a float. */
function printNumber(value: number): string {
  if (Number.isSafeInteger(value)) return String(value);
  if (!Number.isFinite(value)) return value < 0 ? '-1e999' : '1e999';
  return Number.isInteger(value) ? value.toExponential() : String(value);
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function quoted(text: string, quote: string): string {
  const escaped = text
    .replace(/[\\\n\r\t]/g, (found) => ESCAPES[found] ?? found)
    .replaceAll(quote, `\\${quote}`);
  return `${quote}${escaped}${quote}`;
}

function printTemplate(parts: readonly (string | Block)[]): string {
  const printed = parts.map((part, i) => {
    if (typeof part !== 'string') return `\${${part.body.map((node) => `${print(node)};`).join(' ')}}`;
    // A line break right behind the opening backtick would be dropped.
    const text = i === 0 && /^\r?\n/.test(part) ? `\n${part}` : part;
    return text.replaceAll('`', '``');
  });
  return `\`${printed.join('')}\``;
}
