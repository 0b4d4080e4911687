import type { BinaryOperator } from '../syntax/ast.js';
import { INT, negateInt } from './arithmetic.js';
import { functionNotFound } from '../builtins/not-found.js';
import { newMap } from '../values/entries.js';
import { equals, order } from './equality.js';
import { Range, Timestamp } from '../values/range.js';
import { toText } from '../values/render.js';
import type { Run } from './run.js';
import { findText, without } from '../values/text-search.js';
import {
  Char,
  KIND,
  asNumber,
  float,
  isInt,
  isPhsArray,
  isPhsMap,
  kindOf,
  type PhsArray,
  type PhsMap,
  type PhsValue,
} from '../values/value.js';

/** An operator with both operands evaluated. */
export type Operation = (run: Run, a: PhsValue, b: PhsValue) => PhsValue;
/** The operators that always evaluate both operands. */
export type EagerOperator = Exclude<BinaryOperator, '&&' | '||' | '??'>;

const FLOAT: Readonly<Record<'+' | '-' | '*' | '/' | '%' | '**', (x: number, y: number) => number>> = {
  '+': (x, y) => x + y,
  '-': (x, y) => x - y,
  '*': (x, y) => x * y,
  '/': (x, y) => x / y,
  '%': (x, y) => x % y,
  '**': (x, y) => x ** y,
};

/** Ints stay ints, a float on either side makes a float; undefined for anything else. */
function numeric(operator: keyof typeof FLOAT, a: PhsValue, b: PhsValue): PhsValue | undefined {
  if (isInt(a) && isInt(b)) return INT[operator](a, b);
  const x = asNumber(a);
  const y = asNumber(b);
  return x === undefined || y === undefined ? undefined : float(FLOAT[operator](x, y));
}

function add(run: Run, a: PhsValue, b: PhsValue): PhsValue {
  if (typeof a === 'string' || typeof b === 'string') return concat(run, a, b);
  const sum = numeric('+', a, b);
  if (sum !== undefined) return sum;
  if (a instanceof Char && b instanceof Char) return a.text + b.text;
  if (isPhsArray(a) && isPhsArray(b)) return joined(run, a, b);
  if (isPhsMap(a) && isPhsMap(b)) return merged(run, a, b);
  if (a instanceof Timestamp) {
    const seconds = asNumber(b);
    if (seconds !== undefined) return new Timestamp(a.seconds + seconds);
  }
  throw functionNotFound('+', [a, b]);
}

function concat(run: Run, a: PhsValue, b: PhsValue): string {
  return run.checked(toText(a, run) + toText(b, run));
}

/** The items of both arrays in a new one. */
function joined(run: Run, a: PhsArray, b: PhsArray): PhsArray {
  run.room('array', a.length + b.length);
  run.charge(a.length + b.length);
  return shareAll(run, [...a, ...b]);
}

/** A new map of both; the right one wins. */
function merged(run: Run, a: PhsMap, b: PhsMap): PhsMap {
  const result = newMap<PhsValue>();
  for (const source of [a, b]) {
    const keys = Object.keys(source);
    run.charge(keys.length);
    for (const key of keys) result[key] = run.share(source[key]);
  }
  run.room('map', Object.keys(result).length);
  return result;
}

function shareAll(run: Run, items: PhsArray): PhsArray {
  for (const item of items) run.share(item);
  return items;
}

function subtract(run: Run, a: PhsValue, b: PhsValue): PhsValue {
  const difference = numeric('-', a, b);
  if (difference !== undefined) return difference;
  if (typeof a === 'string' && (typeof b === 'string' || b instanceof Char)) {
    run.charge(a.length >> 6);
    return without(a, b instanceof Char ? b.text : b, () => run.charge(1));
  }
  if (a instanceof Timestamp) {
    if (b instanceof Timestamp) return float(a.seconds - b.seconds);
    const seconds = asNumber(b);
    if (seconds !== undefined) return new Timestamp(a.seconds - seconds);
  }
  throw functionNotFound('-', [a, b]);
}

function numbersOnly(operator: '*' | '/' | '%' | '**'): Operation {
  const cost = operator === '**' ? 10 : 1;
  return (run, a, b) => {
    run.charge(cost);
    const result = numeric(operator, a, b);
    if (result === undefined) throw functionNotFound(operator, [a, b]);
    return result;
  };
}

function intsOnly(operator: '<<' | '>>'): Operation {
  return (run, a, b) => {
    run.charge(2);
    if (isInt(a) && isInt(b)) return INT[operator](a, b);
    throw functionNotFound(operator, [a, b]);
  };
}

function bits(operator: '&' | '|' | '^', onBools: (a: boolean, b: boolean) => boolean): Operation {
  return (run, a, b) => {
    run.charge(2);
    if (isInt(a) && isInt(b)) return INT[operator](a, b);
    if (typeof a === 'boolean' && typeof b === 'boolean') return onBools(a, b);
    throw functionNotFound(operator, [a, b]);
  };
}

/** Values of different kinds have no order, and every comparison of them is false; two of one kind without an order are an error. */
function comparison(operator: '<' | '<=' | '>' | '>=', holds: (sign: number) => boolean): Operation {
  return (run, a, b) => {
    const sign = order(a, b, run);
    if (sign !== undefined) return holds(sign);
    const kind = kindOf(a);
    const isUnordered = (kind & (KIND.array | KIND.map | KIND.fn | KIND.range | KIND.sequence)) !== 0;
    if (isUnordered && kind === kindOf(b)) throw functionNotFound(operator, [a, b]);
    return false;
  };
}

function contains(run: Run, item: PhsValue, container: PhsValue): boolean {
  if (isPhsArray(container)) {
    run.charge(container.length);
    return container.some((candidate) => equals(candidate, item, run));
  }
  if (typeof container === 'string' && (typeof item === 'string' || item instanceof Char)) {
    run.charge(container.length >> 6);
    return findText(container, item instanceof Char ? item.text : item) !== -1;
  }
  if (typeof item === 'string' && isPhsMap(container)) {
    run.charge(item.length >> 6);
    return Object.hasOwn(container, item);
  }
  if (isInt(item) && container instanceof Range) return container.contains(item);
  throw functionNotFound('contains', [container, item]);
}

/** Every operator that evaluates both operands, by its name (docs/spec/phs.md 4.3, 4.4). */
export const OPERATIONS: Readonly<Record<EagerOperator, Operation>> = {
  '+': add,
  '-': subtract,
  '*': numbersOnly('*'),
  '/': numbersOnly('/'),
  '%': numbersOnly('%'),
  '**': numbersOnly('**'),
  '<<': intsOnly('<<'),
  '>>': intsOnly('>>'),
  '&': bits('&', (a, b) => a && b),
  '|': bits('|', (a, b) => a || b),
  '^': bits('^', (a, b) => a !== b),
  '<': comparison('<', (sign) => sign < 0),
  '<=': comparison('<=', (sign) => sign <= 0),
  '>': comparison('>', (sign) => sign > 0),
  '>=': comparison('>=', (sign) => sign >= 0),
  '==': (run, a, b) => equals(a, b, run),
  '!=': (run, a, b) => !equals(a, b, run),
  in: contains,
  '!in': (run, a, b) => !contains(run, a, b),
};

/** `-x`. */
export function negate(value: PhsValue): PhsValue {
  if (isInt(value)) return negateInt(value);
  const number = asNumber(value);
  if (number === undefined) throw functionNotFound('-', [value]);
  return float(-number);
}
