import { messageOf, PhlowError } from '../../errors.js';
import { setEntry } from '../../phs/entries.js';
import { toValue } from '../../phs/value.js';
import { textOf, type Value, type ValueMap } from '../../values.js';
import type { FlowDocument } from '../document/flow-document.js';
import { Findings } from '../findings.js';
import { valueOf, type FlowNode } from '../node.js';
import { compilerFor } from '../plan/compile-expression.js';
import type { RunInput } from '../run/environment.js';
import { sameValue } from './same-value.js';
import { casesOf, readTests, type TestCase, type TestGroup } from './test-tree.js';

/** What became of one case. */
export interface CaseResult {
  /** Counts from 1 in the order of execution. */
  readonly index: number;
  readonly case: TestCase;
  readonly passed: boolean;
  /** What was found, in one sentence. */
  readonly message: string;
  readonly main: Value;
  /** The initial payload; undefined when the case gives none. */
  readonly payload: Value;
  /** The flow's result; undefined also when it failed. */
  readonly result: Value;
  /** What `assert_eq` asked for. */
  readonly expected: Value;
  /** Why the flow, or a part of the case, failed. */
  readonly error: unknown;
}

/** What became of all cases. */
export interface TestReport {
  readonly total: number;
  readonly passed: number;
  readonly failed: number;
  readonly results: readonly CaseResult[];
  readonly tree: readonly (TestGroup | TestCase)[];
  /** Cases in the file, whether the filter lets them through or not. */
  readonly all: number;
}

/** How tests are run. */
export interface TestOptions {
  /** Only cases whose full title contains this. */
  readonly filter?: string | undefined;
  readonly envs: () => Value;
  /** Wraps the run of each case: sets up before, takes down after. */
  readonly around?: ((test: TestCase, run: () => Promise<Value>) => Promise<Value>) | undefined;
}

/** The test cases of a flow. Throws PHLOW_FLOW_INVALID when they have the wrong shape, or when there are none at all. */
export function testsOf(document: FlowDocument): readonly (TestGroup | TestCase)[] {
  const findings = new Findings();
  if (document.tests === undefined) findings.error('No tests found in the phlow file', document.spot);
  const tree = document.tests === undefined ? [] : readTests(document.tests, findings);
  findings.check();
  return tree;
}

/** Runs the cases of a flow one after the other, in document order; a case that fails stops none of the others. */
export async function runTests(
  document: FlowDocument,
  execute: (input: RunInput) => Promise<Value>,
  options: TestOptions,
): Promise<TestReport> {
  const tree = testsOf(document);
  const all = casesOf(tree);
  const { filter } = options;
  const wanted = filter === undefined ? all : all.filter(({ title }) => title.includes(filter));
  const results: CaseResult[] = [];
  const earlier: Record<string, Value> = {};
  for (const [index, test] of wanted.entries()) {
    // Each case sees the outcomes as they were before it, so it gets a copy.
    const { outcome, result } = await runCase(test, index + 1, { ...earlier }, execute, options);
    results.push(result);
    if (outcome !== undefined) setEntry(earlier, test.key, outcome);
  }
  const passed = results.filter((result) => result.passed).length;
  return { total: results.length, passed, failed: results.length - passed, results, tree, all: all.length };
}

interface Finished {
  readonly result: CaseResult;
  /** What later tests see; undefined when the flow failed or the assertion could not be computed. */
  readonly outcome: ValueMap | undefined;
}

async function runCase(
  test: TestCase,
  index: number,
  tests: ValueMap,
  execute: (input: RunInput) => Promise<Value>,
  { envs, around }: TestOptions,
): Promise<Finished> {
  const scope = { envs: envs(), tests, steps: {} };
  const state: { main: Value; payload: Value; result: Value; expected: Value } = {
    main: undefined,
    payload: undefined,
    result: undefined,
    expected: undefined,
  };
  const end = (passed: boolean, message: string, error?: unknown): CaseResult => ({
    index,
    case: test,
    passed,
    message,
    ...state,
    error,
  });
  let doing: 'main' | 'payload' | 'run' | 'assert' = 'main';
  try {
    const input: { main?: Value; payload?: Value; tests: ValueMap } = { tests };
    if (test.main !== undefined) input.main = state.main = compute(test.main, scope, 'main');
    doing = 'payload';
    if (test.payload !== undefined) input.payload = state.payload = compute(test.payload, scope, 'payload');
    doing = 'run';
    const run = (): Promise<Value> => execute(input);
    state.result = await (around === undefined ? run() : around(test, run));
    doing = 'assert';
    const { main, result } = state;
    const outcome = { id: test.key, describe: test.describe, main: main ?? null, payload: result ?? null };
    const verdict = judge(test, state, { ...scope, main, payload: result });
    return { result: end(verdict.passed, verdict.message), outcome };
  } catch (error) {
    const text = messageOf(error);
    if (doing === 'run')
      return { result: end(false, `Execution failed: ${text}`, error), outcome: undefined };
    if (doing !== 'assert') return { result: end(false, text, error), outcome: undefined };
    const message = `Assertion error: ${text}. payload: ${textOf(state.result)}`;
    return { result: end(false, message, error), outcome: undefined };
  }
}

interface TestScope {
  readonly envs: Value;
  readonly tests: Value;
  readonly steps: Value;
  readonly main?: Value;
  readonly payload?: Value;
}

function judge(
  test: TestCase,
  state: { result: Value; expected: Value },
  scope: TestScope,
): { readonly passed: boolean; readonly message: string } {
  if (test.assertEq !== undefined) {
    // The variables of a test's `main`: the flow's result is what is compared, not what the expectation is made from.
    const { envs, tests, steps } = scope;
    state.expected = expectation(test.assertEq, { envs, tests, steps });
    const [expected, got] = [textOf(state.expected), textOf(state.result)];
    const passed = sameValue(state.expected, state.result);
    return { passed, message: passed ? `Expected and got: ${got}` : `Expected ${expected}, got ${got}` };
  }
  if (test.assert === undefined) {
    return { passed: false, message: 'No assertion found (assert or assert_eq required)' };
  }
  const outcome = compute(test.assert, scope, 'assertion');
  const passed = outcome === true || outcome === 'true';
  if (!passed && outcome !== false && outcome !== 'false') {
    throw new PhlowError('PHLOW_FLOW_INVALID', `Assertion must return boolean, got: ${textOf(outcome)}`);
  }
  const source = textOf(valueOf(test.assert));
  const message = passed
    ? `Assertion passed: ${source}`
    : `Assertion failed: ${source}. payload: ${textOf(state.result)}`;
  return { passed, message };
}

/** What `assert_eq` stands for: code is evaluated, everything else is compared as it is written. */
function expectation(node: FlowNode, scope: TestScope): Value {
  switch (node.kind) {
    case 'scalar': {
      const isCode = typeof node.value === 'string' && /^\s*\{\{[^]*\}\}\s*$/.test(node.value);
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

const COMPILE = compilerFor({ modules: new Map() });

function compute(node: FlowNode, scope: TestScope, what: 'main' | 'payload' | 'assertion'): Value {
  let expression;
  try {
    expression = COMPILE(node);
  } catch (error) {
    throw new PhlowError('PHLOW_FLOW_INVALID', `Failed to build ${what} script: ${messageOf(error)}`, {
      cause: error,
    });
  }
  try {
    return toValue(expression.evaluate(scope));
  } catch (error) {
    throw new PhlowError('PHLOW_FLOW_INVALID', `Failed to evaluate ${what} script: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
