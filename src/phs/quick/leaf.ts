import type { BinaryOperator } from '../syntax/ast.js';
import { isShortText } from '../interpreter/operate.js';
import type { PhsValue } from '../values/value.js';

/** What a test says of the value at the end of its path; undefined when only the whole language can tell. */
export type Leaf = (value: PhsValue) => boolean | undefined;

/** The value as an int that is a JS number; the engine knows isSafeInteger and inlines it. */
function isSmall(value: PhsValue): value is number {
  return Number.isSafeInteger(value);
}

const ON_INTS: Partial<Readonly<Record<BinaryOperator, (literal: number) => Leaf>>> = {
  '==': (literal) => (value) => (isSmall(value) ? value === literal : undefined),
  '!=': (literal) => (value) => (isSmall(value) ? value !== literal : undefined),
  '<': (literal) => (value) => (isSmall(value) ? value < literal : undefined),
  '<=': (literal) => (value) => (isSmall(value) ? value <= literal : undefined),
  '>': (literal) => (value) => (isSmall(value) ? value > literal : undefined),
  '>=': (literal) => (value) => (isSmall(value) ? value >= literal : undefined),
};

const ON_TEXTS: Partial<Readonly<Record<BinaryOperator, (literal: string) => Leaf>>> = {
  '==': (literal) => (value) => (isShortText(value) ? value === literal : undefined),
  '!=': (literal) => (value) => (isShortText(value) ? value !== literal : undefined),
};

/** A comparison with a literal, for values of the literal's kind; undefined when it is none that is asked about often. */
export function comparedWith(operator: BinaryOperator, literal: PhsValue): Leaf | undefined {
  if (isShortText(literal)) return ON_TEXTS[operator]?.(literal);
  return isSmall(literal) ? ON_INTS[operator]?.(literal) : undefined;
}

/** A bool that stands for itself. */
export function isBool(wanted: boolean): Leaf {
  return (value) => (typeof value === 'boolean' ? value === wanted : undefined);
}
