import type { BinaryOperator, Node } from '../../phs/syntax/ast.js';
import type { Scope } from '../../phs/interpreter/scope.js';
import { limitsWith } from '../../phs/limits.js';
import { parseScript } from '../../phs/syntax/parser.js';
import { compileProgram } from '../../phs/program.js';
import { toValue } from '../../phs/values/value.js';
import { textOf, type Value } from '../../values.js';
import { lineDiff } from './line-diff.js';

/** One side of a comparison: what stands in the file, and what it came to. */
export interface Side {
  readonly source: string;
  readonly text: string;
}

/** Why an assertion did not hold. */
export interface Explanation {
  /** A result that is not the expected one, or a condition that is false. */
  readonly kind: 'difference' | 'condition';
  /** The whole expression. */
  readonly expression: string;
  /** The two sides of the comparison that failed, or the one part that was false. */
  readonly sides: readonly Side[];
  /** From what was expected to what was found, where a text of either is longer than a line. */
  readonly diff: readonly string[];
}

/** What was expected beside what came. */
export function explainDifference(expression: string, expected: Value, got: Value): Explanation {
  return {
    kind: 'difference',
    expression,
    sides: [
      { source: 'expected', text: shown(expected) },
      { source: 'got', text: shown(got) },
    ],
    diff: diffOf(expected, got),
  };
}

/** Looks for the part of a condition that is false and computes its sides once more. */
export function explainCondition(code: string, scope: Scope): Explanation {
  const expression = code.trim();
  const nothing = { kind: 'condition', expression, sides: [], diff: [] } as const;
  try {
    return { ...nothing, ...failedPart(code, code, scope) };
  } catch {
    // A part that cannot stand alone cannot be shown alone; the expression itself is shown in any case.
    return nothing;
  }
}

type Part = Pick<Explanation, 'sides' | 'diff'>;

const COMPARISONS: ReadonlySet<BinaryOperator> = new Set(['==', '!=', '<', '<=', '>', '>=', 'in', '!in']);

function failedPart(code: string, whole: string, scope: Scope): Part | undefined {
  const node = onlyNode(code);
  if (node?.type === 'binary') {
    const [leftCode, rightCode] = sidesOf(code, node.at, node.operator);
    if (node.operator === '&&') {
      const isLeftTrue = compute(leftCode, scope) === true;
      return failedPart(isLeftTrue ? rightCode : leftCode, whole, scope);
    }
    if (COMPARISONS.has(node.operator)) {
      const left = compute(leftCode, scope);
      const right = compute(rightCode, scope);
      return {
        sides: [
          { source: leftCode.trim(), text: shown(left) },
          { source: rightCode.trim(), text: shown(right) },
        ],
        // Of `found == expected`, the way most people write it.
        diff: node.operator === '==' ? diffOf(right, left) : [],
      };
    }
  }
  if (code === whole) return undefined;
  return { sides: [{ source: code.trim(), text: shown(compute(code, scope)) }], diff: [] };
}

function onlyNode(code: string): Node | undefined {
  const { body, functions } = parseScript(code, limitsWith(undefined));
  return body.length === 1 && functions.length === 0 ? body[0] : undefined;
}

function sidesOf(code: string, at: number, operator: BinaryOperator): readonly [string, string] {
  const length = operator === '!in' ? (/^!\s*in/.exec(code.slice(at))?.[0].length ?? 3) : operator.length;
  return [code.slice(0, at), code.slice(at + length)];
}

function compute(code: string, scope: Scope): Value {
  return toValue(compileProgram(code, { print: () => undefined }).run(scope));
}

/** Text in quotes, so that "1" and 1 look as different as they are. */
function shown(value: Value): string {
  return typeof value === 'string' ? JSON.stringify(value) : textOf(value);
}

function diffOf(expected: Value, got: Value): readonly string[] {
  const isText = typeof expected === 'string' && typeof got === 'string';
  const [a, b] = isText ? [expected, got] : [shown(expected), shown(got)];
  return a !== b && (a.includes('\n') || b.includes('\n')) ? lineDiff(a, b) : [];
}
