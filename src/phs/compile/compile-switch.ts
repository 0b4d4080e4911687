import type { Node, Switch } from '../syntax/ast.js';
import { compileTest } from './compile-operators.js';
import { MODE, type Compiler, type Mode } from './compiler.js';
import type { Code, Frame } from '../interpreter/frame.js';
import type { Run } from '../interpreter/run.js';
import { Range } from '../values/range.js';
import { Char, KIND, asNumber, isInt, isPhsArray, isPhsMap, kindOf, type PhsValue } from '../values/value.js';

/** A range of ints, which matches floats and the same range too. */
interface RangePattern {
  readonly start: PhsValue;
  readonly end: PhsValue;
  readonly inclusive: boolean;
}

interface CompiledCase {
  readonly literals: readonly Code[];
  readonly ranges: readonly RangePattern[];
  readonly guard: ((frame: Frame) => boolean) | undefined;
  readonly body: Code;
}

/** `switch`: exact literals first; ranges only when no literal equals the subject, even if that one's condition failed (docs/spec/phs.md 5.5). */
export function compileSwitch(compiler: Compiler, node: Switch, mode: Mode): Code {
  const subject = compiler.compile(node.subject, MODE.keep);
  const cases: CompiledCase[] = [];
  let otherwise: Code = () => null;
  for (const { patterns, guard, body } of node.cases) {
    const compiled = {
      literals: patterns
        .filter((pattern) => pattern.type !== 'range')
        .map((pattern) => compiler.compile(pattern, MODE.look)),
      ranges: patterns.flatMap(rangeOf),
      guard: guard === undefined ? undefined : compileTest(compiler, guard),
      body: compiler.compile(body, mode),
    };
    if (patterns.length === 0) otherwise = compiled.body;
    else cases.push(compiled);
  }
  return (frame) => {
    const value = subject(frame);
    frame.run.charge(1 + cases.length);
    let isKnown = false;
    for (const { literals, guard, body } of cases) {
      if (!literals.some((literal) => same(literal(frame), value, frame.run))) continue;
      isKnown = true;
      if (guard === undefined || guard(frame)) return body(frame);
    }
    if (!isKnown) {
      for (const { ranges, guard, body } of cases) {
        if (!ranges.some((range) => covers(range, value))) continue;
        if (guard === undefined || guard(frame)) return body(frame);
      }
    }
    return otherwise(frame);
  };
}

function rangeOf(pattern: Node): RangePattern[] {
  if (pattern.type !== 'range' || pattern.start?.type !== 'literal' || pattern.end?.type !== 'literal')
    return [];
  return [{ start: pattern.start.value, end: pattern.end.value, inclusive: pattern.inclusive }];
}

function covers({ start, end, inclusive }: RangePattern, value: PhsValue): boolean {
  if (isInt(value) && isInt(start) && isInt(end)) {
    return value >= start && (inclusive ? value <= end : value < end);
  }
  if (value instanceof Range)
    return value.start === start && value.end === end && value.inclusive === inclusive;
  const number = asNumber(value);
  const from = asNumber(start);
  const to = asNumber(end);
  if (number === undefined || from === undefined || to === undefined) return false;
  return number >= from && (inclusive ? number <= to : number < to);
}

/** Equal in value and kind; a char counts as a string of one character. */
function same(a: PhsValue, b: PhsValue, run: Run): boolean {
  const left = a instanceof Char ? a.text : a;
  const right = b instanceof Char ? b.text : b;
  if (kindOf(left) !== kindOf(right)) return false;
  if (isPhsArray(left) && isPhsArray(right)) {
    run.charge(left.length);
    return left.length === right.length && left.every((item, i) => same(item, right[i], run));
  }
  if (isPhsMap(left) && isPhsMap(right)) {
    const keys = Object.keys(left);
    run.charge(keys.length);
    return (
      keys.length === Object.keys(right).length &&
      keys.every((key) => Object.hasOwn(right, key) && same(left[key], right[key], run))
    );
  }
  if (kindOf(left) === KIND.float) return asNumber(left) === asNumber(right);
  return (left ?? null) === (right ?? null);
}
