import { messageOf, PhlowError } from '../../errors.js';
import type { Scope } from '../../phs/interpreter/scope.js';
import { codeIn } from '../../phs/values/scalar.js';
import { toValue } from '../../phs/values/value.js';
import { textOf, type Value } from '../../values.js';
import { valueOf, type FlowNode, sourceText } from '../node.js';
import { compilerFor } from '../plan/compile-expression.js';
import { codesOf, expectedErrorText, isExpectedError, readExpectedError } from './expected-error.js';
import { explainCondition, explainDifference, type Explanation } from './explain.js';
import { sameValue } from './same-value.js';
import type { TestCase } from './test-tree.js';

/** What an assertion says about a result. */
export interface Verdict {
  readonly passed: boolean;
  readonly message: string;
  /** What `assert_eq` asked for; undefined for any other assertion. */
  readonly expected: Value;
  readonly explanation: Explanation | undefined;
}

/** What the expressions of a test see. */
export interface TestScope extends Scope {
  readonly envs: Value;
  readonly tests: Value;
  readonly steps: Value;
  readonly main?: Value;
  readonly payload?: Value;
}

/** Judges the result of a case (docs/spec/flow.md 14.3); throws when the assertion itself cannot be computed. */
export function judge(test: TestCase, main: Value, result: Value, scope: TestScope): Verdict {
  if (test.assertEq !== undefined) return judgeEqual(test.assertEq, result, scope);
  if (test.assert !== undefined) return judgeTrue(test.assert, result, { ...scope, main, payload: result });
  return {
    passed: false,
    message: 'No assertion found (assert, assert_eq or expect_error required)',
    expected: undefined,
    explanation: undefined,
  };
}

/** The variables are those of a test's `main`: the flow's result is what is compared, not what the expectation is made from. */
function judgeEqual(node: FlowNode, result: Value, scope: TestScope): Verdict {
  const expected = expectation(node, scope);
  const got = textOf(result);
  if (sameValue(expected, result))
    return { passed: true, message: `Expected and got: ${got}`, expected, explanation: undefined };
  return {
    passed: false,
    message: `Expected ${textOf(expected)}, got ${got}`,
    expected,
    explanation: explainDifference(sourceText(node), expected, result),
  };
}

function judgeTrue(node: FlowNode, result: Value, scope: TestScope): Verdict {
  const outcome = compute(node, scope, 'assertion');
  const passed = outcome === true || outcome === 'true';
  if (!passed && outcome !== false && outcome !== 'false') {
    throw new PhlowError('PHLOW_FLOW_INVALID', `Assertion must return boolean, got: ${textOf(outcome)}`);
  }
  const source = textOf(valueOf(node));
  if (passed)
    return { passed, message: `Assertion passed: ${source}`, expected: undefined, explanation: undefined };
  return {
    passed,
    message: `Assertion failed: ${source}. payload: ${textOf(result)}`,
    expected: undefined,
    explanation: explainCondition(sourceText(node), scope),
  };
}

/** Judges a run of a case that is to fail: `failure` is how it did, undefined when it came to `result` instead. */
export function judgeFailure(
  node: FlowNode,
  failure: { readonly error: unknown } | undefined,
  result: Value,
  scope: TestScope,
): Verdict {
  const expected = readExpectedError(expectation(node, scope));
  const wanted = expectedErrorText(expected);
  const verdict = { expected: undefined, explanation: undefined };
  if (failure === undefined) {
    return { ...verdict, passed: false, message: `Expected ${wanted}, got the result ${textOf(result)}` };
  }
  const found = messageOf(failure.error);
  if (isExpectedError(expected, failure.error))
    return { ...verdict, passed: true, message: `Failed as expected: ${found}` };
  const codes = codesOf(failure.error).join(', ');
  return { ...verdict, passed: false, message: `Expected ${wanted}, got the failure ${found} (${codes})` };
}

/** What `assert_eq` and `expect_error` stand for: code is evaluated, everything else is compared as it is written. */
function expectation(node: FlowNode, scope: TestScope): Value {
  switch (node.kind) {
    case 'scalar': {
      const isCode = typeof node.value === 'string' && codeIn(node.value) !== undefined;
      return isCode ? compute(node, scope, 'assertion') : node.value;
    }
    case 'list':
      return node.items.map((item) => expectation(item, scope));
    case 'map':
      return Object.fromEntries(
        [...node.entries].map(([key, { value }]) => [key, expectation(value, scope)]),
      );
  }
}

/** Evaluates a part of a test; its error says whether it could not be compiled or not be computed. */
export function compute(node: FlowNode, scope: TestScope, what: 'main' | 'payload' | 'assertion'): Value {
  let expression;
  try {
    expression = compilerFor({ modules: new Map() })(node);
  } catch (error) {
    throw scriptError(`Failed to build ${what} script`, error);
  }
  try {
    return toValue(expression.evaluate(scope));
  } catch (error) {
    throw scriptError(`Failed to evaluate ${what} script`, error);
  }
}

function scriptError(what: string, error: unknown): PhlowError {
  return new PhlowError('PHLOW_FLOW_INVALID', `${what}: ${messageOf(error)}`, {
    cause: error,
    place: error instanceof PhlowError ? error.place : undefined,
  });
}
