import type { Binary, Conditional, Node, Unary } from './ast.js';
import { functionNotFound } from './builtins/registry.js';
import { MODE, type Compiler, type Mode } from './compiler.js';
import type { Code, Frame } from './frame.js';
import { OPERATIONS, negate, type EagerOperator, type Operation } from './operators.js';
import { notBoolean, placed } from './placed.js';
import { asNumber, float, typeName, type PhsValue } from './value.js';
import { isInert } from './walk.js';

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
      return operate(operator, left, right, node.at);
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

function slow(operation: Operation, frame: Frame, a: PhsValue, b: PhsValue, at: number): PhsValue {
  try {
    return operation(frame.run, a, b);
  } catch (error) {
    throw placed(error, at);
  }
}

/** An operator on two codes: what is quick for small ints and strings is done in place, everything else by the table. */
export function operate(operator: EagerOperator, left: Code, right: Code, at: number): Code {
  const operation = OPERATIONS[operator];
  switch (operator) {
    case '+':
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        if (typeof a === 'number' && typeof b === 'number') {
          const sum = a + b;
          // Two ints or two floats or one of each: an int only if both are ints.
          if (Number.isSafeInteger(a) && Number.isSafeInteger(b)) {
            if (Number.isSafeInteger(sum)) return sum;
          } else {
            return float(sum);
          }
        }
        return slow(operation, frame, a, b, at);
      };
    case '-':
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        if (typeof a === 'number' && typeof b === 'number') {
          const difference = a - b;
          if (Number.isSafeInteger(a) && Number.isSafeInteger(b)) {
            if (Number.isSafeInteger(difference)) return difference;
          } else {
            return float(difference);
          }
        }
        return slow(operation, frame, a, b, at);
      };
    case '*':
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        if (typeof a === 'number' && typeof b === 'number') {
          const product = a * b;
          if (Number.isSafeInteger(a) && Number.isSafeInteger(b)) {
            // The sum with 0 turns -0, which no int is, into 0.
            if (Number.isSafeInteger(product)) return product + 0;
          } else {
            return float(product);
          }
        }
        return slow(operation, frame, a, b, at);
      };
    case '/':
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        if (Number.isSafeInteger(a) && Number.isSafeInteger(b) && b !== 0) {
          return Math.trunc((a as number) / (b as number)) + 0;
        }
        return slow(operation, frame, a, b, at);
      };
    case '%':
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        if (Number.isSafeInteger(a) && Number.isSafeInteger(b) && b !== 0) {
          return ((a as number) % (b as number)) + 0;
        }
        return slow(operation, frame, a, b, at);
      };
    case '==':
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        if (typeof a === 'string' && typeof b === 'string') return a === b;
        if (Number.isSafeInteger(a) && Number.isSafeInteger(b)) return a === b;
        return slow(operation, frame, a, b, at);
      };
    case '!=':
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        if (typeof a === 'string' && typeof b === 'string') return a !== b;
        if (Number.isSafeInteger(a) && Number.isSafeInteger(b)) return a !== b;
        return slow(operation, frame, a, b, at);
      };
    case '<':
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        if (Number.isSafeInteger(a) && Number.isSafeInteger(b)) return (a as number) < (b as number);
        return slow(operation, frame, a, b, at);
      };
    case '<=':
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        if (Number.isSafeInteger(a) && Number.isSafeInteger(b)) return (a as number) <= (b as number);
        return slow(operation, frame, a, b, at);
      };
    case '>':
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        if (Number.isSafeInteger(a) && Number.isSafeInteger(b)) return (a as number) > (b as number);
        return slow(operation, frame, a, b, at);
      };
    case '>=':
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        if (Number.isSafeInteger(a) && Number.isSafeInteger(b)) return (a as number) >= (b as number);
        return slow(operation, frame, a, b, at);
      };
    default:
      return (frame) => slow(operation, frame, left(frame), right(frame), at);
  }
}
