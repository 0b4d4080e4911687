import { ScriptError } from '../script-error.js';
import { intOf, type Int } from '../values/value.js';

const MIN = -(2n ** 63n);
const MAX = 2n ** 63n - 1n;

/** The int, or undefined when it needs more than 64 bits. */
function within(value: bigint): Int | undefined {
  return value < MIN || value > MAX ? undefined : intOf(value);
}

function failure(what: string, a: Int, operator: string, b: Int): ScriptError {
  return new ScriptError('ErrorArithmetic', `${what}: ${String(a)} ${operator} ${String(b)}`);
}

/** The 64-bit int operations; none wraps, each fails with the text of docs/spec/phs.md 8.2. */
export const INT = {
  '+'(a: Int, b: Int): Int {
    const result = within(BigInt(a) + BigInt(b));
    if (result === undefined) throw failure('Addition overflow', a, '+', b);
    return result;
  },
  '-'(a: Int, b: Int): Int {
    const result = within(BigInt(a) - BigInt(b));
    if (result === undefined) throw failure('Subtraction overflow', a, '-', b);
    return result;
  },
  '*'(a: Int, b: Int): Int {
    const result = within(BigInt(a) * BigInt(b));
    if (result === undefined) throw failure('Multiplication overflow', a, '*', b);
    return result;
  },
  '/'(a: Int, b: Int): Int {
    if (b === 0) throw failure('Division by zero', a, '/', b);
    const result = within(BigInt(a) / BigInt(b));
    if (result === undefined) throw failure('Division overflow', a, '/', b);
    return result;
  },
  '%'(a: Int, b: Int): Int {
    if (b === 0 || (b === -1 && BigInt(a) === MIN))
      throw failure('Modulo division by zero or overflow', a, '%', b);
    return intOf(BigInt(a) % BigInt(b));
  },
  '**'(a: Int, b: Int): Int {
    if (b < 0) throw failure('Integer raised to a negative power', a, '**', b);
    const base = BigInt(a);
    // 2 to the 63rd is too much already: only 0, 1 and -1 take larger exponents.
    if (b > 63 && (base > 1n || base < -1n)) throw failure('Exponential overflow', a, '**', b);
    const exponent = b > 63 ? BigInt(b) % 2n : BigInt(b);
    const result = b > 63 && base === 0n ? 0 : within(base ** exponent);
    if (result === undefined) throw failure('Exponential overflow', a, '**', b);
    return result;
  },
  '<<'(a: Int, b: Int): Int {
    return shifted(a, BigInt(b));
  },
  '>>'(a: Int, b: Int): Int {
    return shifted(a, -BigInt(b));
  },
  '&'(a: Int, b: Int): Int {
    return intOf(BigInt(a) & BigInt(b));
  },
  '|'(a: Int, b: Int): Int {
    return intOf(BigInt(a) | BigInt(b));
  },
  '^'(a: Int, b: Int): Int {
    return intOf(BigInt(a) ^ BigInt(b));
  },
} as const;

/** Shifts to the left by `by`, to the right when it is negative; everything is gone after 64. */
function shifted(a: Int, by: bigint): Int {
  if (by >= 64n) return 0;
  if (by <= -64n) return a < 0 ? -1 : 0;
  const value = BigInt(a);
  return intOf(by >= 0n ? BigInt.asIntN(64, value << by) : value >> -by);
}

/** `-x` of an int. */
export function negateInt(a: Int): Int {
  const result = within(-BigInt(a));
  if (result === undefined) throw new ScriptError('ErrorArithmetic', `Negation overflow: -${String(a)}`);
  return result;
}
