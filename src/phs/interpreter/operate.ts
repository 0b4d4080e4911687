import type { Code, Frame } from './frame.js';
import { OPERATIONS, type EagerOperator, type Operation } from './operators.js';
import { placed } from './placed.js';
import { float, type PhsValue } from '../values/value.js';

/** An operator whose fast cases are done in place; `slow` does all the others. */
type Quick = (left: Code, right: Code, slow: Slow) => Code;
type Slow = (frame: Frame, a: PhsValue, b: PhsValue) => PhsValue;

function slowly(operation: Operation, at: number): Slow {
  return (frame, a, b) => {
    try {
      return operation(frame.run, a, b);
    } catch (error) {
      throw placed(error, at);
    }
  };
}

const SHORT = 256;

/** True for texts that cost next to nothing to compare. */
export function isShortText(value: PhsValue): value is string {
  return typeof value === 'string' && value.length < SHORT;
}

/** Narrows to ints that are JS numbers; the engine knows isSafeInteger and inlines it. */
function isSmall(value: PhsValue): value is number {
  return Number.isSafeInteger(value);
}

/*
 * One function for each operator, though they look alike: the engine keeps what it learns about operands by the place in the source,
 * and one shared function would mix up ints, strings and everything else.
 */
const QUICK: Partial<Readonly<Record<EagerOperator, Quick>>> = {
  '+': (left, right, slow) => (frame) => {
    const a = left(frame);
    const b = right(frame);
    if (typeof a === 'number' && typeof b === 'number') {
      const sum = a + b;
      if (!Number.isSafeInteger(a) || !Number.isSafeInteger(b)) return float(sum);
      if (Number.isSafeInteger(sum)) return sum;
    }
    return slow(frame, a, b);
  },
  '-': (left, right, slow) => (frame) => {
    const a = left(frame);
    const b = right(frame);
    if (typeof a === 'number' && typeof b === 'number') {
      const difference = a - b;
      if (!Number.isSafeInteger(a) || !Number.isSafeInteger(b)) return float(difference);
      if (Number.isSafeInteger(difference)) return difference;
    }
    return slow(frame, a, b);
  },
  '*': (left, right, slow) => (frame) => {
    const a = left(frame);
    const b = right(frame);
    if (typeof a === 'number' && typeof b === 'number') {
      const product = a * b;
      if (!Number.isSafeInteger(a) || !Number.isSafeInteger(b)) return float(product);
      // The sum with 0 turns -0, which no int is, into 0.
      if (Number.isSafeInteger(product)) return product + 0;
    }
    return slow(frame, a, b);
  },
  '/': (left, right, slow) => (frame) => {
    const a = left(frame);
    const b = right(frame);
    if (isSmall(a) && isSmall(b) && b !== 0) return Math.trunc(a / b) + 0;
    return slow(frame, a, b);
  },
  '%': (left, right, slow) => (frame) => {
    const a = left(frame);
    const b = right(frame);
    if (isSmall(a) && isSmall(b) && b !== 0) return (a % b) + 0;
    return slow(frame, a, b);
  },
  '==': (left, right, slow) => (frame) => {
    const a = left(frame);
    const b = right(frame);
    if (typeof a === 'string' && typeof b === 'string' && a.length < SHORT) return a === b;
    if (isSmall(a) && isSmall(b)) return a === b;
    return slow(frame, a, b);
  },
  '!=': (left, right, slow) => (frame) => {
    const a = left(frame);
    const b = right(frame);
    if (typeof a === 'string' && typeof b === 'string' && a.length < SHORT) return a !== b;
    if (isSmall(a) && isSmall(b)) return a !== b;
    return slow(frame, a, b);
  },
  '<': (left, right, slow) => (frame) => {
    const a = left(frame);
    const b = right(frame);
    return isSmall(a) && isSmall(b) ? a < b : slow(frame, a, b);
  },
  '<=': (left, right, slow) => (frame) => {
    const a = left(frame);
    const b = right(frame);
    return isSmall(a) && isSmall(b) ? a <= b : slow(frame, a, b);
  },
  '>': (left, right, slow) => (frame) => {
    const a = left(frame);
    const b = right(frame);
    return isSmall(a) && isSmall(b) ? a > b : slow(frame, a, b);
  },
  '>=': (left, right, slow) => (frame) => {
    const a = left(frame);
    const b = right(frame);
    return isSmall(a) && isSmall(b) ? a >= b : slow(frame, a, b);
  },
};

/** An operator with a literal int on its right side. */
const WITH_INT: Partial<Readonly<Record<EagerOperator, (left: Code, b: number, slow: Slow) => Code>>> = {
  '+': (left, b, slow) => (frame) => {
    const a = left(frame);
    if (isSmall(a)) {
      const sum = a + b;
      if (Number.isSafeInteger(sum)) return sum;
    }
    return slow(frame, a, b);
  },
  '-': (left, b, slow) => (frame) => {
    const a = left(frame);
    if (isSmall(a)) {
      const difference = a - b;
      if (Number.isSafeInteger(difference)) return difference;
    }
    return slow(frame, a, b);
  },
  '==': (left, b, slow) => (frame) => {
    const a = left(frame);
    return isSmall(a) ? a === b : slow(frame, a, b);
  },
  '!=': (left, b, slow) => (frame) => {
    const a = left(frame);
    return isSmall(a) ? a !== b : slow(frame, a, b);
  },
  '<': (left, b, slow) => (frame) => {
    const a = left(frame);
    return isSmall(a) ? a < b : slow(frame, a, b);
  },
  '<=': (left, b, slow) => (frame) => {
    const a = left(frame);
    return isSmall(a) ? a <= b : slow(frame, a, b);
  },
  '>': (left, b, slow) => (frame) => {
    const a = left(frame);
    return isSmall(a) ? a > b : slow(frame, a, b);
  },
  '>=': (left, b, slow) => (frame) => {
    const a = left(frame);
    return isSmall(a) ? a >= b : slow(frame, a, b);
  },
};

/** An operator with a literal string on its right side. */
const WITH_TEXT: Partial<Readonly<Record<EagerOperator, (left: Code, b: string, slow: Slow) => Code>>> = {
  '==': (left, b, slow) => (frame) => {
    const a = left(frame);
    return typeof a === 'string' && a.length < SHORT ? a === b : slow(frame, a, b);
  },
  '!=': (left, b, slow) => (frame) => {
    const a = left(frame);
    return typeof a === 'string' && a.length < SHORT ? a !== b : slow(frame, a, b);
  },
};

/**
 * An operator on two codes: what is quick for small ints and strings is done in place, everything else by the table of operations.
 *
 * @param literal the value of the right side when it is a literal.
 */
export function operate(
  operator: EagerOperator,
  left: Code,
  right: Code,
  at: number,
  literal?: PhsValue,
): Code {
  const slow = slowly(OPERATIONS[operator], at);
  const withInt = isSmall(literal) ? WITH_INT[operator]?.(left, literal, slow) : undefined;
  const withText = typeof literal === 'string' ? WITH_TEXT[operator]?.(left, literal, slow) : undefined;
  const general: Quick =
    QUICK[operator] ?? ((_left, _right, all) => (frame) => all(frame, left(frame), right(frame)));
  return withInt ?? withText ?? general(left, right, slow);
}
