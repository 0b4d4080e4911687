import type { BinaryOperator } from './ast.js';

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
export function isOperator(text: string): text is keyof typeof PRECEDENCE {
  return Object.hasOwn(PRECEDENCE, text);
}
