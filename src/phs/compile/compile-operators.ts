import type { Binary, Conditional, Node, Unary } from '../syntax/ast.js';
import { functionNotFound } from '../builtins/not-found.js';
import { MODE, type Compiler, type Mode } from './compiler.js';
import type { Code, Frame } from '../interpreter/frame.js';
import { operate } from '../interpreter/operate.js';
import { negate } from '../interpreter/operators.js';
import { notBoolean, placed } from '../interpreter/placed.js';
import { asNumber, typeName } from '../values/value.js';
import { isInert } from '../syntax/walk.js';

/** The mode of an operand: it must keep its value when what follows could change the variable it came from. */
export function operandMode(...followers: readonly Node[]): Mode {
  return followers.every(isInert) ? MODE.look : MODE.keep;
}

/** `!x`, `-x`, `+x`. */
export function compileUnary(compiler: Compiler, node: Unary): Code {
  const operand = compiler.compile(node.operand, MODE.look);
  const { at } = node;
  switch (node.operator) {
    case '!':
      return (frame) => {
        const value = operand(frame);
        if (typeof value !== 'boolean') throw functionNotFound('!', [value]).at(at);
        return !value;
      };
    case '-':
      return (frame) => {
        try {
          return negate(operand(frame));
        } catch (error) {
          throw placed(error, at);
        }
      };
    case '+':
      return (frame) => {
        const value = operand(frame);
        if (asNumber(value) === undefined) throw functionNotFound('+', [value]).at(at);
        return value;
      };
  }
}

/** An operator with two operands. */
export function compileBinary(compiler: Compiler, node: Binary, mode: Mode): Code {
  const { operator } = node;
  switch (operator) {
    case '&&':
    case '||':
      return compileLogic(compiler, node, operator === '||');
    case '??': {
      const left = compiler.compile(node.left, mode & MODE.keep);
      const right = compiler.compile(node.right, mode & MODE.keep);
      return (frame) => left(frame) ?? right(frame);
    }
    default: {
      const left = compiler.compile(node.left, operandMode(node.right));
      const right = compiler.compile(node.right, MODE.look);
      return operate(
        operator,
        left,
        right,
        node.at,
        node.right.type === 'literal' ? node.right.value : undefined,
      );
    }
  }
}

function compileLogic(compiler: Compiler, node: Binary, decisive: boolean): Code {
  const left = compiler.compile(node.left, MODE.look);
  const right = compiler.compile(node.right, MODE.look);
  const leftAt = node.left.at;
  const rightAt = node.right.at;
  return (frame) => {
    const first = left(frame);
    if (first === decisive) return decisive;
    if (first !== !decisive) throw notBoolean(typeName(first), leftAt);
    const second = right(frame);
    if (typeof second !== 'boolean') throw notBoolean(typeName(second), rightAt);
    return second;
  };
}

/** `it c ? a : b` in all its forms. */
export function compileConditional(compiler: Compiler, node: Conditional, mode: Mode): Code {
  const test = compileTest(compiler, node.test);
  const then = compiler.compile(node.then, mode & MODE.keep);
  const otherwise = compiler.compile(node.otherwise, mode & MODE.keep);
  return (frame) => (test(frame) ? then(frame) : otherwise(frame));
}

/** A condition: a bool, or an error. */
export function compileTest(compiler: Compiler, node: Node): (frame: Frame) => boolean {
  const code = compiler.compile(node, MODE.look);
  const { at } = node;
  return (frame) => {
    const value = code(frame);
    if (typeof value !== 'boolean') throw notBoolean(typeName(value), at);
    return value;
  };
}
